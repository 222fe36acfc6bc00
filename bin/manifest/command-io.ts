import type { LastDeployed } from './last-deployed';

/** Where a command reads and writes; given by the caller, so that it can run inside another program. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Folder that relative file names start from. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Whether the URL may be http: on this machine, as in a local run.
   *
   * @default false
   */
  readonly allowLoopback?: boolean;
  /**
   * Finds the text that a file had when it was last committed.
   *
   * @default - git's HEAD
   */
  readonly committed?: (file: string) => LastDeployed;
}

/** The process's own streams, folder and environment. */
export const PROCESS_IO: CommandIo = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  cwd: process.cwd(),
  environment: process.env,
};
