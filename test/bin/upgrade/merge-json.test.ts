import { compareVersions, mergeLockFile, mergePackageJson } from '../../../bin/upgrade/merge-json';
import { changesBetween } from '../../../bin/upgrade/versions';

const json = (value: unknown) => JSON.stringify(value);
const merge = (base: object, ours: object, theirs: object) => {
  const { merged, notes } = mergePackageJson(json(base), json(ours), json(theirs));
  return { merged: JSON.parse(merged), notes };
};

test('neighbours that two sides change are no conflict, and the order stays', () => {
  const { merged, notes } = merge(
    { d: { a: '1.0.0', c: '1.0.0' } },
    { d: { a: '1.0.1', c: '1.0.0' } },
    { d: { a: '1.0.0', b: '1.0.0', c: '1.0.1' } },
  );
  expect(Object.entries(merged.d)).toEqual([
    ['a', '1.0.1'],
    ['b', '1.0.0'],
    ['c', '1.0.1'],
  ]);
  expect(notes).toEqual([]);
});

test.each([
  ['the higher version is the template', '6.9.0', '6.10.0', '6.10.0'],
  ['the higher version is the fork', '^7.0.0', '6.10.0', '^7.0.0'],
  ['no version: the fork', 'github:our/jose', '6.10.0', 'github:our/jose'],
])('of two changes, one is taken and told: %s', (_what, our, their, taken) => {
  const { merged, notes } = merge({ d: { jose: '6.1.0' } }, { d: { jose: our } }, { d: { jose: their } });
  expect(merged.d.jose).toBe(taken);
  expect(notes).toEqual([`d > jose: yours "${our}", the template's "${their}"; it is now "${taken}"`]);
});

test('what a fork deleted stays deleted, and what it changed stays', () => {
  expect(merge({ s: { x: 'a', y: 'b', z: 'c' } }, { s: { y: 'ours' } }, { s: { x: 'new', z: 'c' } })).toEqual({
    merged: { s: { y: 'ours' } },
    notes: [
      's > x: yours deleted, the template\'s "new"; it is now deleted',
      's > y: yours "ours", the template\'s deleted; it is now "ours"',
    ],
  });
  expect(merge({ a: ['x'] }, { a: ['x'] }, {}).merged).toEqual({});
});

test('the lock file starts from both, and where both changed a package, from the template', () => {
  const packages = (...versions: string[]) =>
    json({
      packages: Object.fromEntries(
        versions.map((version, index) => [`p${index}`, { version, integrity: `of ${version}` }]),
      ),
    });
  const merged = JSON.parse(
    mergeLockFile(packages('1', '1', '1'), packages('2', '1', '3', '9'), packages('1', '2', '2')),
  );
  expect(merged.packages).toEqual({
    p0: { version: '2', integrity: 'of 2' },
    p1: { version: '2', integrity: 'of 2' },
    p2: { version: '2', integrity: 'of 2' },
    p3: { version: '9', integrity: 'of 9' },
  });
});

test('versions are compared by their numbers', () => {
  expect(['1.10.0', '1.9.0', '^1.2.0', 'v0.9.9'].sort(compareVersions)).toEqual([
    'v0.9.9',
    '^1.2.0',
    '1.9.0',
    '1.10.0',
  ]);
});

test('CHANGELOG.md is told from after the first version to the last', () => {
  const changelog = [
    '# Changelog',
    '## [Unreleased]',
    'soon',
    '## [1.10.0] - 2027',
    'ten',
    '## [1.9.0]',
    'nine',
    '## [1.1.0]',
    'one',
  ].join('\n');
  expect(changesBetween(changelog, '1.1.0', '1.10.0')).toBe('## [1.10.0] - 2027\nten\n## [1.9.0]\nnine');
  expect(changesBetween(changelog, '1.1.0', '1.9.0')).toBe('## [1.9.0]\nnine');
});
