import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunProgram, run } from '../../bin/deploy';
import { NoAnswer, type Prompt } from '../../bin/setup/conversation';
import { type EmulatedAws, startAws } from '../../tools/emulator/aws/server';
import { StackUnderTest } from '../../tools/emulator/test/aws/stack-under-test';
import { APP_ID, GOOD } from '../lib/manifest/manifests';
import { recordOutput } from '../support/recorded-output';

/** Somebody who gives these answers, and then leaves. */
function promptWith(answers: readonly string[]): Prompt {
  const left = [...answers];
  return {
    ask: async () => left.shift() ?? Promise.reject(new NoAnswer('ended')),
    close: () => undefined,
  };
}

const NEW = 'https://xyz.lambda-url.eu-central-1.on.aws';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  writeFileSync(join(folder, 'manifest.yml'), GOOD);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manifest = () => readFileSync(join(folder, 'manifest.yml'), 'utf8');

/** Runs the command with a cdk that ends with `cdkStatus`, and has deployed if that is 0, or `written` the outputs. */
async function deployCommand(
  argv: readonly string[],
  cdkStatus = 0,
  written?: object,
  environment: Record<string, string> = {},
  printed = '',
  answers?: readonly string[],
) {
  const calls: { program: string; programArguments: readonly string[]; env: object | undefined }[] = [];
  const { said, streams } = recordOutput();
  const runProgram: RunProgram = async (program, programArguments, env, onText) => {
    calls.push({ program, programArguments, env });
    onText(printed);
    const outputs = {
      RemoteBaseUrl: NEW,
      SlotArn: 'arn',
      ManifestRemotes: 'remotes:',
      AppId: APP_ID,
      Stage: 'dev',
      RemoteKey: 'aws',
    };
    const stacks = written ?? (cdkStatus === 0 ? { 'remote-dev': outputs } : undefined);
    const file = programArguments[programArguments.indexOf('--outputs-file') + 1] ?? '';
    mkdirSync(join(folder, '.local'), { recursive: true });
    if (stacks !== undefined) writeFileSync(join(folder, file), JSON.stringify(stacks));
    return cdkStatus;
  };
  const io = {
    ...streams,
    cwd: folder,
    environment,
    runProgram,
    ...(answers && { openPrompt: () => promptWith(answers) }),
  };
  const status = await run(argv, io);
  return { status, ...said, calls };
}

test("runs the project's own cdk, then writes the manifest", async () => {
  const { status, calls, out } = await deployCommand(['--stage', 'dev']);
  expect(status).toBe(0);
  expect(calls).toHaveLength(1);
  const [cdk = '', ...programArguments] = calls[0]?.programArguments ?? [];
  expect(calls[0]?.program).toBe(process.execPath);
  expect(cdk).toContain(join('node_modules', 'aws-cdk', 'bin', 'cdk'));
  expect(existsSync(cdk)).toBe(true);
  const ours = ['deploy', '--all', '-c', 'stage=dev', '--outputs-file', 'cdk-outputs.json', '--progress', 'events'];
  expect(programArguments).toEqual(ours);
  expect(manifest()).toContain(`baseUrl: ${NEW}\n`);
  expect(out).toContain('forge deploy -e <environment>');
});

test.each([
  ['before', ['--require-approval', 'never', '--hotswap', '--stage', 'dev']],
  ['after', ['--stage=dev', '--require-approval', 'never', '--hotswap']],
  ['around', ['--require-approval', 'never', '--stage', 'dev', '--hotswap']],
])('further arguments go to cdk as they are (%s the stage)', async (_, argv) => {
  const { calls } = await deployCommand(argv);
  expect(calls[0]?.programArguments.slice(-3)).toEqual(['--require-approval', 'never', '--hotswap']);
  expect(calls[0]?.programArguments).toContain('stage=dev');
});

test('a progress of its own is left to cdk', async () => {
  const { calls } = await deployCommand(['--stage', 'dev', '--progress', 'bar']);
  expect(calls[0]?.programArguments.slice(-3)).toEqual(['cdk-outputs.json', '--progress', 'bar']);
});

test('an argument is one argument, whatever is in it', async () => {
  const { calls } = await deployCommand(['--stage', 'dev', '-c', 'note=a b; rm -rf "$HOME"']);
  expect(calls[0]?.programArguments.at(-1)).toBe('note=a b; rm -rf "$HOME"');
});

test('a failed deploy keeps its status, and the manifest is not touched', async () => {
  const { status, err } = await deployCommand(['--stage', 'dev'], 3);
  expect(status).toBe(3);
  expect(err).toContain('cdk deploy failed with status 3; manifest.yml is unchanged.');
  expect(manifest()).toBe(GOOD);
});

