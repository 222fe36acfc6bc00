import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ALL, APP, Fork, options } from '../../../../test/bin/setup/support';
import { edited, variable } from '../../../../test/lib/manifest/manifests';

let fork: Fork;
beforeEach(() => {
  fork = new Fork();
});
afterEach(() => rmSync(fork.folder, { recursive: true, force: true }));

/** Runs it with nobody to be asked, and expects that it writes nothing. */
async function refused(argv: readonly string[], environment: Record<string, string> = {}) {
  const files = fork.files;
  const { status, out, err, asked } = await fork.setUp(argv, undefined, environment);
  expect(fork.files).toEqual(files);
  expect(asked).toEqual([]);
  expect(err).toContain('Nothing was written.');
  expect(err).not.toMatch(/^\s+at /m);
  return { status, out, err };
}

describe('where nobody can be asked', () => {
  test('every option that is missing is named, with the usage', async () => {
    const { status, out, err } = await refused([]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('Missing: --app-id, --scopes, --interval, --stage, --region, --email, --yes.');
    expect(err).toContain('Usage: npm run setup');
  });

  test.each(['app-id', 'scopes', 'interval', 'stage', 'region', 'email'] as const)('without --%s', async (name) => {
    const others = Object.fromEntries(Object.entries(ALL).filter(([other]) => other !== name));
    expect(await refused([...options(others), '--yes'])).toMatchObject({
      status: 2,
      err: expect.stringContaining(`Missing: --${name}.`),
    });
  });

  test('consent is missing, too', async () => {
    expect((await refused(options(ALL))).err).toContain('Missing: --yes.');
  });

  test('the product follows from the scopes', async () => {
    const { product, ...others } = ALL;
    expect((await fork.setUp([...options(others), '--yes'])).status).toBe(0);
    expect(fork.read('manifest.yml')).toContain(`- read:${product}-work`);
  });
});

describe('a wrong option ends with status 2, and says what is allowed', () => {
  test.each<[argv: readonly string[], says: RegExp]>([
    [['--regoin', 'x'], /^Unknown option '--regoin'\.\n/],
    [['--region'], /^Option '--region' argument is ambiguous\.\n\nUsage/],
    [['dev'], /^Unexpected argument 'dev'/],
    [options({ ...ALL, 'app-id': 'x' }), /^--app-id is "x"\. It must be ari:cloud/],
    [options({ ...ALL, product: 'trello' }), /^--product is "trello"\. It must be one of jira/],
    [options({ ...ALL, product: 'compass' }), /^--scopes is "read:jira-work"\. None of them is for compass/],
    [
      options({ ...ALL, scopes: 'work' }),
      /^--scopes is "work"\. That is only a search\. It finds:\n( {2}\S+\n)+ {2}and \d+ more/,
    ],
    [options({ ...ALL, scopes: 'read:jira-wrk' }), /^--scopes is .* Did you mean read:jira-work\?/],
    [options({ ...ALL, scopes: '' }), /^--scopes is ""/],
    [
      options({ ...ALL, interval: 'day' }),
      /^--interval is "day"\. Once a day is too rare: a token may expire 2 hours after its delivery/,
    ],
    [options({ ...ALL, stage: 'test' }), /^--stage is "test"\. config\.ts has no stage test; it has dev, prod\./],
    [options({ ...ALL, region: 'eu' }), /^--region is "eu"\. It must be an AWS region/],
    [options({ ...ALL, region: '' }), /^--region is ""\. It must be an AWS region/],
    [options({ ...ALL, email: 'ops' }), /^--email is "ops"\. ops must be an e-mail address/],
    [options({ ...ALL, email: '' }), /^--email is ""\. It must be an address, or none/],
  ])('%j', async (argv, says) => {
    const { status, err } = await refused([...argv, '--yes']);
    expect(status).toBe(2);
    expect(err).toMatch(says);
  });

  test('--app-id later, where the app is registered', async () => {
    fork.write('manifest.yml', fork.read('manifest.yml').replace(/ari:\S+/, APP));
    const { status, err } = await refused([...options({ ...ALL, 'app-id': 'later' }), '--yes']);
    expect(status).toBe(2);
    expect(err).toContain(`manifest.yml already has the id of an app, ${APP}`);
  });

  test('--product, where app.compatibility has others', async () => {
    const text = edited(fork.read('manifest.yml'), [
      'app:\n',
      'app:\n  compatibility:\n    confluence:\n      required: true\n',
    ]);
    fork.write('manifest.yml', text);
    const { status, err } = await refused([...options(ALL), '--yes']);
    expect(status).toBe(2);
    expect(err).toContain('app.compatibility in manifest.yml has confluence, not jira');
  });
});

describe('what no answer can mend is told before anything is asked', () => {
  const manifest = (from: string, to: string) => () =>
    fork.write('manifest.yml', edited(fork.read('manifest.yml'), [from, to]));
  const config = (from: string, to: string) => () => fork.write('config.ts', fork.read('config.ts').replace(from, to));

  test.each<[string, () => void, RegExp]>([
    ['no YAML', manifest('app:\n', 'app: [\n'), /^manifest\.yml:\d+: Not valid YAML/],
    [
      'a wrong endpoint',
      manifest('endpoint: lifecycle', 'endpoint: lifecycel'),
      /^manifest\.yml:\d+: trigger "installed" refers to the endpoint "lifecycel"/,
    ],
    [
      'no trigger',
      manifest('scheduledTrigger:', 'scheduledTriger:'),
      /^manifest\.yml:\d+: No scheduledTrigger calls an endpoint/,
    ],
    ['not UTF-8', () => fork.write('manifest.yml', Buffer.from('# \xe9\n', 'latin1')), /^manifest\.yml is not UTF-8/],
    [
      'a wrong key',
      config('logRetentionDays', 'logRetention'),
      /^config\.ts has 1 problem:\n {2}stages\[0\]: unknown key 'logRetention'/,
    ],
    ['no TypeScript', config('stages: [', 'stages: ]'), /config\.ts can't be loaded: /],
    [
      'an import that fails',
      config('./lib/config', './lib/none'),
      /config\.ts can't be loaded: .*\nconfig\.ts:2:\d+: ERROR: Could not resolve "\.\/lib\/none"/,
    ],
    ['no stages', config('stages:', 'stage:'), /^config\.ts has 2 problems/],
  ])('%s', async (_, breakIt, says) => {
    breakIt();
    const files = fork.files;
    const { status, out, err, asked } = await fork.setUp([], Object.values(ALL));
    expect({ status, out, asked }).toEqual({ status: 1, out: '', asked: [] });
    expect(fork.files).toEqual(files);
    expect(err.replace(`${fork.folder}/`, '')).toMatch(says);
  });

  test.each(['manifest.yml', 'config.ts'])('%s is missing', async (file) => {
    rmSync(join(fork.folder, file));
    const { status, err } = await fork.setUp([...options(ALL), '--yes']);
    expect(status).toBe(1);
    expect(err).toMatch(
      /does not exist\. Run this in the folder of the project, or give its name with --(manifest|config)\./,
    );
  });
});

describe('what is asked for may be wrong before', () => {
  test('an id, an interval, a region, an address and no scopes', async () => {
    fork.write(
      'manifest.yml',
      edited(
        fork.read('manifest.yml'),
        ['app/00000000-0000-0000-0000-000000000000', 'app/none'],
        ['interval: hour #', 'interval: day #'],
        ['    - read:space:confluence\n', ''],
      ),
    );
    fork.write('config.ts', fork.read('config.ts').replace("'us-east-1'", "'Virginia'").replace('[]', "['ops']"));
    const { status, err } = await fork.setUp([...options(ALL), '--yes']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(fork.read('config.ts')).toContain("region: 'eu-central-1'");
  });

  test('but a fault in another stage is not written around', async () => {
    fork.write('config.ts', fork.read('config.ts').replace(/us-east-1(?![\s\S]*us-east-1)/, 'Virginia'));
    const { status, err } = await refused([...options(ALL), '--yes']);
    expect(status).toBe(1);
    expect(err).toMatch(/^config\.ts has 1 problem:\n {2}stages\[1\]\.region: is "Virginia"/);
  });
});

describe('a config.ts that is written in another way', () => {
  const COMPUTED = `import { defineConfig } from './lib/config';
const HOME = 'us-east-1';
export default defineConfig({ stages: [{ name: 'dev', region: HOME, environments: ['DEVELOPMENT'] }] });
`;

  test('is refused, and what to write is told', async () => {
    fork.write('config.ts', COMPUTED);
    const { status, err } = await refused([...options(ALL), '--yes']);
    expect(status).toBe(1);
    expect(err).toBe(
      "config.ts:3: region is not a string literal. Write it yourself, in stage 'dev':\n  region: 'eu-central-1',\n  alarmEmails: ['ops@example.com'],\nNothing was written.\n",
    );
  });

  test('is fine where it says already what was answered', async () => {
    fork.write('config.ts', COMPUTED);
    const { status } = await fork.setUp([...options({ ...ALL, region: 'us-east-1', email: 'none' }), '--yes']);
    expect(status).toBe(0);
    expect(fork.read('config.ts')).toBe(COMPUTED);
  });

  test('is refused where the change would change something else as well', async () => {
    const text = `import { defineConfig } from './lib/config';
const config = defineConfig({ stages: [{ name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'] }] });
export default { ...config, stages: config.stages.map((stage) => ({ ...stage, region: 'us-east-1' })) };
`;
    fork.write('config.ts', text);
    const { status, err } = await refused([...options(ALL), '--yes']);
    expect(status).toBe(1);
    expect(err).toContain('can not be written here without changing something else');
  });
});

describe('an app id that is written with a manifest variable', () => {
  beforeEach(() => {
    const text = edited(fork.read('manifest.yml'), [
      'ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000',
      variable('APP'),
    ]);
    fork.write('manifest.yml', `${text}environment:\n  variables:\n    - key: APP\n      default: ${APP}\n`);
  });

  test('stays, and is not asked for', async () => {
    const { 'app-id': _, ...others } = ALL;
    const { status, out } = await fork.setUp([...options(others), '--yes']);
    expect(status).toBe(0);
    expect(fork.read('manifest.yml')).toContain(`id: ${variable('APP')}\n`);
    expect(out).not.toContain('forge register');
  });

  test('is not overwritten', async () => {
    const { status, err } = await refused([...options(ALL), '--yes']);
    expect(status).toBe(2);
    expect(err).toContain("--app-id can't be used: app.id is the manifest variable");
  });
});

test('--help shows the usage, and reads no file', async () => {
  rmSync(join(fork.folder, 'config.ts'));
  expect(await fork.setUp(['--help'])).toMatchObject({
    status: 0,
    err: '',
    out: expect.stringContaining('--app-id <ari>'),
  });
});
