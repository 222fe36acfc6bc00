import { versionImpact } from '../../../../../bin/manifest/impact/version-impact';
import { routesOf } from '../../../../../lib/manifest/model';
import { ManifestError } from '../../../../../lib/manifest/problems';
import { readManifest } from '../../../../../lib/manifest/read';
import { documentOf } from '../../../../../test/lib/manifest/manifests';
import { DEPLOYED, EDITS, GOLDEN, NEW_APP_ID, NEW_REGIONS, NEW_URL } from './golden';
import { lineDiff } from './line-diff';

/** The text after an edit, or why it was refused. */
function outcome(edit: (text: string) => string, text: string): { text: string } | { refused: string } {
  try {
    return { text: edit(text) };
  } catch (error) {
    if (error instanceof ManifestError) return { refused: error.message };
    throw error;
  }
}

const cases = GOLDEN.flatMap(({ name, text }) =>
  Object.entries(EDITS).map(([title, edit]) => ({ name, title, text, edit, found: outcome(edit, text) })),
);

const removed = (diff: readonly string[]) => diff.filter((line) => line.startsWith('-'));
const added = (diff: readonly string[]) => diff.filter((line) => line.startsWith('+'));

test('there are many, and no two are the same', () => {
  expect(GOLDEN.length).toBeGreaterThanOrEqual(60);
  expect(new Set(GOLDEN.map(({ text }) => text)).size).toBe(GOLDEN.length);
});

test.each(cases)('$name: $title', ({ text, found }) => {
  expect('refused' in found ? found.refused : lineDiff(text, found.text)).toMatchSnapshot();
});

test.each(cases)('$name: $title, a second time, changes nothing', ({ text, edit, found }) => {
  if ('text' in found) expect(edit(found.text)).toBe(found.text);
  else expect(outcome(edit, text)).toEqual(found);
});

describe.each(GOLDEN)('$name', ({ name, text }) => {
  const diffOf = (title: string) => {
    const found = cases.find((one) => one.name === name && one.title === title)?.found;
    if (found === undefined || !('text' in found)) throw new Error(`${name}: ${title} was refused`);
    return lineDiff(text, found.text);
  };

  test('is read, and what Forge calls on it has a route', () => {
    const manifest = readManifest(documentOf(text), { remoteKey: 'aws' });
    expect(manifest.remote.baseUrls?.default).toBe(DEPLOYED);
    const routes = routesOf(manifest);
    expect(Object.keys(routes)).toEqual(expect.arrayContaining(manifest.endpoints.map(({ path }) => path)));
    expect(Object.values(routes).some((route) => 'schedules' in route && route.schedules !== undefined)).toBe(true);
  });

  test('a new URL is the only change in the version report, and a major one', () => {
    const [edit = () => ''] = [EDITS['set the URL']];
    const report = (after: string) => versionImpact(documentOf(text).content, documentOf(after).content);
    expect(report(text)).toEqual([]);
    const changes = report(edit(text));
    expect(changes.map(({ impact }) => impact)).toEqual(['major']);
    expect(changes[0]?.what).toContain(NEW_URL);
  });

  test('a new URL changes one line, and in it nothing else', () => {
    const diff = diffOf('set the URL');
    expect([removed(diff).length, added(diff).length]).toEqual([1, 1]);
    const host = (url: string) => url.replace('https://', '');
    expect(added(diff)[0]?.slice(1)).toBe(removed(diff)[0]?.slice(1).replace(host(DEPLOYED), host(NEW_URL)));
  });

  test('the URL that it has changes nothing', () => {
    expect(diffOf('set the URL that it has')).toEqual([]);
  });

  test('a new app id changes one line, and in it nothing else', () => {
    const diff = diffOf('set the app id');
    expect([removed(diff).length, added(diff).length]).toEqual([1, 1]);
    const uuid = NEW_APP_ID.replace(/.*\//, '');
    expect(added(diff)[0]?.slice(1)).toBe(
      removed(diff)[0]?.slice(1).replace('8db33309-9ba4-4d1b-9a8f-2a1d0e4b5c6d', uuid),
    );
  });

  test('a map of regions adds no line but those of the regions and their variables', () => {
    const urls = Object.values(NEW_REGIONS).map((url) => url.replace('https://', ''));
    for (const line of added(diffOf('set a map of regions'))) {
      const says = line
        .replace(/^\+ \d+: /, '')
        .replace(/#.*/, '')
        .replace('\\r', '')
        .trim();
      const isOurs = [...urls, 'REMOTE_BASE_URL', 'REMOTE_HOST'].some((part) => says.includes(part));
      expect([isOurs || /^(- )?(default|"?baseUrl"?):/.test(says), says]).toEqual([true, says]);
    }
  });
});
