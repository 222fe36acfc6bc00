/**
 * Carries out an upgrade. Everything that can fail or take long happens in a second working tree inside .git. A single git
 * command changes the fork's own files at the end.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Git, gitIn } from './git';
import { prepare } from './prepare';
import type { Versions } from './versions';

/** Runs npm in a folder; returns its exit status. */
export type RunNpm = (args: readonly string[], folder: string) => number;

/** The upgraded commit while the files are being written, so that an interrupted run can be finished. */
export const UNFINISHED = 'refs/template-upgrade/unfinished';

/** A file that both sides changed. */
export interface Conflict {
  readonly file: string;
  /** What happened, and what to do about it. */
  readonly what: string;
}

export interface Rehearsal {
  readonly notes: readonly string[];
  readonly conflicts: readonly Conflict[];
  /** `git diff --stat` of everything that git could merge. */
  readonly changes: string;
  /** The commit to cherry-pick, with npm's package-lock.json. */
  readonly news: string;
  /** The fork's next commit; `undefined` if there are conflicts. */
  readonly upgraded: string | undefined;
  /** Whether npm has updated package-lock.json. */
  readonly locked: boolean;
}

/** What to do about a conflict, by git's two status letters. */
const CONFLICT_ADVICE: Readonly<Record<string, string>> = {
  UU: 'both changed it: combine both versions, between <<<<<<< (yours) and >>>>>>> (the template)',
  AA: 'both added it: combine both versions, between <<<<<<< (yours) and >>>>>>> (the template)',
  DU: 'you deleted it, the template changed it: "git rm" to delete it, or "git add" to keep it',
  UD: 'you changed it, the template deleted it: "git rm" to delete it, or "git add" to keep yours',
  AU: 'you added it or renamed a file to this name, and so did the template: "git add" the one to keep',
  UA: 'the template added it or renamed a file to this name, and so did you: "git add" the one to keep',
  DD: 'both renamed it, to different names: "git rm" this one',
};

/**
 * Merges in a second working tree.
 *
 * @param runNpm updates package-lock.json. @default it stays unchanged
 */
export function rehearse(git: Git, versions: Versions, runNpm?: RunNpm): Rehearsal {
  const folder = path.resolve(
    git(['rev-parse', '--show-toplevel']).trim(),
    git(['rev-parse', '--git-path', 'upgrade']).trim(),
  );
  const index = `${folder}.index`;
  const clean = () => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(index, { force: true });
    rmSync(`${index}.lock`, { force: true });
    git(['worktree', 'prune']);
  };
  // An interrupted run may have left files.
  clean();
  try {
    const prepared = prepare(git, versions, index);
    git(['worktree', 'add', '--quiet', '--detach', folder, 'HEAD']);
    const second = gitIn(folder);
    const failure = second.attempt(pick(prepared.news));
    const conflicts = conflictsIn(second);
    if (failure !== undefined && conflicts.length === 0) throw new Error(`git can't merge: ${failure}`);
    const merged = failure === undefined;
    const changes = second(['diff', '--stat=100', '--find-renames', merged ? 'HEAD~' : 'HEAD']).trimEnd();
    const lock = conflicts.some(({ file }) => path.basename(file) === 'package.json') ? undefined : prepared.lockFile;
    if (!runNpm || !lock)
      return { ...prepared, conflicts, changes, upgraded: merged ? headOf(second) : undefined, locked: false };

    writeFileSync(path.join(folder, lock.name), lock.text);
    const status = runNpm(['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
    if (status !== 0) throw new Error(`npm failed with status ${status}, so ${lock.name} can't be updated.`);
    const news = prepared.withLockFile(readFileSync(path.join(folder, lock.name), 'utf8'));
    if (!merged) return { ...prepared, conflicts, changes, news, upgraded: undefined, locked: true };
    second(['add', '--', lock.name]);
    second(['commit', '--quiet', '--amend', '--no-edit', '--allow-empty']);
    return { ...prepared, conflicts, changes, news, upgraded: headOf(second), locked: true };
  } finally {
    clean();
  }
}

/** Moves the fork's branch and files to the upgraded commit. */
export function switchTo(git: Git, upgraded: string): void {
  git(['update-ref', UNFINISHED, upgraded]);
  git(['merge', '--ff-only', '--quiet', upgraded]);
  git(['update-ref', '-d', UNFINISHED]);
}

/** Leaves the fork in the middle of a cherry-pick, for the user to resolve the conflicts. */
export function startConflicts(git: Git, news: string): readonly Conflict[] {
  git.attempt(pick(news));
  return conflictsIn(git);
}

const pick = (news: string): string[] => ['cherry-pick', '--allow-empty', '--keep-redundant-commits', news];

const headOf = (git: Git): string => git(['rev-parse', 'HEAD']).trim();

const conflictsIn = (git: Git): Conflict[] =>
  git(['status', '--porcelain', '-z', '--untracked-files=no', '--no-renames'])
    .split('\0')
    .flatMap((line) => {
      const what = CONFLICT_ADVICE[line.slice(0, 2)];
      return what === undefined ? [] : [{ file: line.slice(3), what }];
    });
