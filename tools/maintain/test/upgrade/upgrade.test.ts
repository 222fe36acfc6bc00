import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { UNFINISHED } from '../../../../bin/upgrade/apply';
import {
  clone,
  commit,
  FIRST,
  fakeNpm,
  git,
  newFolder,
  newFork,
  newTemplate,
  removeFolders,
  SECOND,
  text,
  upgrade,
  write,
} from './support';

/** Edits of files that are the fork's, and nothing else. */
const OWN_EDITS = {
  'manifest.yml': 'app: ours\n',
  'config.ts': 'export default { stages: [] };\n',
  'lambda/job.ts': 'export const job = ours;\n',
  'lambda/job/sync.ts': 'ours\n',
  'test/own/job.test.ts': undefined,
  'test/own/ours.test.ts': 'ours\n',
  'README.md': 'Our app\n',
  '.github/workflows/ci.yml': 'uses: ours@1\n',
  'package.json': (FIRST['package.json'] ?? '')
    .replace('"name": "forge-remote-aws"', '"name": "our-app"')
    .replace('"yaml": "2.9.1"', '"axios": "1.9.0",\n    "yaml": "2.9.1"'),
};

let template: string;
beforeAll(() => {
  template = newTemplate();
});
afterAll(removeFolders);

const from = () => ['--from', template];
const head = (fork: string) => git(fork, 'rev-parse', 'HEAD');
const isClean = (fork: string) => git(fork, 'status', '--porcelain') === '';
const packageOf = (fork: string) => JSON.parse(text(fork, 'package.json'));

describe.each(['history', 'copy'] as const)('a fork (%s) that edits only what it owns', (kind) => {
  let fork: string;
  let said: string;
  let status: number;
  let before: string;
  const { npm, calls } = fakeNpm();
  beforeAll(() => {
    fork = newFork(template, kind, OWN_EDITS);
    before = head(fork);
    ({ status, said } = upgrade(fork, from(), npm));
  });

  test('gets the new version with no conflict, as one commit on its own', () => {
    expect({ status, said }).toMatchObject({ status: 0 });
    expect(git(fork, 'rev-parse', 'HEAD~')).toBe(before);
    expect(git(fork, 'rev-list', '--parents', '-1', 'HEAD').split(' ')).toHaveLength(2);
    expect(git(fork, 'log', '-1', '--format=%s')).toBe('Version 1.1.0 of the template');
    expect(isClean(fork)).toBe(true);
  });

  test('keeps what it owns, what it added there and what it deleted there', () => {
    for (const [file, ours] of Object.entries(OWN_EDITS)) {
      if (file === 'package.json') continue;
      if (ours === undefined) expect(existsSync(path.join(fork, file))).toBe(false);
      else expect(text(fork, file)).toBe(ours);
    }
  });

  test('gets nothing new in folders that are its own, and is told of it', () => {
    for (const file of ['test/own/new-sample.test.ts', 'lambda/job/new-sample.ts', '.github/workflows/new.yml']) {
      expect(existsSync(path.join(fork, file))).toBe(false);
      expect(said).toContain(`${file}: yours, unchanged; new in the template: git show`);
    }
    expect(said).toMatch(
      /\.github\/workflows\/ci\.yml: yours, unchanged; the template's changes: git diff \w+ \w+ -- /,
    );
  });

  test('gets every other change: new, renamed, deleted, binary, executable', () => {
    for (const file of [
      'lib/stack.ts',
      'lib/new-name.ts',
      'lib/brand-new.ts',
      'docs/logo.bin',
      'tools/maintain/more.ts',
      'template.json',
    ]) {
      expect(text(fork, file)).toBe(SECOND[file]);
    }
    for (const file of ['lib/old-name.ts', 'lib/doomed.ts']) expect(existsSync(path.join(fork, file))).toBe(false);
    expect(statSync(path.join(fork, 'bin/run')).mode & 0o111).not.toBe(0);
  });

  test('gets a new file that is its own from now on, because the template imports it', () => {
    expect(text(fork, 'lib/resources.ts')).toBe(SECOND['lib/resources.ts']);
  });

  test('has package.json merged by key, and npm makes the lock file and runs the tests', () => {
    expect(packageOf(fork)).toEqual({
      name: 'our-app',
      version: '1.1.0',
      scripts: {
        test: 'jest --ci',
        bench: 'node tools/maintain/bench.ts',
        more: 'node tools/maintain/more.ts',
        new: 'node bin/new.ts',
      },
      dependencies: { jose: '6.3.0', axios: '1.9.0', yaml: '2.9.1', zod: '4.6.8' },
      devDependencies: { jest: '30.5.2' },
    });
    const { packages } = JSON.parse(text(fork, 'package-lock.json'));
    expect(packages['']).toEqual({ dependencies: packageOf(fork).dependencies });
    expect(packages['node_modules/jose']).toEqual({ version: '6.3.0' });
    expect(calls).toEqual([
      'install --package-lock-only --ignore-scripts --no-audit --no-fund',
      'ci --no-audit --no-fund',
      'test',
    ]);
  });

  test('reads what CHANGELOG.md says between the two versions, and how to go back', () => {
    expect(said).toContain('You have to do nothing.');
    expect(said).not.toContain('The first one.');
    expect(said).toContain(`git reset --keep ${before.slice(0, 12)}`);
  });

  test('has nothing to do when it has the version', () => {
    expect(upgrade(fork, from())).toEqual({ status: 0, said: expect.stringContaining('Nothing to do') });
  });

  test('keeps its own tags, and gets none of the template', () => {
    expect(git(fork, 'tag')).toBe('v1.1.0');
    expect(git(fork, 'rev-parse', 'v1.1.0')).toBe(before);
  });
});

