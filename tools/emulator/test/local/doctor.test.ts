import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../../../../bin/doctor';
import { createAws } from '../../../../bin/doctor/sdk';
import { alarmsIn } from '../../../../bin/doctor/stack';
import { type Backend, startBackend } from '../../../../bin/local/backend';
import { createSteps } from '../../../../bin/local/steps';
import { scheduledCalls } from '../../../../bin/local/story';
import { run as runLogs } from '../../../../bin/logs';
import { MANIFEST_COPY } from '../../../../bin/project';
import { setAppId } from '../../../../lib/manifest/app';
import { parseManifest } from '../../../../lib/manifest/document';
import { recordOutput } from '../../../../test/support/recorded-output';
import { PROJECT_ROOT } from '../../../../test/support/run-local';
import { type SimulatedForge, startForge } from '../../forge/forge';

/** A deployment takes a few seconds, more on a busy machine. */
jest.setTimeout(60_000);

const CONFIG = path.join(PROJECT_ROOT, 'config.ts');
const HOUR_MS = 3_600_000;
const PLACEHOLDER_URL = 'https://not-deployed-yet.invalid';

let backend: Backend;
let forge: SimulatedForge;
/** Where the command runs: it has the manifest that the local run wrote. */
let folder: string;
const ending: (() => unknown)[] = [];

