/**
 * npm run upgrade: merges a newer version of the template into this fork, as one commit. Files that the fork owns
 * (template.json lists them) stay unchanged.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type CommandIo, EXIT, parseOptions, reportError, runAsProgram } from './command';
import { type Conflict, type RunNpm, rehearse, startConflicts, switchTo, UNFINISHED } from './upgrade/apply';
import { type Git, gitIn } from './upgrade/git';
import { changesBetween, fetchTags, findVersions, type Versions } from './upgrade/versions';

const USAGE = `Usage: npm run upgrade -- [options]

Merges a newer version of the template into this fork, as one commit on the current branch. Files that template.json lists
as yours stay unchanged. package.json is merged key by key, and npm updates package-lock.json. Then the tests run.

  --to <tag>        version to upgrade to, such as v1.1.0 (default: the newest)
  --from <source>   the template: a git remote, a URL or a path (default: the remote "template", or else "upstream")
  --dry-run         show what would change, and change nothing
  --skip-tests      skip "npm ci" and "npm test" afterwards, such as for a pull request that CI tests
  --help            show this text`;

interface Flags {
  readonly to?: string;
  readonly from?: string;
  readonly 'dry-run': boolean;
  readonly 'skip-tests': boolean;
  readonly help: boolean;
}

/**
 * Runs the command.
 *
 * @returns exit status: 0 when the fork has the version and its tests pass; 1 when files conflict, when tests fail, or for an
 * error; 2 for a wrong command line
 */
export function run(argv: readonly string[], io: CommandIo, runNpm: RunNpm): number {
  try {
    const flags = parseFlags(argv);
    if (!flags.help) return upgrade(flags, io, runNpm);
    io.out(USAGE);
    return EXIT.ok;
  } catch (error) {
    return reportError(error, USAGE, io);
  }
}

const parseFlags = (argv: readonly string[]): Flags =>
  parseOptions(argv, {
    to: { type: 'string' },
    from: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    'skip-tests': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });

function upgrade(flags: Flags, io: CommandIo, runNpm: RunNpm): number {
  const git = gitIn(io.cwd);
  refuseUnready(git);
  const from = flags.from ?? templateRemote(git);
  fetchTags(git, from);
  const versions = findVersions(git, from, flags.to);
  if (!versions) {
    io.out(
      'Nothing to do: this fork already has that version of the template, or a newer one. template.json has the version.',
    );
    return 0;
  }
  printVersions(git, versions, io);

  const isDry = flags['dry-run'];
  // Said in advance, because the synchronous work that follows can't handle signals.
  if (!isDry) io.out('If this is interrupted, run the command again. It starts over, or says how to finish.\n');
  const { news, upgraded, ...found } = rehearse(git, versions, isDry ? undefined : runNpm);
  io.out(`${found.changes || 'No file changes.'}\n`);
  for (const note of found.notes) io.out(`  ${note}`);
  if (isDry) {
    printConflicts(found.conflicts, io);
    io.out('\nDry run: nothing was changed.');
    return found.conflicts.length === 0 ? 0 : 1;
  }
  if (upgraded === undefined) {
    printConflicts(startConflicts(git, news), io);
    io.err(conflictInstructions(found.locked));
    return 1;
  }
  const before = git(['rev-parse', 'HEAD']).trim();
  switchTo(git, upgraded);
  const back = `To go back: git reset --keep ${before.slice(0, 12)} && npm ci`;
  io.out(`\nThis branch now has version ${versions.target.version} of the template, in one commit. ${back}`);
  if (flags['skip-tests']) {
    io.out('Next: npm ci && npm test');
    return 0;
  }
  io.out('Running "npm ci" and "npm test". If this is interrupted, run them yourself.\n');
  for (const args of [['ci', '--no-audit', '--no-fund'], ['test']]) {
    const status = runNpm(args, io.cwd);
    if (status === 0) continue;
    io.err(
      `\n"npm ${args[0]}" failed with status ${status}. The upgrade is committed. See "What you have to do" in CHANGELOG.md, ` +
        `fix the failure, and run "npm ci && npm test". ${back}`,
    );
    return 1;
  }
  return 0;
}

