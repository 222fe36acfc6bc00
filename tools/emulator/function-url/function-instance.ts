import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { FunctionError } from './function-error';
import { lastLineOf, type Outcome, type Runtime, type RuntimeProcess } from './runtime';

/** Time limit of the init phase (AWS's documentation of Lambda's init phase). */
const INIT_TIMEOUT_MS = 10_000;

/** Time for a process to end before it is killed. */
const STOP_TIMEOUT_MS = 1_000;

export interface InstanceOptions {
  /** Folder of the unpacked code. */
  readonly root: string;
  readonly functionArn: string;
  readonly runtime: Runtime;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Receives each line that the function writes to stdout or stderr. */
  readonly onLog: (line: string) => void;
}

/** The current task of an instance: its start, or an invocation. */
interface Task {
  /** The line that ends the task's log, if any. */
  readonly lastLine: string | undefined;
  logIsComplete: boolean;
  outcome: Outcome | undefined;
  readonly settle: (outcome: Outcome | FunctionError) => void;
}

/** An execution environment of a function: a Node process that handles one event at a time. */
export class FunctionInstance {
  /** Resolves when the function's code is loaded. @throws {FunctionError} when it can't be loaded */
  readonly ready: Promise<unknown>;
  readonly #options: InstanceOptions;
  readonly #launched: Promise<RuntimeProcess | undefined>;
  #child: ChildProcess | undefined;
  #closed: Promise<void> | undefined;
  #alive = true;
  #task: Task | undefined;

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.ready = this.#perform(undefined, INIT_TIMEOUT_MS);
    this.#launched = this.#launch();
  }

  /** Whether it can handle another event. */
  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Invokes the function.
   *
   * @returns its result after JSON serialization
   * @throws {FunctionError} when it throws, exits or times out
   */
  async invoke(event: unknown): Promise<unknown> {
    const requestId = randomUUID();
    const { timeoutMs } = this.#options;
    const launched = await this.#launched;
    const outcome = this.#perform(lastLineOf(requestId), timeoutMs);
    launched?.invoke({ requestId, event, deadlineMs: Date.now() + timeoutMs });
    return await outcome;
  }

  /** Ends the process, by force if necessary. */
  async stop(): Promise<void> {
    this.#alive = false;
    await this.#launched;
    this.#child?.kill('SIGTERM');
    const force = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.#closed;
    clearTimeout(force);
  }

  /** @returns `undefined` if there is no process; {@link ready} then rejects */
  async #launch(): Promise<RuntimeProcess | undefined> {
    const { root, functionArn, environment, runtime } = this.#options;
    try {
      const launched = await runtime({
        root,
        functionArn,
        environment,
        onStart: (child) => this.#watch(child),
        onOutcome: (outcome) => this.#onOutcome(outcome),
      });
      this.#closed?.then(launched.close);
      return launched;
    } catch (error) {
      this.#fail('Runtime.StartError', error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #watch(child: ChildProcess): void {
    this.#child = child;
    this.#readLines(child.stdout);
    this.#readLines(child.stderr);
    child.on('error', (error) => this.#fail('Runtime.StartError', error.message));
    child.once('exit', () => {
      this.#alive = false;
    });
    this.#closed = new Promise((resolve) => {
      // "close" comes after "exit", when the last log line has been read.
      child.once('close', (code, signal) => {
        this.#fail('Runtime.ExitError', `Runtime exited with ${signal ? `signal: ${signal}` : `exit status ${code}`}`);
        resolve();
      });
    });
  }

  #perform(lastLine: string | undefined, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timeOut(timeoutMs), timeoutMs);
      const settle = (outcome: Outcome | FunctionError) => {
        clearTimeout(timer);
        this.#task = undefined;
        if (outcome instanceof FunctionError) reject(outcome);
        else if (outcome.kind === 'error') reject(new FunctionError(outcome.errorType, outcome.errorMessage));
        else resolve(outcome.kind === 'result' ? JSON.parse(outcome.json) : undefined);
      };
      this.#task = { lastLine, logIsComplete: lastLine === undefined, outcome: undefined, settle };
    });
  }

  #onOutcome(outcome: Outcome): void {
    if (!this.#task) return;
    this.#task.outcome = outcome;
    this.#settleWhenComplete(this.#task);
  }

  #onLine(line: string): void {
    const task = this.#task;
    if (!task?.lastLine || !line.endsWith(task.lastLine)) {
      this.#options.onLog(line);
      return;
    }
    // The function may have written text without a line end before it.
    const rest = line.slice(0, -task.lastLine.length);
    if (rest) this.#options.onLog(rest);
    task.logIsComplete = true;
    this.#settleWhenComplete(task);
  }

  #settleWhenComplete({ outcome, logIsComplete, settle }: Task): void {
    if (outcome && logIsComplete) settle(outcome);
  }

  /** Like Lambda, doesn't reuse a process that timed out. */
  #timeOut(timeoutMs: number): void {
    const message = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
    this.#options.onLog(message);
    this.#child?.kill('SIGKILL');
    this.#fail('Sandbox.Timedout', message);
  }

  #fail(errorType: string, message: string): void {
    this.#alive = false;
    this.#task?.settle(new FunctionError(errorType, message));
  }

  #readLines(stream: Readable | null): void {
    if (stream) createInterface({ input: stream }).on('line', (line) => this.#onLine(line));
  }
}
