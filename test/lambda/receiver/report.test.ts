import { DIMENSIONS, METRIC_NAMESPACE, METRICS, REASONS, type Reason } from '../../../lambda/contract/outcomes';
import type { CallReport } from '../../../lambda/receiver/handler';
import { createReport } from '../../../lambda/receiver/report';
import { authorize, createTestVerifier, INSTALLATION } from '../../support/forge-call';

const REMOTE = 'forge-remote-test';

/** Reasons that say nothing of the caller: Forge may be refused for them before its signature is looked at. */
const MAYBE_FORGE: readonly Reason[] = [
  'key-unknown',
  'key-not-yet-known',
  'key-server-unavailable',
  'isolated-cloud-not-served',
  'internal-error',
];
const CALL: CallReport = { status: 200, outcome: 'stored', path: '/forge/token', traceId: 'abc', durationMs: 12 };

/** The JSON lines that reporting `call` writes to stdout and stderr: the log line, and the metrics. */
function linesOf(call: CallReport) {
  const lines: string[] = [];
  const collect = (chunk: unknown) => lines.push(...String(chunk).trimEnd().split('\n')) > 0;
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(collect),
  );
  try {
    createReport(REMOTE)(call);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const parsed = lines.map((line) => JSON.parse(line));
  return { log: parsed.filter((line) => !line._aws), metrics: parsed.filter((line) => line._aws) };
}

test('an accepted call is one line that says whose it was and what became of it', async () => {
  const invocation = await (await createTestVerifier())(await authorize());
  const { log } = linesOf({ ...CALL, invocation });
  expect(log).toHaveLength(1);
  expect(log[0]).toMatchObject({
    level: 'INFO',
    outcome: 'stored',
    status: 200,
    installation: `ari:cloud:ecosystem::installation/${INSTALLATION.uuid}`,
    environment: 'DEVELOPMENT',
    traceId: 'abc',
    durationMs: 12,
  });
});

test.each([
  ['system-token-missing', 422, 'WARN', 'auth.appSystemToken.enabled'],
  ['audience-wrong', 401, 'WARN', 'app.id in manifest.yml'],
  ['slot-unavailable', 503, 'ERROR', 'Secrets Manager or DynamoDB'],
] as const)('a call refused with %s is one line at %s that says what to look at', (reason, status, level, hint) => {
  const { log } = linesOf({ status, reason, detail: 'what was found', path: '/forge/token', durationMs: 3 });
  expect(log).toMatchObject([
    { level, reason, status, detail: 'what was found', message: expect.stringContaining(hint) },
  ]);
});

test('an unforeseen fault is logged with its error', () => {
  const { log } = linesOf({
    status: 500,
    reason: 'internal-error',
    error: new TypeError('oops'),
    path: '/',
    durationMs: 1,
  });
  expect(log).toMatchObject([
    { level: 'ERROR', reason: 'internal-error', error: { name: 'TypeError', message: 'oops' } },
  ]);
});

/** Metrics as CloudWatch takes them out of the log: name, and the dimensions it is kept under. */
const emitted = (lines: Record<string, never>[]) =>
  lines.flatMap((line: Record<string, never> & { _aws?: never }) => {
    const [{ Namespace, Dimensions, Metrics }] = (line._aws as unknown as { CloudWatchMetrics: [Directive] })
      .CloudWatchMetrics;
    expect(Namespace).toBe(METRIC_NAMESPACE);
    return Metrics.map(({ Name }) => ({
      name: Name,
      value: line[Name],
      dimensions: Dimensions.map((keys) => Object.fromEntries(keys.map((key) => [key, line[key]]))),
    }));
  });
interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string }[];
}

test('an accepted call is counted under its remote, and a stored token as well', () => {
  const dimensions = [{ [DIMENSIONS.remote]: REMOTE }];
  expect(emitted(linesOf(CALL).metrics)).toEqual([
    { name: METRICS.accepted, value: 1, dimensions },
    { name: METRICS.failed, value: 0, dimensions },
    { name: METRICS.unproven, value: 0, dimensions },
    { name: METRICS.stored, value: 1, dimensions },
  ]);
  expect(emitted(linesOf({ ...CALL, outcome: 'unchanged' }).metrics)).toEqual([
    { name: METRICS.accepted, value: 1, dimensions },
    { name: METRICS.failed, value: 0, dimensions },
    { name: METRICS.unproven, value: 0, dimensions },
  ]);
});

