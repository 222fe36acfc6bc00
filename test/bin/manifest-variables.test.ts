import { edited, GOOD, lineOf, variable } from '../lib/manifest/manifests';
import { EU, manifestFolder, NEW, OLD, stack } from './manifest-command';

const { read, run, write, writeOutputs } = manifestFolder();

const PROD = 'https://prod.lambda-url.eu-central-1.on.aws';
const TEXT = edited(GOOD, [OLD, variable('REMOTE_BASE_URL')]).concat(
  `environment:\n  variables:\n    - key: REMOTE_BASE_URL\n      default: ${OLD} # dev\n`,
);
const twoStages = () => writeOutputs(stack('dev'), stack('prod', { RemoteBaseUrl: PROD }));

beforeEach(() => write('manifest.yml', TEXT));

test('the default is written, and the exports of every stage are shown', () => {
  twoStages();
  const { status, out, err } = run(['--stage', 'dev']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(read()).toBe(edited(TEXT, [OLD, NEW]));
  expect(out).toContain(
    `manifest.yml:${lineOf(TEXT, 'default:')}: the default of REMOTE_BASE_URL has changed, and with it the baseUrl of remote "aws".`,
  );
  expect(out).toContain(`  # dev\n  export REMOTE_BASE_URL=${NEW}\n  # prod\n  export REMOTE_BASE_URL=${PROD}\n`);
  expect(run(['--stage', 'dev']).out).toContain('export REMOTE_BASE_URL=');
});

test('a variable of the environment that wins over the default is told', () => {
  expect(run([], { environment: { REMOTE_BASE_URL: PROD } }).out).toContain(
    `REMOTE_BASE_URL is "${PROD}" in this environment, which Forge prefers to the default.`,
  );
  expect(run([], { environment: { REMOTE_BASE_URL: NEW } }).out).not.toContain('Forge takes that');
});

test('without a default nothing is written, and the exports are shown', () => {
  const text = edited(TEXT, [`\n      default: ${OLD} # dev`, '']);
  write('manifest.yml', text);
  expect(run([])).toMatchObject({ status: 0, out: expect.stringContaining(`export REMOTE_BASE_URL=${NEW}`) });
  expect(read()).toBe(text);
});

test('a variable that is not declared is an error with the fix', () => {
  write('manifest.yml', TEXT.slice(0, TEXT.indexOf('environment:')));
  expect(run([])).toMatchObject({
    status: 1,
    out: '',
    err: expect.stringMatching(
      /^manifest\.yml:24: .*not declared, so Forge would use the text as it is\. Add REMOTE_BASE_URL/,
    ),
  });
});

describe('--check goes by what Forge will see', () => {
  test('the environment first', () => {
    twoStages();
    expect(run(['--check', '--stage', 'prod'], { environment: { REMOTE_BASE_URL: PROD } }).status).toBe(0);
    const { status, err } = run(['--check', '--stage', 'prod'], { environment: { REMOTE_BASE_URL: OLD } });
    expect(status).toBe(1);
    expect(err).toContain(`  manifest  ${OLD}\n  deployed  ${PROD}`);
    expect(err).toContain(`export REMOTE_BASE_URL=${PROD}`);
  });

  test('the default next', () => {
    expect(run(['--check']).status).toBe(1);
    run([]);
    expect(run(['--check']).status).toBe(0);
  });
});

describe('--exports', () => {
  test('writes a file to source, for the stage', () => {
    twoStages();
    expect(run(['--stage', 'prod', '--exports', 'prod.env']).status).toBe(0);
    expect(read('prod.env')).toBe(`# Stage prod. Source this before "forge deploy".\nexport REMOTE_BASE_URL=${PROD}\n`);
    expect(run(['--stage', 'dev', '--exports', 'prod.env']).status).toBe(0);
    expect(read('prod.env')).toContain(NEW);
  });

  test('gives standard output nothing but the exports', () => {
    twoStages();
    const { status, out, err } = run(['--stage', 'prod', '--exports', '-']);
    expect({ status, out }).toEqual({ status: 0, out: `export REMOTE_BASE_URL=${PROD}\n` });
    expect(err).toContain('Next:');
  });

  test('has the default of the stage for a region that it lacks', () => {
    writeOutputs(stack('dev'), stack('prod'), stack('prod', { Region: 'EU', RemoteBaseUrl: EU }));
    expect(run(['--stage', 'prod']).status).toBe(0);
    expect(read()).toContain(`EU: ${variable('REMOTE_BASE_URL_EU')}`);
    const { out } = run(['--stage', 'dev', '--exports', '-']);
    expect(out).toBe(`export REMOTE_BASE_URL=${NEW}\nexport REMOTE_BASE_URL_EU=${NEW}\n`);
    const environment = { REMOTE_BASE_URL: NEW, REMOTE_BASE_URL_EU: NEW };
    expect(run(['--stage', 'dev', '--check'], { environment }).status).toBe(0);
  });

  test('exports nothing where --check fails', () => {
    expect(run(['--check', '--exports', '-'])).toMatchObject({ status: 1, out: '' });
  });

  test('overwrites no other file', () => {
    const { status, err } = run(['--exports', 'cdk-outputs.json']);
    expect(status).toBe(1);
    expect(err).toContain('cdk-outputs.json exists and contains more than exports.');
    expect(JSON.parse(read('cdk-outputs.json'))).toHaveProperty('remote-dev');
    expect(read()).toBe(TEXT);
  });

  test('needs a variable', () => {
    write('manifest.yml', GOOD);
    expect(run(['--exports', '-'])).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining('baseUrl uses no manifest variable, so there is nothing to export.'),
    });
    expect(read()).toBe(GOOD);
  });
});