describe('an upgrade after an upgrade', () => {
  let later: string;
  beforeAll(() => {
    later = clone(template);
    commit(later, {
      'lib/stack.ts': `${SECOND['lib/stack.ts']}ten\n`,
      'lib/resources.ts': 'a better sample\n',
      'template.json': (SECOND['template.json'] ?? '').replace('1.1.0', '1.10.0'),
    });
    git(later, 'tag', 'v1.10.0');
  });

  test.each(['history', 'copy'] as const)('starts from the stamp, where git (%s) knows of no upgrade', (kind) => {
    const fork = newFork(template, kind, OWN_EDITS);
    upgrade(fork, from());
    // Squashed, with work of the fork's on top of it.
    git(fork, 'reset', '--quiet', '--soft', 'HEAD~2');
    commit(fork, {
      'lib/resources.ts': 'our table\n',
      'lib/stack.ts': (SECOND['lib/stack.ts'] ?? '').replace('five', 'our five'),
    });
    expect(upgrade(fork, ['--from', later])).toMatchObject({ status: 0 });
    expect(text(fork, 'lib/resources.ts')).toBe('our table\n');
    expect(text(fork, 'lib/stack.ts')).toContain('two, better\nthree\nfour\nour five\n');
    expect(text(fork, 'lib/stack.ts')).toContain('ten\n');
  });

  test('takes the newest version by its number, or the one that is asked for', () => {
    const fork = newFork(template, 'copy');
    expect(upgrade(clone(fork), ['--from', later, '--dry-run']).said).toContain('to 1.10.0');
    expect(upgrade(clone(fork), ['--from', later, '--dry-run', '--to', 'v1.1.0']).said).toContain('to 1.1.0');
    expect(upgrade(fork, ['--from', later, '--to', '7.0.0'])).toEqual({
      status: 1,
      said: `${later} has no tag v7.0.0. Its versions: v1.0.0, v1.1.0, v1.10.0.`,
    });
  });
});

describe('a fork that was made between two versions', () => {
  test('starts from its history, which knows more than the stamp', () => {
    const busy = newFolder();
    git(busy, 'clone', '--quiet', '--no-tags', template, '.');
    git(busy, 'reset', '--quiet', '--hard', git(template, 'rev-parse', 'v1.0.0'));
    git(busy, 'tag', 'v1.0.0');
    commit(busy, { 'lib/stack.ts': 'rewritten\n' });
    const fork = newFolder();
    git(fork, 'clone', '--quiet', busy, '.');
    git(fork, 'config', 'user.name', 'A developer');
    git(fork, 'config', 'user.email', 'developer@example.com');
    commit(busy, { 'lib/stack.ts': 'rewritten again\n', 'template.json': SECOND['template.json'] });
    git(busy, 'tag', 'v1.1.0');
    expect(upgrade(fork, ['--from', busy])).toMatchObject({ status: 0 });
    expect(text(fork, 'lib/stack.ts')).toBe('rewritten again\n');
  });
});

