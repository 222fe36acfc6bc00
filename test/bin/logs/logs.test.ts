import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../../../bin/logs';
import { type EmulatedAws, startAws } from '../../../tools/emulator/aws/server';
import { StackUnderTest } from '../../../tools/emulator/test/aws/stack-under-test';

const NOW_MS = Date.parse('2026-11-27T14:00:00Z');
const HOUR_MS = 3_600_000;
const folder = mkdtempSync(path.join(tmpdir(), 'logs-'));
const CONFIG = path.join(folder, 'config.ts');
const [ONE, TWO] = ['a34c43fb-aa35-49e6-a8be-aa5d38be6baa', 'b34c43fb-aa35-49e6-a8be-aa5d38be6baa'];
const [TRACE_1, TRACE_2] = ['463ac35c9f6413ad', '563ac35c9f6413ad'];

let aws: EmulatedAws;
let nowMs = NOW_MS;

beforeAll(async () => {
  const stages = [
    { name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'] },
    { name: 'prod', region: 'us-east-1', environments: ['PRODUCTION'] },
  ];
  writeFileSync(CONFIG, `export default ${JSON.stringify({ name: 'forge-remote', stages })};`);
  aws = await startAws({ clock: () => nowMs });
  const group = (name: string) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: name } });
  await new StackUnderTest(aws, 'forge-remote-dev').deploy({
    ForgeRemoteReceiverLogs42F5853E: group('/receiver'),
    ForgeRemoteWorkerLogs71BB0760: group('/worker'),
  });
  const of = (installation: string | undefined, traceId: string) => ({
    traceId,
    installation: `ari:cloud:ecosystem::installation/${installation}`,
    module: 'hourly',
  });
  const put = (afterMs: number, name: string, fields: object) => {
    nowMs = NOW_MS - HOUR_MS / 2 + afterMs;
    aws.logs.put(name, JSON.stringify({ level: 'INFO', message: 'said', ...fields }));
  };
  put(0, '/receiver', { status: 200, outcome: 'stored', path: '/forge/token', durationMs: 5, ...of(ONE, TRACE_1) });
  put(10, '/receiver', { status: 200, outcome: 'unchanged', path: '/forge/token', durationMs: 5, ...of(TWO, TRACE_2) });
  put(20, '/receiver', { status: 401, reason: 'signature-invalid', message: 'No.', durationMs: 1, path: '/x' });
  aws.logs.put('/receiver', '{"_aws":{},"Accepted":1}');
  put(30, '/worker', { message: 'by two', ...of(TWO, TRACE_2) });
  put(40, '/worker', { message: 'by one', ...of(ONE, TRACE_1) });
  put(50, '/worker', { message: 'Job done.', durationMs: 3, ...of(ONE, TRACE_1) });
  aws.logs.put('/worker', 'Task timed out after 300.00 seconds');
  nowMs = NOW_MS - 3 * HOUR_MS;
  aws.logs.put('/receiver', JSON.stringify({ level: 'INFO', message: 'long ago' }));
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true });
});

interface Looks {
  /** What happens while it waits for the next look; none: it is interrupted. */
  readonly between?: (() => void)[];
  /** @default true */
  readonly terminal?: boolean;
}

async function logs(argv: readonly string[], { between = [], terminal = true }: Looks = {}) {
  nowMs = NOW_MS;
  const said: { out: string[]; err: string[] } = { out: [], err: [] };
  const interrupted = new AbortController();
  const status = await run(['--endpoint', aws.url, '--stage', 'dev', '--config', CONFIG, ...argv], {
    out: (text) => said.out.push(text),
    err: (text) => said.err.push(text),
    cwd: '/',
    environment: { NO_COLOR: '1' },
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
      const next = between.shift();
      if (next) next();
      else interrupted.abort();
    },
    terminal,
    signal: interrupted.signal,
  });
  return { status, ...said };
}

/** The second half of each line: what became of it. */
const gist = (lines: readonly string[]) =>
  lines.map((line) =>
    line
      .replace(/^\S+Z {2}/, '')
      .split(/ {2,}/)
      .slice(0, 3)
      .join(' ')
      .trim(),
  );

test('the last hour, oldest call first, each with what its job says below it', async () => {
  const { status, out, err } = await logs([]);
  expect({ status, err }).toEqual({ status: 0, err: [] });
  expect(gist(out)).toEqual([
    '✓ hourly stored',
    'by one',
    '✓ job hourly done',
    '✓ hourly unchanged',
    'by two',
    '✗ /x 401 signature-invalid',
    'Task timed out after 300.00 seconds',
  ]);
});

