import { ManifestError } from '../../../lib/manifest/problems';
import { readManifest } from '../../../lib/manifest/read';
import { documentOf, GOOD, lineOf } from './manifests';
import { ACCEPTED_BY_ATLASSIAN, REFUSED_BY_ATLASSIAN } from './refused';

function refusal(text: string): ManifestError {
  try {
    readManifest(documentOf(text));
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error('The manifest was accepted');
}

test('the manifest that the cases are made from is accepted', () => {
  expect(() => readManifest(documentOf(GOOD))).not.toThrow();
});

test.each([...ACCEPTED_BY_ATLASSIAN, ...REFUSED_BY_ATLASSIAN])('refused: $name', ({ text, at, says }) => {
  const told = refusal(text).message.split('\n');
  expect(told).toContainEqual(expect.stringMatching(says));
  expect(told.find((line) => says.test(line))).toMatch(new RegExp(`^manifest\\.yml:${lineOf(text, at)}: `));
});

test('all problems are told at once, in the order of the file', () => {
  const text = GOOD.replace('interval: hour', 'interval: day')
    .replace('path: /forge/token', 'path: forge')
    .replace('https://abc.lambda-url.eu-central-1.on.aws', 'http://abc.example.com')
    .replace('8db33309', 'zzz');
  const lines = refusal(text).problems.map(({ line }) => line);
  expect(lines).toEqual([
    lineOf(text, 'id:'),
    lineOf(text, 'interval:'),
    lineOf(text, 'path:'),
    lineOf(text, 'baseUrl:'),
  ]);
});