describe('a fork without tools/maintain', () => {
  const { scripts, ...rest } = JSON.parse(FIRST['package.json'] ?? '');
  const { bench: _, ...kept } = scripts;
  let fork: string;
  let said: string;
  beforeAll(() => {
    fork = newFork(template, 'copy', {
      'tools/maintain': undefined,
      'package.json': `${JSON.stringify({ ...rest, scripts: kept }, null, 2)}\n`,
    });
    ({ said } = upgrade(fork, from()));
  });

  test('stays without, whatever changed there and is new there', () => {
    expect(existsSync(path.join(fork, 'tools/maintain'))).toBe(false);
    expect(text(fork, 'tools/emulator/aws.ts')).toBe('aws 2\n');
    expect(said).toContain('tools/maintain/**: you removed it, so it stays removed');
  });

  test('gets no script that would need it, and the others', () => {
    expect(packageOf(fork).scripts).toEqual({ test: 'jest --ci', new: 'node bin/new.ts' });
  });
});

describe('where the fork changed a file that is not its own', () => {
  const THEIRS = { 'lib/stack.ts': (FIRST['lib/stack.ts'] ?? '').replace('two', 'our two'), 'lib/doomed.ts': 'ours\n' };
  let fork: string;
  let before: string;
  let result: ReturnType<typeof upgrade>;
  beforeEach(() => {
    fork = newFork(template, 'copy', { ...OWN_EDITS, ...THEIRS });
    before = head(fork);
    result = upgrade(fork, from());
  });

  test('it is an ordinary conflict, with what to do', () => {
    expect(result.status).toBe(1);
    expect(result.said).toContain('2 files conflict');
    expect(result.said).toMatch(/lib\/stack\.ts\n +both changed it/);
    expect(result.said).toMatch(/lib\/doomed\.ts\n +you changed it, the template deleted it/);
    expect(result.said).toContain('git cherry-pick --continue');
    expect(text(fork, 'lib/stack.ts')).toMatch(/<<<<<<< HEAD\nour two\n=+\ntwo, better\n>>>>>>> /);
  });

  test('it goes on with git, and has everything then', () => {
    expect(upgrade(fork, from())).toEqual({ status: 1, said: expect.stringContaining('An upgrade has conflicts') });
    write(fork, { 'lib/stack.ts': 'resolved\n' });
    git(fork, 'add', 'lib/stack.ts', 'lib/doomed.ts');
    git(fork, '-c', 'core.editor=true', 'cherry-pick', '--continue');
    expect(isClean(fork)).toBe(true);
    expect(text(fork, 'template.json')).toBe(SECOND['template.json']);
    expect(text(fork, 'config.ts')).toBe(OWN_EDITS['config.ts']);
    expect(packageOf(fork).name).toBe('our-app');
    expect(JSON.parse(text(fork, 'package-lock.json')).packages[''].dependencies).toEqual(packageOf(fork).dependencies);
    expect(upgrade(fork, from()).said).toContain('Nothing to do');
  });

  test('it goes back with git', () => {
    git(fork, 'cherry-pick', '--abort');
    expect(isClean(fork)).toBe(true);
    expect(head(fork)).toBe(before);
  });

  test('a file that only moved has the change where it is now', () => {
    const moved = newFork(template, 'copy', { 'lib/old-name.ts': `${FIRST['lib/old-name.ts']}ours\n` });
    expect(upgrade(moved, from())).toMatchObject({ status: 0 });
    expect(text(moved, 'lib/new-name.ts')).toBe(`${SECOND['lib/new-name.ts']}ours\n`);
  });
});

