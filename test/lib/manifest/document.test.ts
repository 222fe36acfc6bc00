import { MAX_ALIASES, parseManifest } from '../../../lib/manifest/document';
import { ManifestError } from '../../../lib/manifest/problems';

test.each([
  ['an empty file', '', 1, /The file is empty/],
  ['only a comment', '# nothing\n', 1, /The file is empty/],
  ['only white space', ' \n\n', 1, /The file is empty/],
  ['a list', '- a\n- b\n', 1, /not a map/],
  ['a word', 'hello\n', 1, /not a map/],
  ['a key that is there twice', 'app:\n  id: a\n  id: b\n', 3, /in the map twice/],
  ['two documents', 'a: 1\n---\nb: 2\n', 2, /second YAML document/],
  ['a tab as indentation', 'app:\n\tid: a\n', 2, /Not valid YAML: Tabs/],
  ['an open bracket', 'a: 1\nb: [1, 2\nc: 3\nd: 4\n', 2, /Not valid YAML/],
  ['an open brace', 'a: 1\nb: { x: 1\nc: 3\n', 2, /Not valid YAML/],
  ['an open brace in a bracket', 'a: 1\nb: [1,\n  { x: 1 ]\nc: 3\n', 3, /Not valid YAML/],
  ['a quote that nothing closes', 'a: 1\nb: "open\nc: 3\nd: 4\n', 2, /Missing closing "quote/],
  ['two mistakes', 'app:\n\tid: a\n\tb: c: d\n', 2, /Not valid YAML: Tabs/],
  ['two colons', 'a: b: c\n', 1, /Not valid YAML/],
  ['an alias without an anchor', 'a: 1\nb:\n  - *nowhere\n', 3, /alias \*nowhere has no anchor/],
  ['a value that contains itself', 'a: &a\n  - *a\n', 1, /contains itself/],
  [
    'aliases that multiply',
    `a: &a [x, x, x]\n${[...'bcdefgh'].map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]}, `.repeat(9)}]\n`).join('')}`,
    1,
    /multiply/,
  ],
])('%s is an error with a line', (_, text, line, says) => {
  let error: unknown;
  try {
    parseManifest(text, 'manifest.yml');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ManifestError);
  expect((error as ManifestError).problems).toMatchObject([{ line, what: expect.stringMatching(says) }]);
  expect((error as ManifestError).message).toMatch(new RegExp(`^manifest\\.yml:${line}: `));
});

test('a byte order mark and Windows line breaks are fine', () => {
  const { root, content } = parseManifest('\uFEFFapp:\r\n  id: a\r\n', 'manifest.yml');
  expect(content).toEqual({ app: { id: 'a' } });
  expect(root.get('app').get('id').line).toBe(2);
});

test('few aliases of much are an error, soon', () => {
  const entries = Array.from({ length: 300 }, (_, index) => `  k${index}: { endpoint: token, remote: aws }`).join('\n');
  const aliases = Array.from({ length: 90 }, (_, index) => `a${index}: *all`).join('\n');
  expect(() => parseManifest(`all: &all\n${entries}\n${aliases}\n`, 'manifest.yml')).toThrow(
    /^manifest\.yml:3\d\d: The aliases up to \*all stand for \d{6} characters\. At most 200000 are allowed/,
  );
});

test('thousands of aliases are an error, soon', () => {
  const text = `a: &a 1\nb:\n${'  - *a\n'.repeat(8_000)}`;
  const before = process.cpuUsage();
  expect(() => parseManifest(text, 'manifest.yml')).toThrow(
    `manifest.yml:${MAX_ALIASES + 3}: This file has 8000 aliases. At most 100 are allowed.`,
  );
  // Looking each of them up takes many seconds. Of the processor: others may be using it as well.
  expect(process.cpuUsage(before).user).toBeLessThan(4_000_000);
});
