import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { CommandIo } from '../command';

/** The manifest that Forge has: its text, and what to call it; or why it is not known. */
export type LastDeployed = { readonly text: string; readonly name: string } | { readonly problem: string };

/** What `npm run manifest` needs of the world. */
export interface ManifestIo extends CommandIo {
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

/** Room for a manifest in git's answer, in bytes: more than anybody writes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The text of `file` in the last commit of the branch that is checked out.
 *
 * @param git the program
 */
export function inGitHead(file: string, git = 'git'): LastDeployed {
  const real = realpathSync(file);
  const { error, status, stdout, stderr } = spawnSync(git, ['show', `HEAD:./${basename(real)}`], {
    cwd: dirname(real),
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
    // What git says is read below, in English.
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined) return { problem: `git can't be run here (${error.message})` };
  if (status === 0) return { text: stdout, name: `${basename(file)} in git's HEAD` };
  return { problem: gitProblem(stderr, basename(file)) };
}

function gitProblem(said: string, file: string): string {
  if (said.includes('not a git repository')) return 'this folder is in no git repository';
  if (said.includes('invalid object name') || said.includes('bad revision')) return 'nothing is committed yet';
  if (said.includes("in 'HEAD'")) return `git's HEAD has no ${file}`;
  return `git says ${JSON.stringify(said.trim().split('\n')[0])}`;
}
