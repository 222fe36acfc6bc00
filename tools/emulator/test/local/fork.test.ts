import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT, runLocal } from '../../../../test/support/run-local';

// `npm run local` is about the fork's own backend: its stages, its job, its triggers.

/** A deployment takes some seconds, more on a busy machine. */
jest.setTimeout(120_000);

const edit = (file: string, change: (text: string) => string) => {
  const name = path.join(PROJECT_ROOT, file);
  writeFileSync(name, change(readFileSync(name, 'utf8')));
};

const EVENT_TRIGGER = '    - key: issue-created\n      endpoint: token\n      events: [avi:jira:created:issue]\n';

const JOB = `import { byKey } from './worker/job';
export const job = byKey({
  schedules: {
    hourly: async ({ atlassian, log }) => {
      const response = await atlassian.fetch('/rest/api/3/myself');
      log.warn('Jira is asked', { status: response.status });
      if (!response.ok) throw new Error('Jira answered ' + response.status);
    },
  },
  events: { 'issue-created': async ({ trigger, log }) => log.info('An issue', { key: trigger.body.issue?.key ?? 'none' }) },
});
`;

const KEY = 'arn:aws:kms:eu-west-1:999999999999:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f';

const CONFIG = `export default {
  name: 'billing',
  stages: [
    { name: 'test', region: 'us-east-1', environments: ['STAGING'] },
    {
      name: 'live',
      account: '999999999999',
      region: 'eu-west-1',
      environments: ['PRODUCTION'],
      permissionsBoundary: 'team-boundary',
      bootstrapQualifier: 'team',
      tags: { CostCenter: '4711' },
      // The emulation asks for the rights on them, as AWS KMS does.
      logKmsKeyArn: '${KEY}',
      messageKmsKeyArn: '${KEY}',
      slot: { strategy: 'perInstallation', kmsKeyArn: '${KEY}' },
      slack: { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' },
      monitor: false,
      exposure: {
        httpApi: {
          domainName: 'forge.example.com',
          certificateArn: 'arn:aws:acm:eu-west-1:999999999999:certificate/12345678-1234-1234-1234-123456789012',
        },
      },
    },
    { name: 'silent', region: 'us-east-1', environments: ['DEVELOPMENT'], worker: false },
  ],
};
`;

const RESOURCES = `import { Code, Function, FunctionUrlAuthType, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { AddResources } from './add-resources';
export const addResources: AddResources = ({ stack }) => {
  const code = Code.fromInline('exports.handler = async () => {};');
  const own = new Function(stack, 'Own', { code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X });
  own.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  own.addEventSource(new SqsEventSource(new Queue(stack, 'Reports')));
};
`;

beforeAll(() => {
  edit('config.ts', () => CONFIG);
  edit('lambda/job.ts', () => JOB);
  edit('manifest.yml', (text) =>
    text.replace('read:space:confluence', 'read:jira-work').replace('  trigger:\n', `  trigger:\n${EVENT_TRIGGER}`),
  );
});

