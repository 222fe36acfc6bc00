import { hasColour } from '../../../bin/command';
import { createLines, errorLines, parseCrash, parseEntry } from '../../../bin/logs/lines';

const AT_MS = Date.parse('2026-11-27T14:03:07Z');
const UUID = 'a34c43fb-aa35-49e6-a8be-aa5d38be6baa';
const INSTALLATION = `ari:cloud:ecosystem::installation/${UUID}`;
const TRACE = '463ac35c9f6413ad48485a3953bb6124';

/** What stands above a job's line that follows no other line of its call. */
const SAYS = `2026-11-27T14:03:07Z  …  job hourly            says          ${UUID}  trace ${TRACE}`;

const plain = (...lines: [afterMs: number, fields: object][]) => {
  const toText = createLines({ colour: false });
  return lines.map(([afterMs, fields]) => {
    const entry = parseEntry(AT_MS + afterMs, JSON.stringify({ timestamp: 'as is', service: 'it', ...fields }));
    return entry && toText(entry);
  });
};

const STORED = {
  level: 'INFO',
  message: 'Call accepted: a new token is in the slot.',
  outcome: 'stored',
  status: 200,
  path: '/forge/token',
  traceId: TRACE,
  durationMs: 142,
  installation: INSTALLATION,
  module: 'hourly',
};
const OF_JOB = { installation: INSTALLATION, environment: 'DEVELOPMENT', traceId: TRACE, module: 'hourly' };

test('a call: when, what, verdict, installation, how long, trace', () => {
  expect(plain([0, STORED])).toEqual([
    `2026-11-27T14:03:07Z  ✓  hourly                stored        ${UUID}  142 ms  trace ${TRACE}`,
  ]);
});

test('its job below it: its own lines with its own fields, then how it ended', () => {
  const lines = plain(
    [0, STORED],
    [2_500, { level: 'INFO', message: 'Spaces read', ...OF_JOB, spaces: 3 }],
    [3_000, { level: 'INFO', message: 'Job done.', ...OF_JOB, durationMs: 1_000 }],
  );
  expect(lines.slice(1)).toEqual([
    '    Spaces read  spaces=3',
    `2026-11-27T14:03:10Z  ✓  job hourly            done          ${UUID}  1000 ms  trace ${TRACE}`,
  ]);
});

test.each([
  [5_999, ''],
  [6_000, '  waited 5 s'],
  [121_000, '  waited 2 minutes'],
])('work that was long in the queue: done after %i ms', (afterMs, waited) => {
  const [, done] = plain([0, STORED], [afterMs, { level: 'INFO', message: 'Job done.', ...OF_JOB, durationMs: 1_000 }]);
  expect(done).toContain(`  1000 ms${waited}  trace`);
});

test("a line of the job with a call's fields is the job's all the same", () => {
  const [line] = plain([0, { level: 'WARN', message: 'slow', ...OF_JOB, status: 404, durationMs: 900 }]);
  expect(line).toBe(`${SAYS}\n    slow  status=404 durationMs=900`);
});

test('lines of jobs that run at the same time say whose they are, wherever another line came between', () => {
  const [other, ofOther] = ['b34c43fb-aa35-49e6-a8be-aa5d38be6baa', '563ac35c9f6413ad48485a3953bb6124'];
  const two = { ...OF_JOB, installation: `ari:cloud:ecosystem::installation/${other}`, traceId: ofOther };
  const says = (message: string, about: object): [number, object] => [0, { level: 'INFO', message, ...about }];
  expect(plain([0, STORED], says('1', OF_JOB), says('2', two), says('3', two), says('4', OF_JOB)).slice(1)).toEqual([
    '    1',
    `${SAYS.replace(UUID, other).replace(TRACE, ofOther)}\n    2`,
    '    3',
    `${SAYS}\n    4`,
  ]);
});

test('what a function says of itself has nothing above it', () => {
  expect(plain([0, { level: 'ERROR', message: 'No settings.' }])).toEqual(['    No settings.']);
});

test('JSON for programs stays what it was, on one line, with nothing in it that acts on a terminal', () => {
  const fields = { level: 'INFO', message: 'a\u009b1m\u202eb\u{e0001}', n: 1 };
  const entry = parseEntry(AT_MS, JSON.stringify(fields, null, 2));
  expect(entry?.text).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(entry?.text ?? '')).toEqual(fields);
});

test.each([
  [{ TERM: 'xterm-256color' }, true],
  [{ TERM: 'xterm', NO_COLOR: '1' }, false],
  [{ TERM: 'xterm', NO_COLOR: '' }, true],
  [{ TERM: 'dumb' }, false],
])('colour for a terminal with %j: %p', (environment, wanted) => {
  expect(hasColour(environment)).toBe(wanted);
});

test('an event that the job names itself is shown', () => {
  const [line] = plain([0, { level: 'INFO', message: 'seen', ...OF_JOB, event: 'mine' }]);
  expect(line).toBe(`${SAYS}\n    seen  event=mine`);
});