describe('the outputs file, which cdk writes anew with each deploy', () => {
  const stackOf = (stage: string, url: string) => ({
    RemoteBaseUrl: url,
    SlotArn: 'arn',
    ManifestRemotes: 'remotes:',
    AppId: APP_ID,
    Stage: stage,
    RemoteKey: 'aws',
  });
  const before = {
    'remote-prod': stackOf('prod', 'https://prod.example.com'),
    'remote-dev': stackOf('dev', 'https://old.example.com'),
    'remote-dev-eu': { ...stackOf('dev', 'https://old-eu.example.com'), Region: 'EU' },
  };
  const outputs = () => JSON.parse(readFileSync(join(folder, 'cdk-outputs.json'), 'utf8'));
  const old = (text = JSON.stringify(before)) => writeFileSync(join(folder, 'cdk-outputs.json'), text);

  test('keeps the other stages, and of this one only what was deployed', async () => {
    old();
    expect((await deployCommand(['--stage', 'dev'])).status).toBe(0);
    expect(Object.keys(outputs())).toEqual(['remote-prod', 'remote-dev']);
    expect(outputs()['remote-dev'].RemoteBaseUrl).toBe(NEW);
    expect(manifest()).toContain(`baseUrl: ${NEW}\n`);
  });

  test('keeps all that was there after a deploy that failed half-way', async () => {
    old();
    const { status } = await deployCommand(['--stage', 'dev'], 1, { 'remote-dev': stackOf('dev', NEW) });
    expect(status).toBe(1);
    expect(Object.keys(outputs()).sort()).toEqual(['remote-dev', 'remote-dev-eu', 'remote-prod']);
    expect(outputs()['remote-dev'].RemoteBaseUrl).toBe(NEW);
  });

  test('is left alone by a deploy that wrote nothing', async () => {
    old(`${JSON.stringify(before)}  `);
    await deployCommand(['--stage', 'dev'], 1);
    expect(readFileSync(join(folder, 'cdk-outputs.json'), 'utf8')).toBe(`${JSON.stringify(before)}  `);
  });

  test.each(['{', '[]', '3'])('is what cdk wrote where the old one was something else: %s', async (text) => {
    old(text);
    expect((await deployCommand(['--stage', 'dev'])).status).toBe(0);
    expect(Object.keys(outputs())).toEqual(['remote-dev']);
  });
});