test('an older token is counted by itself: where there is nothing else, a false expiry may be in the slot', () => {
  const counts = emitted(linesOf({ ...CALL, outcome: 'older' }).metrics);
  expect(counts).toContainEqual({ name: METRICS.older, value: 1, dimensions: [{ [DIMENSIONS.remote]: REMOTE }] });
});

test.each([
  // Whatever a stranger sends is never counted as failed.
  ...(Object.keys(REASONS) as Reason[]).map(
    (reason) => [reason, false, 0, MAYBE_FORGE.includes(reason) ? 1 : 0] as const,
  ),
  ['token-expired', true, 1, 0],
  ['replay-conflict', true, 1, 0],
  ['slot-unavailable', true, 1, 0],
  ['internal-error', true, 1, 0],
  // Another app's token, and a token of a user of the app's UI, are signed, and can be had at will.
  ['audience-wrong', true, 0, 1],
  ['principal-not-allowed', true, 0, 1],
  ['module-not-allowed', true, 0, 1],
  // The slot is as it should be.
  ['slot-bound-elsewhere', true, 0, 0],
  ['queue-unavailable', true, 0, 0],
] as const)(
  'a call refused with %s, signed: %s, is counted under its remote and by its reason; failed: %d, unproven: %d',
  (reason, signed, failed, unproven) => {
    const call: CallReport = { status: 401, reason, signed, path: '/forge/token', durationMs: 1 };
    const dimensions = [{ [DIMENSIONS.remote]: REMOTE }];
    expect(emitted(linesOf(call).metrics)).toEqual([
      { name: METRICS.accepted, value: 0, dimensions },
      { name: METRICS.failed, value: failed, dimensions },
      { name: METRICS.unproven, value: unproven, dimensions },
      { name: METRICS.refused, value: 1, dimensions },
      { name: METRICS.refused, value: 1, dimensions: [{ ...dimensions[0], [DIMENSIONS.reason]: reason }] },
    ]);
  },
);

test('a refusal takes 2 KB of log at most, in plain ASCII, whatever a stranger sends', () => {
  for (const text of [
    '/'.padEnd(8_000, 'x'),
    '\u202e\u0085\u001b[31m'.repeat(2_000),
    '漢"\\'.repeat(3_000),
    '\ud800'.repeat(900),
  ]) {
    for (const reason of Object.keys(REASONS) as Reason[]) {
      const lines: string[] = [];
      const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);
      const error = new TypeError(text, { cause: new Error(text) });
      createReport(REMOTE)({
        status: 401,
        reason,
        signed: false,
        detail: text,
        path: text,
        traceId: text,
        durationMs: 1,
        ...(reason === 'internal-error' && { detail: undefined, error }),
      } as CallReport);
      spy.mockRestore();
      const written = lines.join('');
      expect(Buffer.byteLength(written)).toBeLessThanOrEqual(2_048);
      expect(written).toMatch(/^[\x20-\x7e\n]*$/);
      for (const value of Object.values(JSON.parse(written.split('\n')[0] ?? ''))) {
        expect(JSON.stringify(value).length).toBeLessThanOrEqual(reason === 'internal-error' ? 1_024 : 514);
      }
    }
  }
});

test("an accepted call's line has the size of its headers, and warns before AWS refuses them", () => {
  const [small, large] = [8_191, 8_192].map((headerBytes) => linesOf({ ...CALL, headerBytes }).log[0]);
  expect(small).toMatchObject({ level: 'INFO', headerBytes: 8_191 });
  expect(large).toMatchObject({
    level: 'WARN',
    headerBytes: 8_192,
    message: expect.stringContaining('AWS itself refuses'),
  });
});