test('a job that fails: what, where, what Atlassian had no answer to; and the rest of the story all the same', async () => {
  const { exited, output } = runLocal();
  expect(await exited).toBe(1);
  expect(output.stderr).toBe('');
  expect(output.stdout).toContain('deployed stage test of config.ts');
  expect(output.stdout).toMatch(
    /✗ The worker ran lambda\/job\.ts, and the job failed.*\n {4}Error: Jira answered 404\n {8}at hourly \(lambda\/job\.ts:7:\d+\)\n/,
  );
  expect(output.stdout).toContain('✓ Forge sent the event avi:jira:created:issue, and the worker ran lambda/job.ts');
  expect(output.stdout).toContain('✓ A stranger called');
  expect(output.stdout).toContain(
    "– The job made calls that test/own/atlassian.ts has no answer for. Add them:\n–   'GET /rest/api/3/myself': {},\n",
  );
  // The job's own lines, as JSON: this test reads a pipe.
  expect(output.stdout).toMatch(/^ {2}\{.*"message":"Jira is asked",.*"status":404/m);
  expect(output.stdout).toMatch(/^ {2}\{.*"message":"An issue",.*"event":"avi:jira:created:issue",.*"key":"none"/m);
});

test('another stage, with its strategy, behind what stands in for its domain, in its region', async () => {
  const answers = path.join(PROJECT_ROOT, 'answers.ts');
  writeFileSync(answers, "export default { 'GET /rest/api/3/myself': { accountId: 'me' } };\n");
  const { exited, output } = runLocal('--stage', 'live', '--answers', 'answers.ts', '--json');
  expect({ exit: await exited, err: output.stderr }).toEqual({ exit: 0, err: '' });
  expect(output.stdout).toMatch(/^ {2}\{"level":"INFO","message":"Job done\."/m);
  expect(output.stdout).toContain('deployed stage live of config.ts');
  expect(output.stdout).toContain(
    '– config.ts has an HTTP API at forge.example.com. Here, the receiver answers at a URL of this machine',
  );
  expect(output.stdout).toContain('✓ The worker ran lambda/job.ts');
  expect(output.stdout).toMatch(/arn:aws:secretsmanager:eu-west-1:\d+:secret:billing-live\/slot\/\*\n {2}version \d+-/);
});

test('a stage without a worker: an event for it is refused; without one the slot is filled, and no job is expected', async () => {
  const refused = runLocal('--stage', 'silent');
  expect(await refused.exited).toBe(1);
  expect(refused.output.stderr).toContain(
    'waits for avi:jira:created:issue, and stage "silent" in config.ts has worker: false',
  );
  edit('manifest.yml', (text) => text.replace(EVENT_TRIGGER, ''));
  const { exited, output } = runLocal('--stage', 'silent');
  expect({ exit: await exited, err: output.stderr }).toEqual({ exit: 0, err: '' });
  expect(output.stdout).toContain('– config.ts has worker: false, so the slot is filled and no job runs');
  expect(output.stdout).not.toContain('lambda/job.ts');
  edit('manifest.yml', (text) => text.replace('  trigger:\n', `  trigger:\n${EVENT_TRIGGER}`));
});

test('a worker that breaks down when it is loaded, and a second function with a URL and a queue', async () => {
  edit('lambda/job.ts', (text) => `${text}\nthrow new Error('No settings');\n`);
  edit('lib/resources.ts', () => RESOURCES);
  const { exited, output } = runLocal();
  expect(await exited).toBe(1);
  edit('lambda/job.ts', () => JOB);
  expect(output.stdout).toMatch(/✗ \S*ForgeRemoteWorkerFunction\S* can't be loaded, so its queue is not read/);
  expect(output.stdout).toContain('No settings');
  expect(output.stdout).toContain('✓ A stranger called');
});

test('--serve: the installation, and how to fire what manifest.yml waits for', async () => {
  const { child, exited, firstLine, output } = runLocal('--serve');
  const { installation, fireUrl } = JSON.parse(await firstLine);
  expect(installation).toMatch(/^[0-9a-f-]{36}$/);
  const fire = async (name: string, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
    const body = JSON.stringify({ issue: { key: 'A-1' } });
    const response = await fetch(`${fireUrl}/${name}`, { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  };
  expect(await fire('avi:jira:created:issue')).toMatchObject({ status: 200, body: { status: 200 } });
  expect(await fire('schedule')).toMatchObject({ status: 200 });
  expect(await fire('avi:jira:deleted:issue')).toMatchObject({
    status: 404,
    body: { error: expect.stringContaining('allowed: schedule, avi:jira:created:issue') },
  });
  // As a page in the developer's browser could.
  expect(await fire('schedule', { 'content-type': 'text/plain' })).toMatchObject({ status: 405 });
  for (let waited = 0; waited < 100 && !output.stderr.includes('"key":"A-1"'); waited += 1) {
    await new Promise((resolve) => child.stderr?.once('data', resolve));
  }
  expect(output.stderr).toContain('"key":"A-1"');
  expect(output.stderr).toContain(`curl -X POST ${fireUrl}/avi:jira:created:issue`);
  child.kill('SIGINT');
  expect(await exited).toBe(0);
});
