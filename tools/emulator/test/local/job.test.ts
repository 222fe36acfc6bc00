import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createFixtureFork } from '../../../../test/support/fixture-fork';

// npm run job -- --answers: a fork's job with its own variables and triggers, and no token.

const { folder, remove } = createFixtureFork();
afterAll(remove);

const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);

beforeAll(() => {
  write(
    'lib/resources.ts',
    `import type { AddResources } from './add-resources';
export const addResources: AddResources = ({ stack, remote, stage }) => {
  remote.worker?.function.addEnvironment('STAGE_NAME', stage.name);
  remote.worker?.function.addEnvironment('STACK', stack.stackId);
};
`,
  );
  // It reads a variable when it is loaded, and leaves a timer behind.
  write(
    'lambda/job.ts',
    `import { byKey } from './worker/job';
const stage = process.env.STAGE_NAME;
setInterval(() => {}, 1_000);
export const job = byKey({
  schedules: {
    hourly: async ({ atlassian, log }) => {
      const response = await atlassian.fetch('/wiki/api/v2/tasks?limit=1');
      log.info('Tasks', { stage, stack: process.env.STACK, status: response.status });
    },
  },
  events: {
    pages: async ({ trigger, log }) => {
      log.info(trigger.name, { title: trigger.body.title });
      if (trigger.body.title === 'endless') await new Promise(() => {});
      throw new Error('Not today');
    },
  },
});
`,
  );
  const manifest = readFileSync(path.join(folder, 'manifest.yml'), 'utf8');
  const trigger = '    - key: pages\n      endpoint: token\n      events:\n        - avi:confluence:created:page\n';
  write('manifest.yml', manifest.replace('  trigger:\n', `  trigger:\n${trigger}`));
  write('answers.ts', "export default { 'GET /wiki/api/v2/tasks': ({ query }) => ({ limit: query.get('limit') }) };\n");
  write('none.ts', 'export default {};\n');
  write('page.json', '{ "title": "A page" }');
  write('endless.json', '{ "title": "endless" }');
});

/** The command, in the fork. A process that doesn't end by itself is killed, and has no exit status. */
function job(...flags: string[]) {
  return new Promise<{ status: unknown; out: string; err: string }>((resolve) => {
    const argv = ['--import', 'tsx', 'bin/job.ts', ...flags];
    execFile(process.execPath, argv, { cwd: folder, timeout: 60_000 }, (error, out, err) =>
      resolve({ status: error ? error.code : 0, out, err }),
    );
  });
}

test("the worker's variables are there when the job is loaded, and a timer doesn't keep the process", async () => {
  const { status, out, err } = await job('--answers', 'answers.ts');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  // What only a deployment knows is left out.
  expect(out).toMatch(/^\{"level":"INFO","message":"Tasks","stage":"dev","status":200\}\nJob done in /);
});

test('a call without an answer is told with the line to paste, and another stage has its own variables', async () => {
  const { status, out, err } = await job('--answers', 'none.ts', '--stage', 'prod');
  expect(status).toBe(0);
  expect(out).toContain('"stage":"prod","status":404');
  expect(err).toContain(
    "The job made calls that none.ts has no answer for. Add them:\n  'GET /wiki/api/v2/tasks': {},",
  );
});

test('an event with its body; a job that fails is told with its line', async () => {
  const { status, out, err } = await job('--answers', 'none.ts', '--trigger', 'pages', '--body', 'page.json');
  expect(status).toBe(1);
  expect(out).toContain('{"level":"INFO","message":"avi:confluence:created:page","title":"A page"}');
  expect(err).toMatch(/Job failed after .* s\.\nError: Not today\n {4}at .*lambda\/job\.ts:15:/);
});

test('it ends when its time is over', async () => {
  const flags = ['--trigger', 'pages', '--body', 'endless.json', '--minutes', '0.001'];
  const { status, err } = await job('--answers', 'none.ts', ...flags);
  expect(status).toBe(1);
  expect(err).toMatch(/The job was not done after \d+ ms/);
});

test.each([
  [['--answers', 'none.ts', '--trigger', 'daily'], '--trigger is daily; allowed: hourly, pages'],
  [[], '--installation is missing'],
  [['--answers', 'none.ts', '--trigger', 'pages', '--body', 'answers.ts'], 'answers.ts is not JSON'],
])('a wrong command line, %j, is told with what is allowed', async (flags, message) => {
  const { status, err } = await job(...flags);
  expect(status).toBe(2);
  expect(err).toContain(message);
});