beforeAll(async () => {
  backend = await startBackend({
    project: PROJECT_ROOT,
    connect: async ({ appId }) => {
      forge = await startForge({ appId });
      ending.push(forge.stop);
      return { jwksUrl: forge.jwksUrl };
    },
    onLog: () => undefined,
    steps: createSteps(() => undefined),
    signal: new AbortController().signal,
    addCleanup: (stop) => ending.push(stop),
  });
  folder = mkdtempSync(path.join(tmpdir(), 'doctor-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, path.dirname(MANIFEST_COPY)));
  writeFileSync(path.join(folder, MANIFEST_COPY), deployedManifest());
});

afterAll(async () => {
  for (const stop of ending.reverse()) await stop();
});

/** The text of manifest.yml with the deployed URL in it. */
const deployedManifest = () =>
  readFileSync(path.join(PROJECT_ROOT, 'manifest.yml'), 'utf8').replace(PLACEHOLDER_URL, backend.outputs.remoteBaseUrl);

interface Conditions {
  readonly hoursAhead?: number;
  readonly fetch?: typeof globalThis.fetch;
  readonly cwd?: string;
}

async function doctor(
  argv: readonly string[],
  { hoursAhead = 0, fetch = globalThis.fetch, cwd = folder }: Conditions = {},
) {
  const { said, streams } = recordOutput();
  const status = await run(argv, {
    ...streams,
    cwd,
    environment: {},
    fetch,
    now: () => Date.now() + hoursAhead * HOUR_MS,
  });
  return { status, ...said };
}

/** The command against the stage that was deployed here. */
const examine = (conditions: Conditions = {}, ...argv: string[]) =>
  doctor(['--endpoint', backend.aws.url, '--config', CONFIG, ...argv], conditions);

/** The row of a check, with its details and fixes. */
function row(table: string, check: string): string {
  const [, found = ''] = new RegExp(`^(. ${check} .*(?:\n {6}.*)*)`, 'm').exec(table) ?? [];
  return found.replaceAll(/\s+/g, ' ');
}

/** The signs of all checks, in order. */
const signs = (table: string) =>
  [...table.matchAll(/^([✓✗–]) (.+?) {2}/gm)].map(([, sign, check]) => `${sign} ${check?.trim()}`);

/** The physical name of an alarm, by what people call it. */
async function alarm(name: string): Promise<string> {
  const resources = await createAws('us-east-1', backend.aws.url).resources(backend.outputs.stackName);
  return alarmsIn(resources).find((found) => found.name === name)?.physicalId ?? '';
}

function calmAlarms(): void {
  for (const name of backend.aws.alarms.names()) backend.aws.alarms.setState(name, 'OK', 'calm');
}

const callOfForge = async () => {
  const [call] = scheduledCalls(backend.manifest);
  if (call) expect(await forge.call(call)).toMatchObject({ status: 200 });
};

describe('a stage that nobody has called yet', () => {
  test('has nothing wrong, and nothing to check in slot and alarms', async () => {
    const { status, out, err } = await examine();
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(signs(out)).toEqual([
      '✓ Stack',
      '✓ URL',
      '✓ Unsigned call',
      '✓ Forged token',
      '✓ Manifest',
      '✓ App id',
      '✓ Variables',
      '– Alarms',
      '– Slots',
      '✓ Refusals',
      '✓ Dead letters',
      '✓ Queue',
      '✓ Concurrency',
    ]);
    expect(row(out, 'Slots')).toContain('empty: Forge has not called yet');
    expect(out).toContain('11 ok, 0 wrong, 2 with nothing to check.');
  });

  test('is wrong once it is no longer new', async () => {
    const { status, out } = await examine({ hoursAhead: 25 });
    expect(status).toBe(1);
    expect(row(out, 'Slots')).toMatch(/^✗ .* is empty → Deploy and install the app/);
  });
});

describe('a stage that Forge has called', () => {
  beforeAll(async () => {
    await callOfForge();
    calmAlarms();
  });

  test('is healthy, and says whose token it has and until when', async () => {
    const { status, out } = await examine();
    expect(signs(out).filter((sign) => !sign.startsWith('✓'))).toEqual([]);
    expect(row(out, 'Slots')).toMatch(
      new RegExp(`installation ${forge.installation.uuid}: until .*Z, 239 minutes left, written under a minute ago`),
    );
    expect(row(out, 'Forged token')).toContain('401, signature-invalid');
    expect(status).toBe(0);
  });

  test('is only read: no token, nothing written', async () => {
    const before = backend.aws.calls.length;
    await examine();
    expect([...new Set(backend.aws.calls.slice(before))].sort()).toEqual([
      'cloudformation.DescribeStacks',
      'cloudformation.ListStackResources',
      'lambda.GetAccountSettings',
      'lambda.GetFunctionConfiguration',
      'logs.FilterLogEvents',
      'monitoring.DescribeAlarms',
      'secretsmanager.DescribeSecret',
      'sqs.GetQueueAttributes',
    ]);
  });

  test('npm run logs shows the call by what the deployed bundle logged, reads nothing else, and no token', async () => {
    const before = backend.aws.calls.length;
    const said: string[] = [];
    const status = await runLogs(['--endpoint', backend.aws.url, '--config', CONFIG], {
      out: (text) => said.push(text),
      err: (text) => said.push(text),
      cwd: folder,
      environment: { NO_COLOR: '1' },
      now: Date.now,
      sleep: async () => undefined,
      terminal: true,
      signal: AbortSignal.abort(),
    });
    expect(status).toBe(0);
    expect(said.join('\n')).toMatch(
      new RegExp(`✓ .* stored  +${forge.installation.uuid}  \\d+ ms  trace [0-9a-f]{32}`),
    );
    expect(said.join('\n')).not.toContain('eyJ');
    expect([...new Set(backend.aws.calls.slice(before))].sort()).toEqual([
      'cloudformation.DescribeStacks',
      'cloudformation.ListStackResources',
      'logs.FilterLogEvents',
    ]);
  });

  test('as JSON', async () => {
    const { status, out } = await examine({}, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      stage: 'dev',
      stack: backend.outputs.stackName,
      status: 'ok',
      findings: expect.arrayContaining([{ check: 'Queue', status: 'ok', summary: expect.any(String), details: [] }]),
    });
  });

  test("AWS's 403 in front of the receiver", async () => {
    const forbidden = JSON.stringify({
      Message: 'Forbidden. For troubleshooting Function URL authorization issues, see: …',
    });
    const fetch: typeof globalThis.fetch = async (url, init) =>
      init?.method === 'POST' ? new Response(forbidden, { status: 403 }) : globalThis.fetch(url, init);
    const { status, out } = await examine({ fetch });
    expect(status).toBe(1);
    expect(row(out, 'Unsigned call')).toMatch(
      /^✗ .*403 from AWS.*→ .*lambda:InvokeFunctionUrl and lambda:InvokeFunction\b/,
    );
    expect(row(out, 'Forged token')).toMatch(/^✗ /);
  });

  test('a URL that is gone', async () => {
    const fetch: typeof globalThis.fetch = () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND gone') }));
    const { out } = await examine({ fetch });
    expect(row(out, 'URL')).toMatch(/^✗ .*does not answer: .*getaddrinfo ENOTFOUND gone.*→ /);
    expect(row(out, 'Forged token')).toMatch(/^– /);
  });

  test('another URL in the manifest', async () => {
    writeFileSync(path.join(folder, 'drifted.yml'), readFileSync(path.join(PROJECT_ROOT, 'manifest.yml'), 'utf8'));
    const { status, out } = await examine({}, '--manifest', 'drifted.yml');
    expect(status).toBe(1);
    expect(row(out, 'Manifest')).toMatch(/^✗ .*not the deployed URL.*not-deployed-yet\.invalid .* → /);
  });

  test('another app in the manifest', async () => {
    const other = 'ari:cloud:ecosystem::app/5d2c8f3a-1f0e-4b7a-9c61-7e0f1a2b3c4d';
    writeFileSync(path.join(folder, 'other.yml'), setAppId(parseManifest(deployedManifest(), 'other.yml'), other).text);
    const { status, out } = await examine({}, '--manifest', 'other.yml');
    expect(status).toBe(1);
    expect(row(out, 'App id')).toMatch(new RegExp(`^✗ .*audience-wrong.*${other}.*→ `, 's'));
  });

  test('an alarm that is on', async () => {
    backend.aws.alarms.setState(await alarm('TokenRunningOut'), 'ALARM', 'Threshold Crossed: 1 datapoint [3000.0]');
    const { status, out } = await examine();
    calmAlarms();
    expect(status).toBe(1);
    expect(row(out, 'Alarms')).toMatch(/^✗ .*TokenRunningOut is on since .*Threshold Crossed.* → TokenRunningOut: /);
  });

  test('a token that has expired', async () => {
    const { status, out } = await examine({ hoursAhead: 5 });
    expect(status).toBe(1);
    expect(row(out, 'Slots')).toMatch(/^✗ .*expired at .*, 60 minutes ago.* → Forge has stopped delivering/);
  });

  test("a call of Forge's that was refused", async () => {
    const [call] = scheduledCalls(backend.manifest);
    if (call) expect(await forge.call({ ...call, systemToken: false })).toMatchObject({ status: 422 });
    const { status, out } = await examine();
    expect(status).toBe(1);
    expect(row(out, 'Refusals')).toMatch(/^✗ .*1 × system-token-missing, last .* → system-token-missing: /);
    expect((await examine({ hoursAhead: 2.5 })).out).toMatch(/^✓ Refusals/m);
  });

  test('a job that was given up', async () => {
    const name = backend.aws.queues.all().find(({ settings }) => !settings.redrive)?.name ?? '';
    backend.aws.queues.get(name).send({ body: '{}', groupId: 'one', deduplicationId: 'one' });
    const { status, out } = await examine();
    expect(status).toBe(1);
    expect(row(out, 'Dead letters')).toMatch(/^✗ .*1 message: .* → .*Start DLQ redrive/);
  });

  test('what AWS does not let us see is said, with the right that it takes', async () => {
    backend.aws.intercept((call) =>
      call === 'cloudformation.ListStackResources'
        ? { status: 403, code: 'AccessDenied', message: 'User is not authorized' }
        : undefined,
    );
    const { status, out, err } = await examine();
    backend.aws.intercept(undefined);
    expect({ status, err }).toEqual({ status: 2, err: '' });
    expect(row(out, 'Variables')).toMatch(
      /^– .*could not be checked: AccessDenied: .* → Use credentials that may cloudformation:ListStackResources/,
    );
    // Without the receiver's variables it isn't known whose keys it takes.
    expect(signs(out).slice(0, 6)).toEqual([
      '✓ Stack',
      '✓ URL',
      '✓ Unsigned call',
      '– Forged token',
      '✓ Manifest',
      '✓ App id',
    ]);
  });
});