test('--since takes more', async () => {
  const { out } = await logs(['--since', '4h']);
  expect(out[0]).toBe('    long ago');
});

test("--trace: one call's way, asked of CloudWatch and not sought here", async () => {
  const { out } = await logs(['--trace', TRACE_1]);
  expect(gist(out)).toEqual(['✓ hourly stored', 'by one', '✓ job hourly done']);
});

test('--installation, as uuid or ARI', async () => {
  const { out } = await logs(['--installation', TWO]);
  expect(gist(out)).toEqual(['✓ hourly unchanged', 'by two']);
  expect((await logs(['--installation', `ari:cloud:ecosystem::installation/${TWO}`])).out).toEqual(out);
});

test('--refused', async () => {
  const { out } = await logs(['--refused']);
  expect(gist(out)).toEqual(['✗ /x 401 signature-invalid']);
});

test('--json: the lines as they were written', async () => {
  const { out } = await logs(['--json', '--refused']);
  expect(out.map((line) => JSON.parse(line))).toMatchObject([{ reason: 'signature-invalid', durationMs: 1 }]);
  expect((await logs(['--refused'], { terminal: false })).out).toEqual(out);
});

test('nothing found is said, with what to do', async () => {
  const { status, out, err } = await logs(['--trace', '0000000000000000']);
  expect({ status, out }).toEqual({ status: 0, out: [] });
  expect(err).toEqual(['No line of trace 0000000000000000 in this time. --since looks further back.']);
});

test('--follow goes on with what comes, tells nothing twice, and sees what comes late', async () => {
  const late = { level: 'INFO', message: 'written earlier, seen later' };
  const { out } = await logs(['--follow', '--refused'], {
    between: [
      () => undefined,
      () => {
        nowMs -= 30_000;
        aws.logs.put(
          '/receiver',
          JSON.stringify({ ...late, reason: 'token-expired', status: 401, durationMs: 1, path: '/y' }),
        );
        nowMs += 30_000;
      },
      () => undefined,
    ],
  });
  expect(gist(out)).toEqual(['✗ /x 401 signature-invalid', '✗ /y 401 token-expired']);
});

test('--follow outlives a time without AWS, tells of it once, and misses nothing of it', async () => {
  const refusal = { level: 'WARN', message: 'No.', reason: 'token-expired', status: 401, durationMs: 1, path: '/z' };
  const minutes = (count: number) => {
    nowMs += count * 60_000;
  };
  const { status, out, err } = await logs(['--follow', '--refused', '--since', '1m'], {
    between: [
      () => aws.logs.removeGroup('/receiver'),
      () => minutes(5),
      () => {
        aws.logs.put('/receiver', JSON.stringify(refusal));
        minutes(5);
      },
      () => undefined,
    ],
  });
  expect(status).toBe(0);
  expect(gist(out).filter((line) => line.includes('/z'))).toEqual(['✗ /z 401 token-expired']);
  expect(err).toEqual([expect.stringMatching(/^Can't read the logs; trying again until Ctrl-C: .*log group/)]);
});

test.each([
  [['--since', 'yesterday'], '--since is yesterday; allowed: minutes, hours or days: 30m, 2h, 3d'],
  [['--trace', '" || true'], '--trace is " || true; allowed: 16 or 32 characters of 0-9 and a-f'],
  [['--installation', 'x'], '--installation is x; allowed: a uuid, or ari:cloud:ecosystem::installation/<uuid>'],
  [['--stage', 'qa'], 'qa'],
  [['--loud'], "Unknown option '--loud'"],
])('a wrong command line, %j, is told with what is allowed', async (argv, message) => {
  const { status, err } = await logs(argv);
  expect(status).toBe(2);
  expect(err.join('\n')).toContain(message);
});

test('no such stack is told with what to do', async () => {
  const { status, err } = await logs(['--stage', 'prod']);
  expect(status).toBe(1);
  expect(err).toEqual([
    expect.stringMatching(
      /^Stack forge-remote-prod does not exist in .*, in the account of these credentials\. Restart "npm run local -- --serve"\./,
    ),
  ]);
});

test('AWS that is not there is no stack trace', async () => {
  const { status, err } = await logs(['--endpoint', 'http://127.0.0.1:1']);
  expect(status).toBe(1);
  expect(err.join('\n')).not.toMatch(/^\s+at /m);
});
