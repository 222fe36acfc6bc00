import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT, runInProject } from '../../../../test/support/run-deploy';

// test/bin/app.test.ts has what is synthesized, and one mistake. Here are the other kinds.

// A process for each of them.
jest.setTimeout(60_000);

/** Runs bin/app.ts as the CDK CLI does, up to its first error. */
const runApp = (context: Record<string, unknown>) =>
  runInProject('http://127.0.0.1:9', ['--import', 'tsx', 'bin/app.ts'], { CDK_CONTEXT_JSON: JSON.stringify(context) });

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
  ['a stage that is no text', () => ({ stage: true }), /^Context stage is true; allowed: a text/],
])('%s gives a message, not a stack trace', async (_, context, message) => {
  const { status, output } = await runApp(context());
  expect(output).toMatch(message);
  expect(output).not.toMatch(/^\s+at /m);
  expect(status).toBe(1);
});
