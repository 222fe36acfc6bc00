import { ManifestError } from '../../../lib/manifest/error';
import { parseManifest } from '../../../lib/manifest/parse';

test.each([
  ['an empty file', '', 1, /The file is empty/],
  ['only a comment', '# nothing\n', 1, /The file is empty/],
  ['only white space', ' \n\n', 1, /The file is empty/],
  ['a list', '- a\n- b\n', 1, /not a map/],
  ['a word', 'hello\n', 1, /not a map/],
  ['a key that is there twice', 'app:\n  id: a\n  id: b\n', 3, /in the map twice/],
  ['two documents', 'a: 1\n---\nb: 2\n', 2, /second YAML document/],
  ['a tab as indentation', 'app:\n\tid: a\n', 2, /Not valid YAML: Tabs/],
  ['an open bracket', 'a: 1\nb: [1, 2\n', 3, /Not valid YAML/],
  ['two colons', 'a: b: c\n', 1, /Not valid YAML/],
  ['an alias without an anchor', 'a: 1\nb:\n  - *nowhere\n', 3, /alias \*nowhere has no anchor/],
  ['a value that contains itself', 'a: &a\n  - *a\n', 1, /contain themselves/],
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
  expect((error as ManifestError).problems[0]).toMatchObject({ line, what: expect.stringMatching(says) });
  expect((error as ManifestError).message).toMatch(new RegExp(`^manifest\\.yml:${line}: `));
});

test('a byte order mark and Windows line breaks are fine', () => {
  const { root, content } = parseManifest('\uFEFFapp:\r\n  id: a\r\n', 'manifest.yml');
  expect(content).toEqual({ app: { id: 'a' } });
  expect(root.get('app').get('id').line).toBe(2);
});