test('a refusal, with what it means', () => {
  const refused = {
    level: 'WARN',
    message: 'The signature does not hold.',
    reason: 'signature-invalid',
    signed: false,
    detail: 'kid k1',
    status: 401,
    path: '/forge/token',
    durationMs: 3,
  };
  expect(plain([0, refused], [0, { ...refused, signed: true, detail: undefined }])).toEqual([
    '2026-11-27T14:03:07Z  ✗  /forge/token          401 signature-invalid  3 ms\n    The signature does not hold. (kid k1)',
    '2026-11-27T14:03:07Z  ✗  /forge/token          401 signature-invalid, signed by Forge  3 ms\n    The signature does not hold.',
  ]);
});

test('a job that is not tried again', () => {
  const message = 'Job failed for the last time; it is kept in the dead-letter queue.';
  const [line] = plain([0, { level: 'ERROR', message, ...OF_JOB, durationMs: 12, error: { stack: 'Error: no' } }]);
  expect(line).toBe(
    `2026-11-27T14:03:07Z  ✗  job hourly            given up      ${UUID}  12 ms  trace ${TRACE}\n    Error: no`,
  );
});

test('a job that failed, with error, cause and the line of lambda/job.ts', () => {
  const error = {
    name: 'TypeError',
    message: 'x is undefined',
    stack: [
      'TypeError: x is undefined',
      '    at job (/var/task/lambda/job.ts:12:5)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      '    at async runJob (/var/task/lambda/worker/run-job.ts:60:5)',
    ].join('\n'),
    cause: 'Error: because',
  };
  const [line] = plain([
    0,
    { level: 'ERROR', message: 'Job failed; it is tried again.', ...OF_JOB, durationMs: 12, error },
  ]);
  expect(line?.split('\n')).toEqual([
    `2026-11-27T14:03:07Z  ✗  job hourly            failed        ${UUID}  12 ms  trace ${TRACE}`,
    '    TypeError: x is undefined',
    '        at job (lambda/job.ts:12:5)',
    '    Caused by: Error: because',
  ]);
});

test.each([
  ['/', '/home/me/the fork'],
  ['\\', 'C:\\Users\\me\\the fork'],
])("a stack is cut to what is the team's own where paths are separated by %s", (separator, folder) => {
  const file = (...names: string[]) => [folder, ...names].join(separator);
  const stack = [
    'Error: no',
    `    at job (${file('lambda', 'job.ts')}:12:5)`,
    `    at async runJob (${file('lambda', 'worker', 'run-job.ts')}:60:5)`,
  ].join('\n');
  expect(errorLines({ stack })).toEqual(['Error: no', `    at job (lambda${separator}job.ts:12:5)`]);
});

test('nothing that somebody sent acts on the terminal', () => {
  const [line] = plain([0, { ...STORED, path: '/\u001b[2J\u202e', module: undefined }]);
  expect(line).toContain('/\\u{1b}[2J\\u{202e}');
  const [said] = plain([0, { level: 'INFO', message: 'a\u009b1m\nb', ...OF_JOB, '\u001bname': '\u001bvalue' }]);
  expect(said).toBe(`${SAYS}\n    a\\u{9b}1m\\u{a}b  \\u{1b}name=\\u{1b}value`);
});

test('what looks like a token is not shown, whoever logged it', () => {
  const token = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.eyJzdWIiOjF9.c2lnbmF0dXJl`;
  const entry = parseEntry(AT_MS, JSON.stringify({ level: 'INFO', message: `sent Bearer ${token}`, ...OF_JOB }));
  expect(entry?.text).not.toContain('eyJ');
  expect(entry && createLines({ colour: false })(entry)).toBe(`${SAYS}\n    sent Bearer <token>`);
});

test.each([
  ['metrics', '{"_aws":{"Timestamp":1},"Accepted":1,"message":"no"}'],
  ["Lambda's own lines", 'START RequestId: 1 Version: $LATEST'],
  ['JSON of another kind', '["message"]'],
  ['a line without a message', '{"level":"INFO"}'],
])('%s are no entries', (_, line) => {
  expect(parseEntry(0, line)).toBeUndefined();
});

test.each([
  ['2026-11-27T14:03:07Z 1 Task timed out after 300.00 seconds\n', true],
  ['RequestId: 1 Error: Runtime exited with error: signal: killed', true],
  ['2026\tundefined\tERROR\tUncaught Exception\t{"errorType":"SyntaxError"}', true],
  ['REPORT RequestId: 1\tDuration: 12 ms', false],
  ['END RequestId: 1', false],
])('what Lambda says of a bad end is shown: %j', (line, shown) => {
  const entry = parseCrash(AT_MS, line);
  expect(entry && createLines({ colour: false })(entry)).toBe(
    shown ? `    ${line.trim().replaceAll('\t', '\\u{9}')}` : undefined,
  );
});

test('colours where they are wanted', () => {
  const entry = parseEntry(AT_MS, JSON.stringify(STORED));
  expect(entry && createLines({ colour: true })(entry)).toContain('\u001b[32m✓\u001b[39m');
});

test('a function that can not be loaded: the message, and the frame of the team', () => {
  const stack = [
    'Error: No settings',
    '    at <anonymous> (/tmp/lambda-Dk/lambda/job.ts:30:7)',
    '    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)',
  ].join('\n');
  expect(plain([0, { level: 'ERROR', message: stack, requestId: '' }])).toEqual([
    '    Error: No settings\n        at <anonymous> (lambda/job.ts:30:7)',
  ]);
});
