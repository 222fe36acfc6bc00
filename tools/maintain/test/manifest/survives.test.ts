import fc from 'fast-check';
import { Parser } from 'yaml';
import { readManifest } from '../../../../lib/manifest/read';
import { REGION_KEYS } from '../../../../lib/manifest/regions';
import { setUrl } from '../../../../test/bin/manifest/set-url';
import { documentOf } from '../../../../test/lib/manifest/manifests';
import { GOLDEN } from './golden/golden';

// Comment lines are put between any two lines, so none may be inside a text, and nothing may be on one line alone.
const SOURCES = GOLDEN.filter(({ name }) => !['folded-scalars', 'long', 'document-marks'].includes(name)).filter(
  ({ name }) => !name.startsWith('json'),
);

const host = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/).map((name) => `https://${name}.example.com`);
const regionKeys = fc.uniqueArray(fc.constantFrom(...REGION_KEYS.filter((key) => key !== 'default')), { maxLength: 4 });
const baseUrls = fc
  .tuple(
    host,
    regionKeys.chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, host])))),
  )
  .map(([url, regions]): Record<string, string> => ({ default: url, ...regions }));

const comment = fc.stringMatching(/^[ \t]{0,8}#[ -~]{0,30}$/);

/** A golden manifest with comments in other places, other line breaks, another beginning and another end. */
const manifests = fc
  .record({
    source: fc.constantFrom(...SOURCES),
    comments: fc.array(fc.tuple(fc.nat(), comment), { maxLength: 6 }),
    windows: fc.boolean(),
    mark: fc.boolean(),
    openEnd: fc.boolean(),
  })
  .map(({ source, comments, windows, mark, openEnd }) => {
    const lines = source.text.replace('\uFEFF', '').replaceAll('\r\n', '\n').trimEnd().split('\n');
    for (const [at, line] of comments) lines.splice(at % (lines.length + 1), 0, line);
    const text = lines.join(windows ? '\r\n' : '\n');
    return `${mark ? '\uFEFF' : ''}${text}${openEnd ? '' : windows ? '\r\n' : '\n'}`;
  });

/** Every comment of a text, in order. */
function commentsIn(text: string): string[] {
  const found: string[] = [];
  const collect = (token: unknown): void => {
    if (typeof token !== 'object' || token === null) return;
    if ('type' in token && token.type === 'comment' && 'source' in token) found.push(String(token.source).trim());
    for (const part of Object.values(token)) collect(part);
  };
  for (const token of new Parser().parse(text)) collect(token);
  return found.sort();
}

/** What a manifest says beside the base URL of our remote, and the variables that it may be in. */
function besides(text: string): unknown {
  const { environment, remotes, ...others } = documentOf(text).content;
  const list = Array.isArray(remotes) ? remotes : [];
  return { ...others, remotes: list.map((remote) => (remote.key === 'aws' ? { ...remote, baseUrl: '' } : remote)) };
}

/** Not every place between two lines in braces takes a comment. */
function isValid(text: string): boolean {
  try {
    documentOf(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the manifest says of another remote with end-user data which regions there must be. */
const fixesRegions = (text: string) => text.includes('inScopeEUD: true');

const eol = (text: string) => /\r\n/.test(text);

test('comments and every other value survive, and a second time nothing changes', () => {
  fc.assert(
    fc.property(manifests, baseUrls, (text, wanted) => {
      fc.pre(isValid(text) && !fixesRegions(text));
      const options = { remoteKey: 'aws', baseUrl: wanted };
      const after = setUrl(text, options).text;
      expect(commentsIn(after)).toEqual(commentsIn(text));
      expect(besides(after)).toEqual(besides(text));
      expect([after.startsWith('\uFEFF'), after.endsWith('\n')]).toEqual([
        text.startsWith('\uFEFF'),
        text.endsWith('\n'),
      ]);
      expect(
        after
          .split('\n')
          .slice(0, -1)
          .filter((line) => line.endsWith('\r') !== eol(text)),
      ).toEqual([]);
      expect(setUrl(after, options)).toEqual({ text: after, changes: [], others: [] });
    }),
    { numRuns: 100 },
  );
});

test('with the other regions removed, exactly the wanted ones are left, and no other comment or value goes', () => {
  fc.assert(
    fc.property(manifests, baseUrls, (text, wanted) => {
      fc.pre(isValid(text) && !fixesRegions(text));
      const options = { remoteKey: 'aws', baseUrl: wanted, removeRegions: true };
      const after = setUrl(text, options).text;
      const { baseUrls: found = {} } = readManifest(documentOf(after), { remoteKey: 'aws' }).remote;
      expect(found).toEqual(wanted);
      expect(besides(after)).toEqual(besides(text));
      const gone = commentsIn(text).length - commentsIn(after).length;
      // Only what stood behind the URL of a region that is gone.
      expect(gone).toBeLessThanOrEqual(text.split('\n').filter((line) => /[A-Z]{2}'?: .*#/.test(line)).length);
      expect(setUrl(after, options)).toEqual({ text: after, changes: [], others: [] });
    }),
    { numRuns: 50 },
  );
});
