import type { ChildProcess } from 'node:child_process';

/** Options to start a function's process. */
export interface Launch {
  /** Folder of the unpacked code. */
  readonly root: string;
  readonly functionArn: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Receives the process before it can write anything. */
  readonly onStart: (child: ChildProcess) => void;
  /** Receives the result of the start, and of each invocation. */
  readonly onOutcome: (outcome: Outcome) => void;
}

export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
}

/** The result of a start or of an invocation. */
export type Outcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly json: string }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string };

/** A process that a runtime started. */
export interface RuntimeProcess {
  /** Passes on an event. The process writes {@link lastLineOf} after the invocation's log. */
  invoke(invocation: Invocation): void;
  /** Frees resources after the process has ended. */
  close(): void;
}

/** Starts a process that runs a function's code and handles one event at a time. */
export type Runtime = (launch: Launch) => Promise<RuntimeProcess>;

/** The line that ends the log of an invocation. */
export const lastLineOf = (requestId: string) => `END RequestId: ${requestId}`;
