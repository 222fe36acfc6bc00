import { spawnSync } from 'node:child_process';

export interface GitOptions {
  readonly input?: string;
  /** Path of another index than the folder's own. */
  readonly index?: string;
}

/** Runs git in one folder. */
export interface Git {
  /**
   * @returns what git wrote
   * @throws {Error} with what git said, when it failed
   */
  (args: readonly string[], options?: GitOptions): string;
  /** @returns what git wrote, or `undefined` when it failed: for questions that have a no */
  ask(args: readonly string[]): string | undefined;
  /** @returns what git said when it failed, or `undefined` when it did not */
  attempt(args: readonly string[]): string | undefined;
}

/** A file in a tree of git's. */
export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
}

// No hook of the fork's runs in the middle. A file that the fork added stays where it is, even where the template has
// renamed the folder.
const SETTINGS = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'merge.directoryRenames=false',
  '-c',
  'advice.detachedHead=false',
];

export function gitIn(folder: string): Git {
  const run = (args: readonly string[], { input, index }: GitOptions = {}) => {
    const { status, stdout, stderr, error } = spawnSync('git', [...SETTINGS, ...args], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      ...(input !== undefined && { input }),
      env: { ...process.env, LC_ALL: 'C', GIT_EDITOR: 'true', ...(index !== undefined && { GIT_INDEX_FILE: index }) },
    });
    if (error) throw new Error(`git can't be run: ${error.message}`);
    return { ok: status === 0, stdout, said: `${stderr}${stdout}`.trim() };
  };
  const git = (args: readonly string[], options?: GitOptions): string => {
    const { ok, stdout, said } = run(args, options);
    if (!ok) throw new Error(`git ${args[0]} failed: ${said}`);
    return stdout;
  };
  return Object.assign(git, {
    ask: (args: readonly string[]) => {
      const { ok, stdout } = run(args);
      return ok ? stdout.trim() : undefined;
    },
    attempt: (args: readonly string[]) => {
      const { ok, said } = run(args);
      return ok ? undefined : said;
    },
  });
}

/** All files of a commit or tree, by their paths. */
export function filesOf(git: Git, tree: string): Map<string, TreeEntry> {
  const lines = git(['ls-tree', '-r', '-z', tree]).split('\0').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [head = '', file = ''] = line.split('\t');
      const [mode = '', , id = ''] = head.split(' ');
      return [file, { mode, id }];
    }),
  );
}

/**
 * @param changes new contents by path; `undefined` leaves the file out
 * @param index path of a file for git to work in
 * @returns id of a tree that is like the other one but for the changes
 */
export function treeWith(
  git: Git,
  tree: string,
  changes: ReadonlyMap<string, TreeEntry | undefined>,
  index: string,
): string {
  git(['read-tree', tree], { index });
  const lines = [...changes].map(([file, entry]) =>
    entry ? `${entry.mode} ${entry.id}\t${file}\0` : `0 ${'0'.repeat(40)}\t${file}\0`,
  );
  git(['update-index', '-z', '--index-info'], { index, input: lines.join('') });
  return git(['write-tree'], { index }).trim();
}

/** Writes a text into git's store. */
export const store = (git: Git, text: string): TreeEntry => ({
  mode: '100644',
  id: git(['hash-object', '-w', '--stdin'], { input: text }).trim(),
});

export const textOf = (git: Git, entry: TreeEntry | undefined): string =>
  entry ? git(['cat-file', 'blob', entry.id]) : '';
