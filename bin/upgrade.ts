/**
 * npm run upgrade: brings a newer version of the template into this fork, as one commit. What the fork owns, as
 * template.json lists it, stays as it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type CommandIo, EXIT, parseOptions, reportError, runAsProgram } from './command';
import { type Conflict, type RunNpm, rehearse, startConflicts, switchTo, UNFINISHED } from './upgrade/apply';
import { type Git, gitIn } from './upgrade/git';
import { changesBetween, fetchTags, findVersions, type Versions } from './upgrade/versions';

const USAGE = `Usage: npm run upgrade -- [options]

Brings a newer version of the template into this fork, as one commit on the current branch. What template.json calls
yours stays as it is; package.json is merged key by key, and npm makes package-lock.json anew. Then the tests run.

  --to <tag>        version that is wanted, such as v1.1.0 (default: the newest)
  --from <source>   the template: a git remote, a URL or a path (default: the remote "template", or else "upstream")
  --dry-run         change nothing; say what would change
  --skip-tests      no "npm ci" and no "npm test" afterwards: for a pull request, which is tested by itself
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
 * @returns exit status: 0 when the fork has the version and its tests pass; 1 when files conflict, when tests fail, or when
 * an error was told; 2 for a wrong command line
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
      'Nothing to do: this fork has that version of the template already, or a newer one. template.json says which.',
    );
    return 0;
  }
  tellVersions(git, versions, io);

  const isDry = flags['dry-run'];
  // What follows doesn't come to look at a signal: this is said ahead.
  if (!isDry) io.out('If this is interrupted, run it again: it starts anew, or says how to finish.\n');
  const { news, upgraded, ...found } = rehearse(git, versions, isDry ? undefined : runNpm);
  io.out(`${found.changes || 'No file changes.'}\n`);
  for (const note of found.notes) io.out(`  ${note}`);
  if (isDry) {
    tellConflicts(found.conflicts, io);
    io.out('\nA dry run: nothing was changed.');
    return found.conflicts.length === 0 ? 0 : 1;
  }
  if (upgraded === undefined) {
    tellConflicts(startConflicts(git, news), io);
    io.err(whatNow(found.locked));
    return 1;
  }
  const before = git(['rev-parse', 'HEAD']).trim();
  switchTo(git, upgraded);
  const back = `To go back: git reset --keep ${before.slice(0, 12)} && npm ci`;
  io.out(`\nThis branch is at version ${versions.target.version} of the template now, by one commit. ${back}`);
  if (flags['skip-tests']) {
    io.out('Next: npm ci && npm test');
    return 0;
  }
  io.out('Now "npm ci" and "npm test" run. If that is interrupted, run them yourself.\n');
  for (const args of [['ci', '--no-audit', '--no-fund'], ['test']]) {
    const status = runNpm(args, io.cwd);
    if (status === 0) continue;
    io.err(
      `\n"npm ${args[0]}" ended with status ${status}. The upgrade is committed: see what CHANGELOG.md says you have to do, ` +
        `mend it, and run "npm ci && npm test". ${back}`,
    );
    return 1;
  }
  return 0;
}

/** @throws {Error} where files would get lost, or where this is no fork at all */
function refuseUnready(git: Git): void {
  const prefix = git.ask(['rev-parse', '--show-prefix']);
  if (prefix === undefined)
    throw new Error('This folder is not in a git repository: "git init", and commit everything.');
  if (prefix !== '')
    throw new Error('This folder is not the root of its git repository: the template can only be upgraded there.');
  if (git.ask(['rev-parse', '--verify', '--quiet', 'HEAD']) === undefined) {
    throw new Error('There is no commit yet: commit everything first.');
  }
  if (git.ask(['rev-parse', '--verify', '--quiet', 'CHERRY_PICK_HEAD']) !== undefined) {
    throw new Error(
      'An upgrade waits for you to resolve its conflicts. When each file is edited and "git add"ed:\n' +
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
    `There are changes that are not committed. Commit or stash them first:\n${lines.slice(0, 10).join('\n')}${more}`,
  );
}

/** @throws {Error} when neither remote is there */
function templateRemote(git: Git): string {
  const remotes = git(['remote']).split('\n');
  const remote = ['template', 'upstream'].find((name) => remotes.includes(name));
  if (remote !== undefined) return remote;
  throw new Error(
    'Where the template is, nobody has said yet. Say it once:\n  git remote add template <URL of the template>\n' +
      'or with --from <remote, URL or path>.',
  );
}

function tellVersions(git: Git, { own, target, next, base }: Versions, io: CommandIo): void {
  const since = own?.version ?? 'before 1.0.0';
  io.out(`From version ${since} of the template to ${target.version} (${base.slice(0, 9)} to ${next.slice(0, 9)}).\n`);
  const changelog = git.ask(['show', `${next}:CHANGELOG.md`]) ?? '';
  io.out(
    `${changesBetween(changelog, own?.version ?? '0.0.0', target.version) || 'CHANGELOG.md says nothing of it.'}\n`,
  );
}

function tellConflicts(conflicts: readonly Conflict[], io: CommandIo): void {
  if (conflicts.length === 0) return;
  io.err(
    `\n${conflicts.length === 1 ? 'One file conflicts' : `${conflicts.length} files conflict`}: not in template.json's list of yours, and changed by you and by the template.\n`,
  );
  for (const { file, what } of conflicts) io.err(`  ${file}\n    ${what}`);
}

const whatNow = (locked: boolean): string => `
Everything else is merged. What to do:
  1. Edit each of these files, then "git add" it.
  2. git cherry-pick --continue
  3. ${locked ? 'npm ci && npm test' : 'npm install && npm test, and commit package-lock.json'}
To go back instead: git cherry-pick --abort`;

/** The npm that started this, or else the one of the path. */
const npm: RunNpm = (args, folder) => {
  const own = process.env.npm_execpath;
  const [program, first] = own !== undefined && existsSync(own) ? [process.execPath, [own]] : ['npm', []];
  // A setting of the outer npm's that would send the inner one to the outer folder.
  const { npm_config_local_prefix: _, ...env } = process.env;
  const { status, error } = spawnSync(program, [...first, ...args], { cwd: folder, stdio: 'inherit', env });
  if (error) throw new Error(`npm can't be run: ${error.message}`);
  return status ?? 1;
};

if (require.main === module) void runAsProgram((argv, io) => run(argv, io, npm));
