import { existsSync } from 'node:fs';
import { strToU8, zipSync } from 'fflate';
import type { FunctionConfig } from '../../function-url/function-config';
import { type FunctionOptions, type FunctionProcess, startFunction } from '../../function-url/function-process';
import type { Runtime } from '../../function-url/runtime';

export const CONFIG: FunctionConfig = {
  name: 'tiny',
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:tiny',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  timeoutSeconds: 5,
  memorySizeMb: 256,
  environment: { MINE: 'yes' },
  logGroupName: '/tiny',
  logFormat: 'Text',
};

/** A handler that does what its event asks for. */
const CODE = `
let calls = 0;
export const handler = async (event, context) => {
  calls += 1;
  if (event.print) process.stdout.write(event.print);
  if (event.log) console.log(event.log);
  if (event.throw) throw new RangeError(event.throw);
  if (event.exit) process.exit(event.exit);
  if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
  return { calls, pid: process.pid, root: process.env.LAMBDA_TASK_ROOT, remaining: context.getRemainingTimeInMillis(),
    mine: process.env.MINE, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, cwd: process.cwd() };
};
`;

/** What a test starts a function with, where it isn't the one above. */
export interface Started {
  readonly code?: string;
  readonly file?: string;
  readonly config?: Partial<FunctionConfig>;
}

/**
 * Registers what holds for a function whichever runtime it is run by.
 *
 * @param runtime asked for when a test runs
 */
export function functionContract(runtime: () => Runtime): void {
  const running: FunctionProcess[] = [];
  let lines: string[];

  beforeEach(() => {
    lines = [];
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((started) => started.stop()));
  });

  async function start(
    { code = CODE, file = 'index.mjs', config = {} }: Started = {},
    options: Partial<FunctionOptions> = {},
  ): Promise<FunctionProcess> {
    const started = await startFunction({
      zip: zipSync({ [file]: strToU8(code) }),
      config: { ...CONFIG, ...config },
      awsEndpointUrl: 'http://127.0.0.1:1',
      onLog: (line) => lines.push(line),
      runtime: runtime(),
      ...options,
    });
    running.push(started);
    return started;
  }

  test('runs the handler in its folder, with its variables, in UTC', async () => {
    const tiny = await start();
    const result = await tiny.invoke({});
    expect(result).toMatchObject({ calls: 1, mine: 'yes', zone: 'UTC' });
    const { root, cwd, remaining } = result as { root: string; cwd: string; remaining: number };
    expect(cwd).toBe(root);
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(5000);
    expect(tiny.codeSizeBytes).toBe(CODE.length);
  });

  test('stays warm from one event to the next', async () => {
    const tiny = await start();
    const first = await tiny.invoke({});
    expect(await tiny.invoke({})).toMatchObject({ calls: 2, pid: (first as { pid: number }).pid });
  });

  test('events at the same time get processes of their own, up to the limit', async () => {
    const tiny = await start({}, { maxInstances: 2 });
    const results = await Promise.all([1, 2, 3, 4].map(() => tiny.invoke({})));
    const pids = new Set(results.map((result) => (result as { pid: number }).pid));
    expect(pids.size).toBe(2);
  });

  test('passes on the whole log of an event before its result, written with or without a line end', async () => {
    const tiny = await start();
    await tiny.invoke({ print: '{"emf":1}\n' });
    expect(lines).toEqual(['{"emf":1}']);
    await tiny.invoke({ print: 'no line end' });
    expect(lines).toEqual(['{"emf":1}', 'no line end']);
  });

  test.each([
    ['Text', /^\d{4}-\d\d-\d\dT[\d:.]+Z\t[0-9a-f-]{36}\tINFO\thello$/],
    ['JSON', /^\{"timestamp":"[^"]+","level":"INFO","requestId":"[0-9a-f-]{36}","message":"hello"\}$/],
  ] as const)('rewrites what goes through console, as the runtime does: %s', async (logFormat, line) => {
    const tiny = await start({ config: { logFormat } });
    await tiny.invoke({ log: 'hello' });
    expect(lines).toEqual([expect.stringMatching(line)]);
  });

  test('a thrown error fails the event, not the process', async () => {
    const tiny = await start();
    await expect(tiny.invoke({ throw: 'too far' })).rejects.toMatchObject({
      errorType: 'RangeError',
      message: 'too far',
    });
    expect(lines.join()).toContain('RangeError: too far');
    expect(await tiny.invoke({})).toMatchObject({ calls: 2 });
  });

  test('a process that dies fails the event, and the next one finds a fresh process', async () => {
    const tiny = await start();
    await expect(tiny.invoke({ exit: 7 })).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
      message: 'Runtime exited with exit status 7',
    });
    expect(await tiny.invoke({})).toMatchObject({ calls: 1 });
  });

  test('a process that died between two events is replaced', async () => {
    const tiny = await start();
    const { pid } = (await tiny.invoke({})) as { pid: number };
    process.kill(pid, 'SIGKILL');
    while (isRunning(pid)) await new Promise(setImmediate);
    expect(await tiny.invoke({})).toMatchObject({ calls: 1 });
  });

  test('an event that takes too long fails, and its process with it', async () => {
    const tiny = await start({ config: { timeoutSeconds: 0.3 } });
    await expect(tiny.invoke({ hang: true })).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: 'Task timed out after 0.30 seconds',
    });
    expect(lines).toEqual(['Task timed out after 0.30 seconds']);
  });

  test.each([
    ['index.js in CommonJS', 'index.js', 'exports.handler = async () => "common";'],
    ['index.cjs', 'index.cjs', 'exports.handler = async () => "common";'],
    ['index.mjs without async', 'index.mjs', 'export const handler = () => "common";'],
  ])('loads %s', async (_what, file, code) => {
    expect(await (await start({ file, code })).invoke({})).toBe('common');
  });

  test.each([
    ['a missing file', { file: 'other.mjs' }, 'Runtime.ImportModuleError'],
    ['a missing export', { code: 'export const other = 1;' }, 'Runtime.HandlerNotFound'],
    ['code that throws when it is loaded', { code: 'throw new TypeError("no settings");' }, 'TypeError'],
  ])('%s is an error at the start', async (_what, broken, errorType) => {
    await expect(start(broken)).rejects.toMatchObject({ errorType });
  });

  test('stop ends the processes, whatever they do, and removes the code', async () => {
    const tiny = await start();
    const { pid, root } = (await tiny.invoke({})) as { pid: number; root: string };
    const hanging = expect(tiny.invoke({ hang: true })).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
    await tiny.stop();
    await hanging;
    expect([isRunning(pid), existsSync(root)]).toEqual([false, false]);
    await expect(tiny.invoke({})).rejects.toThrow('The function was stopped');
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
