import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

// A fork edits the files that template.json lists, and nothing else may depend on what they say.

const ROOT = path.join(__dirname, '../../..');
const { owned }: { owned: string[] } = JSON.parse(readFileSync(path.join(ROOT, 'template.json'), 'utf8'));
/** A pattern is a file, or a folder with all that is in it: `lambda/job/**`. */
const isOwned = (file: string) =>
  owned.some((pattern) => (pattern.endsWith('/**') ? file.startsWith(pattern.slice(0, -2)) : file === pattern));

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');
/** Sources of a fork's that it doesn't own. tools/maintain/ checks the template as it is, its owned files too. */
const sources = tracked.filter(
  (file) => /\.[cm]?[jt]s$/.test(file) && !isOwned(file) && !file.startsWith('tools/maintain/'),
);
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Who takes an owned file by its documented type. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'lambda/worker/worker.ts': ['lambda/job.ts'],
  'lambda/receiver/index.ts': ['lambda/data-residency.ts'],
  'bin/job.ts': ['lambda/job.ts'],
  'bin/stacks.ts': ['lib/resources.ts'],
};

function importsOf(file: string): string[] {
  const specifiers = [...textOf(file).matchAll(/(?:from|import\(|require\()\s*['"](\.{1,2}\/[^'"]+)['"]/g)];
  return specifiers.flatMap(([, specifier = '']) => {
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
    return tracked.find((name) => name === target || name === `${target}.ts`) ?? [];
  });
}

test('every owned file that the template has says so in its first line', () => {
  const withComments = tracked.filter((file) => isOwned(file) && /\.(ts|ya?ml)$/.test(file));
  expect(withComments.length).toBeGreaterThan(4);
  expect(withComments.filter((file) => !/^(\/\/|#) Yours\b/.test(textOf(file)))).toEqual([]);
});

test('nobody imports an owned file, but those who take it by its documented type', () => {
  const found = Object.fromEntries(
    sources.map((file) => [file, importsOf(file).filter(isOwned)] as const).filter(([, files]) => files.length > 0),
  );
  for (const [file, files] of Object.entries(found))
    expect({ [file]: files }).toEqual({ [file]: MAY_IMPORT[file] ?? [] });
  // A list that allows what nobody does is out of date.
  expect(Object.keys(found).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});

test('no test that runs in a fork reads an owned file of the root', () => {
  // PROJECT_ROOT is that of a fixture fork.
  const reads =
    /(?<!PROJECT_)(?:ROOT|__dirname),\s*['"](?:\.\.\/)*(?:manifest\.yml|config\.ts|README\.md|lambda\/job\.ts|lambda\/data-residency\.ts|lib\/resources\.ts)['"]/;
  const tests = sources.filter((file) => file.startsWith('test/') || file.startsWith('tools/emulator/test/'));
  expect(tests.filter((file) => reads.test(textOf(file)))).toEqual([]);
});

test("the fixtures are the template's own files, as a fork starts from them", () => {
  const fixtures = tracked.filter((file) => file.startsWith('test/fixtures/fork/'));
  expect(fixtures.length).toBeGreaterThan(3);
  for (const fixture of fixtures) {
    expect(textOf(fixture)).toBe(textOf(fixture.slice('test/fixtures/fork/'.length)));
  }
});
