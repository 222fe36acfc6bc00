import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT, runInProject } from '../../../../test/support/run-deploy';

// A process for each of them. test/bin/app.test.ts looks at what is synthesized.
jest.setTimeout(60_000);

/** No AWS is needed, and none is there. */
const NOBODY = 'http://127.0.0.1:9';

test('cdk synth warns of the placeholder app id with the fix', async () => {
  const cdk = path.join(PROJECT_ROOT, 'node_modules/.bin/cdk');
  const { status, output } = await runInProject(NOBODY, [cdk, 'synth', '--quiet', '-c', 'stage=dev']);
  expect(output).toMatch(/placeholder ari:cloud:ecosystem::app\/0{8}.*forge register/);
  expect(status).toBe(0);
  const templates = readdirSync(path.join(PROJECT_ROOT, 'cdk.out')).filter((name) => name.endsWith('.template.json'));
  expect(templates).toEqual(['forge-remote-dev.template.json']);
});

/** Runs bin/app.ts as the CDK CLI does, up to its first error. */
const runApp = (context: Record<string, unknown>) =>
  runInProject(NOBODY, ['--import', 'tsx', 'bin/app.ts'], { CDK_CONTEXT_JSON: JSON.stringify(context) });

function fileWith(name: string, text: string): string {
  const file = path.join(PROJECT_ROOT, name);
  writeFileSync(file, text);
  return file;
}

const CONFIG = "{ stages: [{ name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'] }] }";

test.each<[string, () => Record<string, unknown>, RegExp]>([
  [
    'a typo in the configuration',
    () => ({ config: fileWith('typo.ts', `export default ${CONFIG.replace('region', 'regoin')};`) }),
    /typo\.ts has 2 problems:\n.*unknown key 'regoin', did you mean 'region'\?.*\n {2}stages\[0\]\.region: is missing/,
  ],
  ['a manifest that is not YAML', () => ({ manifest: fileWith('broken.yml', 'modules: [') }), /^.*broken\.yml:\d+: /],
  [
    'a trigger that the job has no work for',
    () => {
      fileWith('lambda/job.ts', "import { byKey } from './worker/job';\nexport const job = byKey({});\n");
      return {};
    },
    /^manifest\.yml:\d+: scheduledTrigger "hourly" has no job in lambda\/job\.ts\. Add it to schedules in byKey/,
  ],
  ['a stage that is no text', () => ({ stage: true }), /^Context stage is true; allowed: a text/],
])('%s gives a message, not a stack trace', async (_, context, message) => {
  const { status, output } = await runApp(context());
  expect(output).toMatch(message);
  expect(output).not.toMatch(/^\s+at /m);
  expect(status).toBe(1);
});
