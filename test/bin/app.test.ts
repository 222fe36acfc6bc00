import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT, runInProject } from '../support/run-deploy';

const CDK = path.join(PROJECT_ROOT, 'node_modules/.bin/cdk');
/** No AWS is needed, and none is there. */
const NOBODY = 'http://127.0.0.1:9';

// The bundling takes seconds on two cores.
jest.setTimeout(60_000);

describe('cdk synth', () => {
  let output: string;
  let ended: Awaited<ReturnType<typeof runInProject>>;
  beforeAll(async () => {
    output = path.join(PROJECT_ROOT, 'cdk.out');
    ended = await runInProject(NOBODY, [CDK, 'synth', '--quiet', '-c', 'stage=dev', '--output', output]);
  });

  test('succeeds, and warns of the placeholder app id with the fix', () => {
    expect(ended.output).toMatch(/placeholder ari:cloud:ecosystem::app\/0{8}.*forge register/);
    expect(ended.status).toBe(0);
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

test('a trigger that the job has no work for gives a message, not a stack trace', async () => {
  writeFileSync(
    path.join(PROJECT_ROOT, 'lambda/job.ts'),
    "import { byKey } from './worker/job';\nexport const job = byKey({});\n",
  );
  const { status, output } = await runInProject(NOBODY, ['--import', 'tsx', 'bin/app.ts'], { CDK_CONTEXT_JSON: '{}' });
  expect(output).toMatch(
    /^manifest\.yml:\d+: scheduledTrigger "hourly" has no job in lambda\/job\.ts\. Add it to schedules in byKey/,
  );
  expect(output).not.toMatch(/^\s+at /m);
  expect(status).toBe(1);
});
