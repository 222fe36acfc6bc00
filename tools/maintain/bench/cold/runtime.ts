import type { ChildProcess } from 'node:child_process';
import { functionEnvironment } from '../../../emulator/function-url/function-config';
import type { Outcome, Runtime } from '../../../emulator/function-url/runtime';

/** A function's code, and what it is called with. */
export interface Start {
  /** The folder of its unpacked code. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly awsEndpointUrl: string;
  readonly event: unknown;
}

/** What came of one call in a fresh process. */
export interface Answer {
  /** From the start of the process to the answer, in milliseconds. */
  readonly durationMs: number;
  readonly result: unknown;
}

const FUNCTION = {
  name: 'bench',
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:bench',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  timeoutSeconds: 60,
  memorySizeMb: 512,
  logGroupName: '/bench',
  logFormat: 'JSON',
} as const;

/**
 * Runs one call in a fresh process, which it ends afterwards.
 *
 * @throws {Error} when the function fails
 */
export async function callCold(runtime: Runtime, { root, environment, awsEndpointUrl, event }: Start): Promise<Answer> {
  const config = { ...FUNCTION, environment };
  const outcomes = createOutcomes();
  let child: ChildProcess | undefined;
  let errors = '';
  const startedAtMs = performance.now();
  const process = await runtime({
    root,
    functionArn: config.arn,
    environment: functionEnvironment(config, { root, awsEndpointUrl }),
    onStart(started) {
      child = started;
      // A pipe that nobody reads is full one day, and then the function waits.
      started.stdout?.resume();
      started.stderr?.on('data', (chunk) => {
        errors += chunk;
      });
      started.once('exit', (code, signal) => outcomes.fail(`Its process ended with ${signal ?? code}. ${errors}`));
    },
    onOutcome: outcomes.push,
  });
  try {
    await outcomes.next('ready');
    const deadlineMs = Date.now() + FUNCTION.timeoutSeconds * 1_000;
    process.invoke({ requestId: 'bench', event, deadlineMs });
    const { json } = await outcomes.next('result');
    return { durationMs: performance.now() - startedAtMs, result: JSON.parse(json) };
  } finally {
    child?.kill('SIGKILL');
    process.close();
  }
}

/** Outcomes in their order, for whoever waits for them. */
function createOutcomes() {
  const waiting: Outcome[] = [];
  let wake = () => {};
  const push = (outcome: Outcome) => {
    waiting.push(outcome);
    wake();
  };

  return {
    push,
    fail: (errorMessage: string) => push({ kind: 'error', errorType: 'Runtime.ExitError', errorMessage }),
    /** @throws {Error} when the next one is of another kind */
    async next<Kind extends Outcome['kind']>(kind: Kind): Promise<Extract<Outcome, { kind: Kind }>> {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const outcome = waiting.shift();
      if (isOf(outcome, kind)) return outcome;
      throw new Error(`The function failed: ${JSON.stringify(outcome)}`);
    },
  };
}

const isOf = <Kind extends Outcome['kind']>(
  outcome: Outcome | undefined,
  kind: Kind,
): outcome is Extract<Outcome, { kind: Kind }> => outcome?.kind === kind;
