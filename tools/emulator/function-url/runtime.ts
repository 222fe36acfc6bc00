import type { ChildProcess } from 'node:child_process';

/** What a function's process is started with. */
export interface Launch {
  /** The folder of the unpacked code. */
  readonly root: string;
  readonly functionArn: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Gets the process as soon as there is one, before it can say anything. */
  readonly onStart: (child: ChildProcess) => void;
  /** Gets how the start ended, and each invocation. */
  readonly onOutcome: (outcome: Outcome) => void;
}

export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** In milliseconds since 1970. */
  readonly deadlineMs: number;
}

/** How the start of a process ended, or an invocation. */
export type Outcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly json: string }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string };

/** A process that a runtime has started. */
export interface RuntimeProcess {
  /** Passes on one event. The process writes {@link lastLineOf} when it has written all of the invocation's log. */
  invoke(invocation: Invocation): void;
  /** Frees what this process holds for it, once it has ended. */
  close(): void;
}

/** How a function's code is run: starts a process that takes one event at a time. */
export type Runtime = (launch: Launch) => Promise<RuntimeProcess>;

/** The line that ends the log of an invocation. */
export const lastLineOf = (requestId: string) => `END RequestId: ${requestId}`;