/** @throws {Error} when an upgrade could lose files, or the folder is no fork */
function refuseUnready(git: Git): void {
  const prefix = git.ask(['rev-parse', '--show-prefix']);
  if (prefix === undefined)
    throw new Error('This folder is not in a git repository. Run "git init" and commit everything.');
  if (prefix !== '')
    throw new Error(
      'This folder is not the root of its git repository. The template can only be upgraded at the root.',
    );
  if (git.ask(['rev-parse', '--verify', '--quiet', 'HEAD']) === undefined) {
    throw new Error('There is no commit yet. Commit everything first.');
  }
  if (git.ask(['rev-parse', '--verify', '--quiet', 'CHERRY_PICK_HEAD']) !== undefined) {
    throw new Error(
      'An upgrade has conflicts that are not resolved yet. Edit and "git add" each file, then:\n' +
        '  git cherry-pick --continue\nTo go back instead:\n  git cherry-pick --abort',
    );
  }
  const unfinished = git.ask(['rev-parse', '--verify', '--quiet', UNFINISHED]);
  const changed = git(['status', '--porcelain']).trimEnd();
  if (changed === '') {
    if (unfinished !== undefined) git(['update-ref', '-d', UNFINISHED]);
    return;
  }
  if (unfinished !== undefined) {
    const head = git(['rev-parse', '--short=12', 'HEAD']).trim();
    throw new Error(
      'An upgrade was interrupted while it wrote its files. To finish it:\n' +
        `  git reset --hard ${UNFINISHED} && npm ci && npm test\n` +
        `To go back instead:\n  git reset --hard ${UNFINISHED} && git reset --hard ${head}`,
    );
  }
  const lines = changed.split('\n');
  const more = lines.length > 10 ? `\n  and ${lines.length - 10} more` : '';
  throw new Error(
    `There are uncommitted changes. Commit or stash them first:\n${lines.slice(0, 10).join('\n')}${more}`,
  );
}

/** @throws {Error} when neither remote exists */
function templateRemote(git: Git): string {
  const remotes = git(['remote']).split('\n');
  const remote = ['template', 'upstream'].find((name) => remotes.includes(name));
  if (remote !== undefined) return remote;
  throw new Error(
    'The location of the template is unknown. Add it once:\n  git remote add template <URL of the template>\n' +
      'or use --from <remote, URL or path>.',
  );
}

function printVersions(git: Git, { own, target, next, base }: Versions, io: CommandIo): void {
  const since = own?.version ?? 'before 1.0.0';
  io.out(`From version ${since} of the template to ${target.version} (${base.slice(0, 9)} to ${next.slice(0, 9)}).\n`);
  const changelog = git.ask(['show', `${next}:CHANGELOG.md`]) ?? '';
  io.out(
    `${changesBetween(changelog, own?.version ?? '0.0.0', target.version) || 'CHANGELOG.md does not mention it.'}\n`,
  );
}

function printConflicts(conflicts: readonly Conflict[], io: CommandIo): void {
  if (conflicts.length === 0) return;
  io.err(
    `\n${conflicts.length === 1 ? 'One file conflicts' : `${conflicts.length} files conflict`}. You and the template changed the same lines, and template.json doesn't list them as yours.\n`,
  );
  for (const { file, what } of conflicts) io.err(`  ${file}\n    ${what}`);
}

const conflictInstructions = (locked: boolean): string => `
Everything else is merged. Next:
  1. Edit each of these files, then "git add" it.
  2. git cherry-pick --continue
  3. ${locked ? 'npm ci && npm test' : 'npm install && npm test, and commit package-lock.json'}
To go back instead: git cherry-pick --abort`;

/** The npm that runs this command, or else the one in the PATH. */
const npm: RunNpm = (args, folder) => {
  const own = process.env.npm_execpath;
  const [program, first] = own !== undefined && existsSync(own) ? [process.execPath, [own]] : ['npm', []];
  // This setting of the outer npm would make the inner one work in the outer folder.
  const { npm_config_local_prefix: _, ...env } = process.env;
  const { status, error } = spawnSync(program, [...first, ...args], { cwd: folder, stdio: 'inherit', env });
  if (error) throw new Error(`npm can't be run: ${error.message}`);
  return status ?? 1;
};

if (require.main === module) void runAsProgram((argv, io) => run(argv, io, npm));
