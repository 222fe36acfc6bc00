/**
 * Prepares an upgrade as two commits in git's object store: the fork's version of the template, and as its child the new one.
 * Both contain the fork's own files. The difference is what the template changed, and git can cherry-pick it onto the fork.
 */
import { filesOf, type Git, store, type TreeEntry, textOf, treeWith } from './git';
import { mergeLockFile, mergePackageJson } from './merge-json';
import { matches } from './template';
import type { Versions } from './versions';

export interface Prepared {
  /** The commit to cherry-pick. */
  readonly news: string;
  /** Notes about what git doesn't merge, one line each. */
  readonly notes: readonly string[];
  /** The merged package-lock.json for npm to correct; `undefined` if the fork has deleted it. */
  readonly lockFile: { readonly name: string; readonly text: string } | undefined;
  /** The same commit with npm's package-lock.json. */
  readonly withLockFile: (text: string) => string;
}

type Files = ReadonlyMap<string, TreeEntry>;

/** @param index path of a temporary index file */
export function prepare(git: Git, { own, target, base, next }: Versions, index: string): Prepared {
  const [bases, ours, theirs] = [filesOf(git, base), filesOf(git, 'HEAD'), filesOf(git, next)];
  const removed = target.removable.filter((each) => some(bases, each) && !some(ours, each));
  const notes: string[] = removed.map((each) => `${each}: you removed it, so it stays removed`);
  const ofFork = new Map<string, TreeEntry | undefined>();
  const ofNext = new Map<string, TreeEntry | undefined>();
  const keep = (file: string) => {
    ofFork.set(file, ours.get(file));
    ofNext.set(file, ours.get(file));
  };

  for (const file of new Set([...bases.keys(), ...ours.keys(), ...theirs.keys()])) {
    const [then, now, their] = [bases, ours, theirs].map((files) => files.get(file));
    if (matches(file, removed)) keep(file);
    else if (matches(file, target.merged) && now) {
      const texts = [then, now, their].map((entry) => textOf(git, entry)) as [string, string, string];
      const merge = mergePackageJson(...texts, { leaveOut: (value) => pointsInto(value, removed) });
      ofFork.set(file, now);
      ofNext.set(file, { ...now, id: store(git, merge.merged).id });
      notes.push(...merge.notes.map((note) => `${file}: ${note}`));
    } else if (matches(file, target.generated)) keep(file);
    else if (isKept(file, own?.owned ?? [], target.owned, [then, now])) {
      keep(file);
      if (their && their.id !== then?.id && their.id !== now?.id)
        notes.push(`${file}: yours, unchanged; ${hint(base, next, file, then)}`);
    }
  }

  const message = `Version ${target.version} of the template\n`;
  const parent = commit(git, treeWith(git, base, ofFork, index), 'The version before\n');
  const news = (more: ReadonlyMap<string, TreeEntry> = new Map()) =>
    commit(git, treeWith(git, next, new Map([...ofNext, ...more]), index), message, parent);
  const lockName = target.generated.find((file) => ours.has(file));
  return {
    news: news(),
    notes,
    lockFile: lockName === undefined ? undefined : { name: lockName, text: lockOf(git, lockName, bases, ours, theirs) },
    withLockFile: (text) => news(new Map(lockName === undefined ? [] : [[lockName, store(git, text)]])),
  };
}

/**
 * Whether the fork's file stays unchanged, or stays absent. If only the new version lists the file as the fork's, the template
 * updates it a last time, unless the fork has changed it. The fork gets a new file if it is listed by name, because the
 * template's code may import it; it doesn't get new files in a folder that it owns.
 */
function isKept(
  file: string,
  ownedBefore: readonly string[],
  ownedNow: readonly string[],
  [then, now]: readonly (TreeEntry | undefined)[],
): boolean {
  if (matches(file, ownedBefore)) return then !== undefined || now !== undefined || !ownedNow.includes(file);
  return matches(file, ownedNow) && then?.id !== now?.id;
}

const some = (files: Files, pattern: string): boolean => [...files.keys()].some((file) => matches(file, [pattern]));

/** Whether an entry of package.json, such as a script, needs a folder that the fork removed. */
const pointsInto = (value: unknown, removed: readonly string[]): boolean =>
  removed.some((each) => JSON.stringify(value ?? '').includes(each.replace(/\/?\*\*$/, '')));

const hint = (base: string, next: string, file: string, then: TreeEntry | undefined): string =>
  then
    ? `the template's changes: git diff ${base.slice(0, 9)} ${next.slice(0, 9)} -- ${file}`
    : `new in the template: git show ${next.slice(0, 9)}:${file}`;

const commit = (git: Git, tree: string, message: string, parent?: string): string =>
  git(['commit-tree', tree, ...(parent === undefined ? [] : ['-p', parent])], { input: message }).trim();

function lockOf(git: Git, name: string, ...sides: readonly [Files, Files, Files]): string {
  const [base, ours, theirs] = sides.map((files) => textOf(git, files.get(name))) as [string, string, string];
  return theirs === '' ? ours : mergeLockFile(base, ours, theirs);
}
