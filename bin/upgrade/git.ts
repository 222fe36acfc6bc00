import { spawnSync } from 'node:child_process';

export interface GitOptions {
  readonly input?: string;
  /** Path of an index file to use instead of the folder's own. */
  readonly index?: string;
}

/** Runs git in one folder. */
export interface Git {
  /**
   * @returns git's standard output
   * @throws {Error} with git's message, when it fails
   */
  (args: readonly string[], options?: GitOptions): string;
  /** @returns git's standard output, or `undefined` when it fails. For questions that may have the answer no */
  ask(args: readonly string[]): string | undefined;
  /** @returns git's message when it fails, or `undefined` */
  attempt(args: readonly string[]): string | undefined;
}

/** A file in a git tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
}

// Runs no hooks of the fork. Keeps a file that the fork added in its folder, even if the template has renamed the folder.
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
    return { ok: status === 0, stdout, message: `${stderr}${stdout}`.trim() };
  };
  const git = (args: readonly string[], options?: GitOptions): string => {
    const { ok, stdout, message } = run(args, options);
    if (!ok) throw new Error(`git ${args[0]} failed: ${message}`);
    return stdout;
  };
  return Object.assign(git, {
    ask: (args: readonly string[]) => {
      const { ok, stdout } = run(args);
      return ok ? stdout.trim() : undefined;
    },
    attempt: (args: readonly string[]) => {
      const { ok, message } = run(args);
      return ok ? undefined : message;
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
 * Makes a tree from another one.
 *
 * @param changes new entries by path; `undefined` removes the file
 * @param index path of a temporary index file
 * @returns id of the new tree
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

/** Writes a text into git's object store. */
export const store = (git: Git, text: string): TreeEntry => ({
  mode: '100644',
  id: git(['hash-object', '-w', '--stdin'], { input: text }).trim(),
});

export const textOf = (git: Git, entry: TreeEntry | undefined): string =>
  entry ? git(['cat-file', 'blob', entry.id]) : '';
