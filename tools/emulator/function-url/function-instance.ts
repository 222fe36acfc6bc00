import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { FunctionError } from './function-error';
import { lastLineOf, type Outcome, type Runtime, type RuntimeProcess } from './runtime';

/** Time for a function's own start (AWS's documentation of Lambda's init phase). */
const INIT_TIMEOUT_MS = 10_000;

/** How long a process may take to end before it is killed. */
const STOP_TIMEOUT_MS = 1_000;

export interface InstanceOptions {
  /** The folder of the unpacked code. */
  readonly root: string;
  readonly functionArn: string;
  readonly runtime: Runtime;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Gets each line that the function writes to stdout or stderr. */
  readonly onLog: (line: string) => void;
}

/** What an instance is busy with: its start, or one invocation. */
interface Task {
  /** The line that ends the task's log, where there is one. */
  readonly lastLine: string | undefined;
  logIsComplete: boolean;
  outcome: Outcome | undefined;
  readonly settle: (outcome: Outcome | FunctionError) => void;
}

/** One execution environment of a function: a Node process of its own that takes one event at a time. */
export class FunctionInstance {
  /** Settles when the function's code is loaded. @throws {FunctionError} when it can't be */
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

  /** Whether it can take another event. */
  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Runs the function once.
   *
   * @returns its result, as JSON lets it through
   * @throws {FunctionError} when it throws, dies or takes too long
   */
  async invoke(event: unknown): Promise<unknown> {
    const requestId = randomUUID();
    const { timeoutMs } = this.#options;
    const launched = await this.#launched;
    const outcome = this.#perform(lastLineOf(requestId), timeoutMs);
    launched?.invoke({ requestId, event, deadlineMs: Date.now() + timeoutMs });
    return await outcome;
  }

  /** Ends the process, by force if it must be. */
  async stop(): Promise<void> {
    this.#alive = false;
    await this.#launched;
    this.#child?.kill('SIGTERM');
    const force = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.#closed;
    clearTimeout(force);
  }

  /** @returns `undefined` when there is no process; {@link ready} then says why */
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
      // "close" comes after "exit", when the last log line has been read, too.
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
    // What the function wrote without a line end stands before it.
    const rest = line.slice(0, -task.lastLine.length);
    if (rest) this.#options.onLog(rest);
    task.logIsComplete = true;
    this.#settleWhenComplete(task);
  }

  #settleWhenComplete({ outcome, logIsComplete, settle }: Task): void {
    if (outcome && logIsComplete) settle(outcome);
  }

  /** As in Lambda, a process that was too slow is not used again. */
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