test.each([
  ['no stage', ['--require-approval', 'never'], /^--stage is missing/],
  ['a stage with no name', ['--stage'], /^--stage is missing/],
  ['an empty stage', ['--stage='], /^--stage is missing/],
  ['an option in place of a name', ['--stage', '--hotswap'], /^--stage is missing/],
  ['another outputs file', ['--stage', 'dev', '--outputs-file', 'x.json'], /^--outputs-file can't be used/],
  ['another outputs file, in short', ['--stage', 'dev', '-O', 'x.json'], /^--outputs-file can't be used/],
])('%s is answered with the usage, and nothing is deployed', async (_, argv, says) => {
  const { status, err, calls } = await deployCommand(argv);
  expect(status).toBe(2);
  expect(err).toMatch(says);
  expect(err).toContain('Usage: npm run deploy');
  expect(calls).toEqual([]);
});

test('--help shows the usage', async () => {
  expect(await deployCommand(['--help'])).toMatchObject({
    status: 0,
    calls: [],
    out: expect.stringContaining('Usage:'),
  });
});

describe('a rehearsal, with AWS_ENDPOINT_URL on this machine', () => {
  const local = {
    'remote-dev': {
      RemoteBaseUrl: 'http://127.0.0.1:3000',
      SlotArn: 'arn',
      ManifestRemotes: 'remotes:',
      AppId: APP_ID,
      Stage: 'dev',
      RemoteKey: 'aws',
    },
  };
  const deploy = (endpoint: string) =>
    deployCommand(['--stage', 'dev'], 0, local, {
      AWS_ENDPOINT_URL: endpoint,
      AWS_PROFILE: 'production',
      PATH: '/bin',
    });

  test('takes none of our credentials along, and writes a URL of this machine into a copy', async () => {
    const outputs = JSON.stringify({ 'remote-dev': { ...local['remote-dev'], RemoteBaseUrl: NEW } });
    writeFileSync(join(folder, 'cdk-outputs.json'), outputs);
    const { status, calls, err, out } = await deploy('http://127.0.0.1:4566');
    expect(err).toBe(
      'Rehearsal: deploys to http://127.0.0.1:4566, and writes .local/manifest.yml instead of manifest.yml.\n',
    );
    expect(status).toBe(0);
    expect(calls[0]?.env).toMatchObject({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ACCESS_KEY_ID: 'testing' });
    expect(calls[0]?.env).not.toHaveProperty('AWS_PROFILE');
    expect(readFileSync(join(folder, '.local/manifest.yml'), 'utf8')).toContain('baseUrl: http://127.0.0.1:3000\n');
    // It is nothing to upload, and what is deployed for real is as it was.
    expect(out).not.toContain('forge deploy');
    expect(manifest()).toBe(GOOD);
    expect(readFileSync(join(folder, 'cdk-outputs.json'), 'utf8')).toBe(outputs);
  });

  test('config.ts may read our environment, and no proxy is asked', async () => {
    const environment = { TEAM: 'billing', HTTPS_PROXY: 'http://proxy', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
    const { calls } = await deployCommand(['--stage', 'dev'], 1, undefined, environment);
    expect(calls[0]?.env).toMatchObject({ TEAM: 'billing' });
    expect(calls[0]?.env).not.toHaveProperty('HTTPS_PROXY');
  });

  test.each(['https://vpce.example.com', 'http://10.0.0.1:4566', 'http://127.0.0.1.evil.example:80'])(
    '%s is none: such a URL is refused, as ever',
    async (endpoint) => {
      const { status, calls } = await deploy(endpoint);
      expect(calls[0]?.env).toBeUndefined();
      expect(status).not.toBe(0);
      expect(manifest()).toBe(GOOD);
    },
  );
});

describe('stacks whose first deployment failed', () => {
  let aws: EmulatedAws;
  let stack: StackUnderTest;
  const failed = { Secret: { Type: 'AWS::SecretsManager::Secret', DeletionPolicy: 'RetainExceptOnCreate' } };
  const odd = { Odd: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody: '{' } } };

  beforeEach(async () => {
    aws = await startAws();
    stack = new StackUnderTest(aws, 'forge-remote-prod');
    const stage = { name: 'prod', region: 'us-east-1', environments: ['PRODUCTION'] };
    writeFileSync(join(folder, 'config.ts'), `export default ${JSON.stringify({ stages: [stage] })};`);
  });
  afterEach(() => aws.stop());

  const deploy = (answers?: readonly string[], ...words: string[]) =>
    deployCommand(['--stage', 'prod', ...words], 1, undefined, { AWS_ENDPOINT_URL: aws.url }, '', answers);

  test.each<[string, string[] | undefined, string[], boolean]>([
    ['nobody can be asked', undefined, [], false],
    ['somebody says no', ['n'], [], false],
    ['somebody leaves', [], [], false],
    ['somebody says yes', ['y'], [], true],
    ['the option says yes', undefined, ['--unprotect-failed'], true],
  ])('a protected one: %s', async (_, answers, words, goesOn) => {
    await stack.deploy({ ...failed, ...odd });
    await stack.protect();
    const { status, err, calls } = await deploy(answers, ...words);
    expect(status).toBe(1);
    expect(err).toContain('The first deployment of forge-remote-prod in us-east-1 failed (ROLLBACK_COMPLETE).');
    expect(calls).toHaveLength(goesOn ? 1 : 0);
    expect(calls[0]?.programArguments ?? []).not.toContain('--unprotect-failed');
    expect(err.includes('Run the command again with --unprotect-failed')).toBe(!goesOn);
    expect(aws.calls.includes('cloudformation.UpdateTerminationProtection')).toBe(true);
    await stack.delete();
    expect((await stack.describe(await stack.id())).status).toBe(goesOn ? undefined : 'ROLLBACK_COMPLETE');
  });

  test('one that is not protected is left to cdk', async () => {
    await stack.deploy({ ...failed, ...odd });
    const { calls, err } = await deploy();
    expect(calls).toHaveLength(1);
    expect(err).toContain('forge-remote-prod in us-east-1 is ROLLBACK_COMPLETE: everything was rolled back.');
  });

  test('one in use is never touched, whatever is said', async () => {
    await stack.deploy(failed);
    await stack.protect();
    const { calls, err } = await deploy(['y'], '--unprotect-failed');
    expect(calls).toHaveLength(1);
    expect(err).not.toContain('protection');
    await stack.delete();
    expect((await stack.describe()).status).toBe('CREATE_COMPLETE');
  });

  test('where AWS refuses, the command says so, and how it is done by hand', async () => {
    await stack.deploy({ ...failed, ...odd });
    await stack.protect();
    aws.intercept((call) =>
      call.endsWith('UpdateTerminationProtection')
        ? { code: 'AccessDenied', message: 'You may not.', status: 403 }
        : undefined,
    );
    await expect(deploy(['y'])).rejects.toThrow(
      /Can't switch off the protection of .*: You may not\..*\n.*--stack-name forge-remote-prod --region us-east-1$/,
    );
  });
});

describe('what a failure most likely means', () => {
  const told = async (printed: string) => (await deployCommand(['--stage', 'dev'], 1, undefined, {}, printed)).err;

  test('is printed below it, with what to do and where there is more', async () => {
    const err = await told(
      "❌ SSM parameter /cdk-bootstrap/hnb659fds/version not found in x. Has the environment been bootstrapped? Please run 'cdk bootstrap'\n",
    );
    expect(err).toMatch(/Most likely: The account has no CDK bootstrap stack/);
    expect(err).toMatch(/To do: .*npx cdk bootstrap/);
    expect(err).toMatch(/docs\/first-deployment\.md\n$/);
  });

  test('is not guessed', async () => {
    const err = await told('Something else');
    expect(err).not.toContain('Most likely');
    expect(err).toContain('docs/first-deployment.md');
  });
});