describe('--dry-run', () => {
  test('says what would change, and changes nothing', () => {
    const fork = newFork(template, 'copy', OWN_EDITS);
    const before = head(fork);
    const { npm, calls } = fakeNpm();
    const { status, said } = upgrade(fork, [...from(), '--dry-run'], npm);
    expect({ status, calls, head: head(fork), clean: isClean(fork) }).toEqual({
      status: 0,
      calls: [],
      head: before,
      clean: true,
    });
    expect(said).toContain('lib/brand-new.ts');
    expect(said).toContain('nothing was changed');
  });

  test('says what would conflict, by its exit status, too', () => {
    const fork = newFork(template, 'copy', { 'lib/stack.ts': 'ours\n' });
    const { status, said } = upgrade(fork, [...from(), '--dry-run']);
    expect({ status, clean: isClean(fork) }).toEqual({ status: 1, clean: true });
    expect(said).toMatch(/One file conflicts.*\n\n {2}lib\/stack\.ts\n/);
  });
});

describe('interrupted', () => {
  test('at any run of npm, it leaves the old or the new state, and a second run does the rest', () => {
    const original = newFork(template, 'copy', OWN_EDITS);
    for (let dies = 0; dies < 3; dies++) {
      const fork = clone(original);
      let step = 0;
      const { npm } = fakeNpm();
      const { status } = upgrade(fork, from(), (args, folder) => {
        if (step++ === dies) throw new Error('Interrupted');
        return npm(args, folder);
      });
      expect(status).toBe(1);
      expect(isClean(fork)).toBe(true);
      expect(git(fork, 'worktree', 'list').split('\n')).toHaveLength(1);
      expect(text(fork, 'template.json')).toBe(dies === 0 ? FIRST['template.json'] : SECOND['template.json']);
      expect(upgrade(fork, from()).status).toBe(0);
      expect(text(fork, 'template.json')).toBe(SECOND['template.json']);
    }
  });

  test('by a kill, it starts anew where a second working tree was left', () => {
    const fork = newFork(template, 'copy', OWN_EDITS);
    git(fork, 'worktree', 'add', '--quiet', '--detach', path.join(fork, '.git/upgrade'), 'HEAD');
    write(fork, { '.git/upgrade.index.lock': '' });
    expect(upgrade(fork, from())).toMatchObject({ status: 0 });
  });

  test('while files were being written, it says how to finish, and how to go back', () => {
    const fork = newFork(template, 'copy', OWN_EDITS);
    const before = head(fork);
    const done = clone(fork);
    upgrade(done, from());
    git(fork, 'fetch', '--quiet', done, `HEAD:${UNFINISHED}`);
    write(fork, { 'lib/brand-new.ts': 'half of', 'lib/doomed.ts': undefined });

    const { status, said } = upgrade(fork, from());
    expect(status).toBe(1);
    const [finish = '', first = '', second = ''] = [...said.matchAll(/git (reset --hard \S+)/g)].map(
      ([, args = '']) => args,
    );
    const other = clone(fork);
    git(fork, ...finish.split(' '));
    expect({ head: head(fork), clean: isClean(fork) }).toEqual({ head: head(done), clean: true });
    git(other, ...first.split(' '));
    git(other, ...second.split(' '));
    expect({ head: head(other), clean: isClean(other) }).toEqual({ head: before, clean: true });
    expect(upgrade(other, from()).status).toBe(0);
  });

  test.each([
    ['ci', 'ci'],
    ['test', 'test'],
  ])('by a failing npm %s, it says that the new version is there, and both ways on', (command) => {
    const fork = newFork(template, 'copy', OWN_EDITS);
    const before = head(fork);
    const { status, said } = upgrade(fork, from(), fakeNpm({ [command]: 7 }).npm);
    expect(status).toBe(1);
    expect(said).toContain(`"npm ${command}" failed with status 7. The upgrade is committed`);
    git(fork, 'reset', '--quiet', '--keep', before);
    expect(isClean(fork)).toBe(true);
  });

  test('by an npm that cannot make the lock file, the old state stays', () => {
    const fork = newFork(template, 'copy', OWN_EDITS);
    const before = head(fork);
    expect(upgrade(fork, from(), fakeNpm({ install: 3 }).npm)).toEqual({
      status: 1,
      said: expect.stringContaining("npm failed with status 3, so package-lock.json can't be updated."),
    });
    expect({ head: head(fork), clean: isClean(fork) }).toEqual({ head: before, clean: true });
  });
});

