import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFixtureFork } from '../support/fixture-fork';

const { folder: PROJECT_ROOT, remove } = createFixtureFork();
afterAll(remove);
const CDK = path.join(PROJECT_ROOT, 'node_modules/.bin/cdk');

// The bundling takes seconds on two cores.
jest.setTimeout(60_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'app-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly exitCode: number;
  readonly stderr: string;
}

/** Runs a command with nothing in its environment that could lead it to an AWS account. */
function run(command: string, args: readonly string[], variables: Record<string, string> = {}): Promise<Ended> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_DISABLE_VERSION_CHECK: '1',
    // It costs seconds. tools/maintain/test/validation.test.ts has it.
    CDK_VALIDATION: 'false',
    ...variables,
  };
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd: PROJECT_ROOT, env }, (_error, _stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stderr });
    });
  });
}

/** Runs bin/app.ts as the CDK CLI does, up to its first error. */
const runApp = (context: Record<string, unknown>) =>
  run(process.execPath, ['--import', 'tsx', 'bin/app.ts'], { CDK_CONTEXT_JSON: JSON.stringify(context) });

function configFile(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('cdk synth', () => {
  let output: string;
  let ended: Ended;
  beforeAll(async () => {
    output = path.join(folder, 'cdk.out');
    ended = await run(CDK, ['synth', '--quiet', '-c', 'stage=dev', '--output', output]);
  });

  test('succeeds, and warns of the placeholder app id with the fix', () => {
    expect(ended.stderr).toMatch(/placeholder ari:cloud:ecosystem::app\/0{8}.*forge register/);
    expect(ended.exitCode).toBe(0);
  });

  test('makes the stack of the stage that was asked for, and no other', () => {
    const templates = readdirSync(output).filter((name) => name.endsWith('.template.json'));
    expect(templates).toEqual(['forge-remote-dev.template.json']);
  });

  const bundles = () => readdirSync(output).filter((name) => name.startsWith('asset.'));

  test('bundles receiver, worker and monitor, each into ES modules around one that has the handler', () => {
    expect(bundles()).toHaveLength(3);
    for (const bundle of bundles()) {
      const names = readdirSync(path.join(output, bundle));
      expect(names).toContain('index.mjs');
      expect(names.filter((name) => !/\.mjs(\.map)?$/.test(name))).toEqual([]);
    }
    // The worker's: its log names the line of lambda/job.ts.
    const mapped = bundles().filter((bundle) =>
      readdirSync(path.join(output, bundle)).some((name) => name.endsWith('.map')),
    );
    expect(mapped).toHaveLength(1);
  });

  test('leaves the AWS SDK in the bundles, so that the functions run with the version that was tested', () => {
    expect(bundles()).not.toEqual([]);
    for (const bundle of bundles()) {
      const folder = path.join(output, bundle);
      for (const name of readdirSync(folder).filter((each) => each.endsWith('.mjs'))) {
        const code = readFileSync(path.join(folder, name), 'utf8');
        expect(code).not.toMatch(/from\s*["'](@aws-sdk|@smithy|jose)/);
      }
    }
  });
});

describe('a mistake gives a message, not a stack trace', () => {
  const CONFIG = "{ stages: [{ name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'] }] }";

  test.each<[string, () => Record<string, unknown>, RegExp]>([
    [
      'a typo in the configuration',
      () => ({ config: configFile('typo.ts', `export default ${CONFIG.replace('region', 'regoin')};`) }),
      /typo\.ts has 2 problems:\n.*unknown key 'regoin', did you mean 'region'\?.*\n {2}stages\[0\]\.region: is missing/,
    ],
    [
      'a manifest that is none',
      () => ({ manifest: configFile('manifest.yml', 'modules: [') }),
      /^.*manifest\.yml:\d+: /,
    ],
    [
      'a trigger that the job has no work for',
      () => {
        writeFileSync(
          path.join(PROJECT_ROOT, 'lambda/job.ts'),
          "import { byKey } from './worker/job';\nexport const job = byKey({});\n",
        );
        return {};
      },
      /^manifest\.yml:\d+: scheduledTrigger "hourly" has no job in lambda\/job\.ts\. Add it to schedules in byKey/,
    ],
    ['a stage that is no text', () => ({ stage: true }), /^Context stage is true; allowed: a text/],
  ])('%s', async (_, context, message) => {
    const { exitCode, stderr } = await runApp(context());
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(exitCode).toBe(1);
  });
});