describe('refused', () => {
  test.each([
    ['changed', { 'config.ts': 'changed\n' }, / M config\.ts/],
    ['added', { 'new.ts': 'new\n' }, /\?\? new\.ts/],
  ])('while a file is %s and not committed', (_what, files, named) => {
    const fork = newFork(template, 'copy');
    write(fork, files);
    const { status, said } = upgrade(fork, from());
    expect({ status, said }).toEqual({ status: 1, said: expect.stringMatching(named) });
    expect(said).toContain('Commit or stash them first');
  });

  test('where there is no repository, no root of one, no remote, no such source', () => {
    const empty = newFolder();
    expect(upgrade(empty, from()).said).toContain('not in a git repository');
    const fork = newFork(template, 'copy');
    expect(upgrade(path.join(fork, 'lib'), from()).said).toContain('not the root');
    expect(upgrade(fork, []).said).toContain('git remote add template');
    expect(upgrade(fork, ['--from', empty])).toEqual({ status: 1, said: expect.stringContaining('git fetch failed') });
  });

  test('where nothing says what a copy is based on', () => {
    const fork = newFork(template, 'copy', { 'template.json': undefined });
    expect(upgrade(fork, from()).said).toContain('so the base version is unknown');
    const other = newFork(template, 'copy', {
      'template.json': (FIRST['template.json'] ?? '').replace('1.0.0', '0.9.0'),
    });
    expect(upgrade(other, from()).said).toContain('has neither a tag v0.9.0');
  });

  test('a wrong command line; --help is none', () => {
    expect(upgrade(newFolder(), ['--frm', 'x'])).toEqual({ status: 2, said: expect.stringContaining('Usage:') });
    expect(upgrade(newFolder(), ['--help'])).toEqual({ status: 0, said: expect.stringContaining('--dry-run') });
  });
});

test('the source is the remote "template", or else "upstream"', () => {
  const fork = newFork(template, 'copy');
  git(fork, 'remote', 'add', 'upstream', template);
  expect(upgrade(fork, ['--dry-run'])).toMatchObject({ status: 0 });
  git(fork, 'remote', 'add', 'template', path.join(template, 'nowhere'));
  expect(upgrade(fork, ['--dry-run']).said).toContain('git fetch failed');
});

test('a fork from before there were versions needs its history, and gets what is its own from then on', () => {
  const old = newFolder();
  git(old, 'init', '--quiet', '--initial-branch=main');
  const { 'template.json': _, 'test/own/job.test.ts': __, ...before } = FIRST;
  commit(old, before);
  const fork = clone(old);
  git(fork, 'config', 'user.name', 'A developer');
  git(fork, 'config', 'user.email', 'developer@example.com');
  commit(fork, { 'config.ts': 'ours\n', 'README.md': undefined });
  commit(old, {
    'template.json': FIRST['template.json'],
    'test/own/job.test.ts': 'test 1\n',
    'config.ts': 'new\n',
    'README.md': 'new\n',
  });
  git(old, 'tag', 'v1.0.0');
  expect(upgrade(fork, ['--from', old])).toMatchObject({ status: 0, said: expect.stringContaining('The first one.') });
  expect(text(fork, 'config.ts')).toBe('ours\n');
  expect(existsSync(path.join(fork, 'README.md'))).toBe(false);
  expect(text(fork, 'test/own/job.test.ts')).toBe('test 1\n');
});

test('--skip-tests stops at the commit', () => {
  const { npm, calls } = fakeNpm();
  expect(upgrade(newFork(template, 'copy'), [...from(), '--skip-tests'], npm)).toMatchObject({ status: 0 });
  expect(calls).toEqual([expect.stringContaining('--package-lock-only')]);
});

test('a fork without package-lock.json stays without', () => {
  const fork = newFork(template, 'copy', { 'package-lock.json': undefined });
  const { npm, calls } = fakeNpm();
  expect(upgrade(fork, [...from(), '--skip-tests'], npm)).toMatchObject({ status: 0 });
  expect({ calls, has: existsSync(path.join(fork, 'package-lock.json')) }).toEqual({ calls: [], has: false });
});
