import type { RegionMap } from '../../../lib/manifest/model';
import { edited, GOOD, lineOf } from '../../lib/manifest/manifests';
import { setUrl } from './set-url';

const OLD = 'https://abc.lambda-url.eu-central-1.on.aws';
const NEW = 'https://xyz.lambda-url.us-east-1.on.aws';
const EU = 'https://eu.lambda-url.eu-central-1.on.aws';
const AU = 'https://au.lambda-url.ap-southeast-2.on.aws';

const set = (text: string, baseUrl: string | RegionMap, removeRegions = false) =>
  setUrl(text, { baseUrl, removeRegions });

const MAP = `baseUrl:
      default: ${OLD}
      EU: ${EU} # Frankfurt
`;
const WITH_MAP = edited(GOOD, [`baseUrl: ${OLD}\n`, MAP]);

describe('a URL becomes a map', () => {
  test('where the stage has regions, the default first', () => {
    const { text, changes } = set(GOOD, { EU, default: OLD });
    expect(text).toBe(edited(GOOD, [`baseUrl: ${OLD}\n`, `baseUrl:\n      default: ${OLD}\n      EU: ${EU}\n`]));
    expect(changes).toEqual([{ line: lineOf(text, 'EU:'), remoteKey: 'aws', region: 'EU', to: EU }]);
  });

  test('and does not, where there is only a default', () => {
    expect(set(GOOD, { default: NEW }).text).toBe(edited(GOOD, [OLD, NEW]));
  });

  test.each(['baseUrl:', 'baseUrl: # to come', 'baseUrl: ~'])('where there was none: %s', (empty) => {
    const comment = empty.includes('#') ? ' # to come' : '';
    expect(set(edited(GOOD, [`baseUrl: ${OLD}`, empty]), { default: NEW, EU }).text).toBe(
      edited(GOOD, [`baseUrl: ${OLD}\n`, `baseUrl:${comment}\n      default: ${NEW}\n      EU: ${EU}\n`]),
    );
  });

  test('in an entry that is created', () => {
    const head = GOOD.slice(0, GOOD.indexOf('remotes:'));
    expect(set(head, { default: NEW, EU }).text).toContain(
      `\nremotes:\n  - key: aws\n    baseUrl:\n      default: ${NEW}\n      EU: ${EU}\n    operations:\n`,
    );
  });

  test('in an entry without one', () => {
    const without = edited(GOOD, [`    baseUrl: ${OLD}\n`, '']);
    expect(set(without, { default: NEW, EU }).text).toBe(
      edited(GOOD, [`baseUrl: ${OLD}\n`, `baseUrl:\n      default: ${NEW}\n      EU: ${EU}\n`]),
    );
  });

  test.each([['>-\n      '], ['|\n      ']])('not where it is not one line: %j', (before) => {
    expect(() => set(edited(GOOD, [OLD, before + OLD]), { default: NEW, EU })).toThrow(/not written as one line/);
  });

  test('not where its anchor is used', () => {
    const text = edited(GOOD, [OLD, `&url ${OLD}`], ['    operations:', '    x: *url\n    operations:']);
    expect(() => set(text, { default: NEW, EU })).toThrow(/nothing was changed.*\n.*\n.*\n {4}baseUrl:\n {6}default: /);
  });
});

describe('a map', () => {
  test('gets the URL of each region in its place, and tells of each', () => {
    const { text, changes } = set(WITH_MAP, { default: NEW, EU: AU });
    expect(text).toBe(edited(WITH_MAP, [OLD, NEW], [EU, AU]));
    expect(changes).toEqual([
      { line: lineOf(text, 'default:'), remoteKey: 'aws', region: 'default', from: OLD, to: NEW },
      { line: lineOf(text, 'EU:'), remoteKey: 'aws', region: 'EU', from: EU, to: AU },
    ]);
  });

  test('takes a single URL as that of the default', () => {
    expect(set(WITH_MAP, NEW).text).toBe(edited(WITH_MAP, [OLD, NEW]));
  });

  test('gets a new region after its last one', () => {
    const { text, changes } = set(WITH_MAP, { default: OLD, EU, AU });
    expect(text).toBe(edited(WITH_MAP, [' # Frankfurt\n', ` # Frankfurt\n      AU: ${AU}\n`]));
    expect(changes).toEqual([{ line: lineOf(text, 'AU:'), remoteKey: 'aws', region: 'AU', to: AU }]);
  });

  test('keeps a region that the stage lacks, unless it is to be removed', () => {
    expect(set(WITH_MAP, { default: OLD })).toEqual({ text: WITH_MAP, changes: [], others: [] });
    const { text, changes } = set(WITH_MAP, { default: OLD }, true);
    expect(text).toBe(edited(WITH_MAP, [`      EU: ${EU} # Frankfurt\n`, '']));
    expect(changes).toEqual([{ line: lineOf(text, 'default:') - 1, remoteKey: 'aws', region: 'EU', from: EU }]);
  });

  test('may lose several regions and get others at once', () => {
    const three = edited(WITH_MAP, [' # Frankfurt\n', ' # Frankfurt\n      CH: https://ch.example.com\n']);
    expect(set(three, { default: OLD, AU }, true).text).toBe(edited(WITH_MAP, [`EU: ${EU} # Frankfurt`, `AU: ${AU}`]));
  });

  test.each([
    ['one line', `{ default: ${OLD}, EU: ${EU} }`, `{ default: ${OLD}, EU: ${EU}, AU: ${AU} }`, `{ default: ${OLD} }`],
    [
      'the default last',
      `{ EU: ${EU}, default: ${OLD} }`,
      `{ EU: ${EU}, default: ${OLD}, AU: ${AU} }`,
      `{ default: ${OLD} }`,
    ],
    [
      'a comma at the end',
      `{ default: ${OLD}, EU: ${EU}, }`,
      `{ default: ${OLD}, EU: ${EU}, AU: ${AU}, }`,
      `{ default: ${OLD}, }`,
    ],
    [
      'the brace on the last line',
      `{\n      default: ${OLD},\n      EU: ${EU} }`,
      `{\n      default: ${OLD},\n      EU: ${EU},\n      AU: ${AU} }`,
      `{\n      default: ${OLD} }`,
    ],
    [
      'quotes',
      `{ "default": '${OLD}', "EU": '${EU}' }`,
      `{ "default": '${OLD}', "EU": '${EU}', "AU": '${AU}' }`,
      `{ "default": '${OLD}' }`,
    ],
  ])('in braces keeps its style: %s', (_, map, added, removed) => {
    const text = edited(GOOD, [OLD, map]);
    expect(set(text, { default: OLD, EU, AU }).text).toBe(edited(GOOD, [OLD, added]));
    expect(set(text, { default: OLD }, true).text).toBe(edited(GOOD, [OLD, removed]));
  });

  test('without regions gets them', () => {
    expect(set(edited(GOOD, [OLD, '{}']), { default: NEW, EU }).text).toBe(
      edited(GOOD, [OLD, `{ default: ${NEW}, EU: ${EU} }`]),
    );
  });

  test('that is an alias is refused', () => {
    const text = edited(GOOD, [`baseUrl: ${OLD}`, 'baseUrl: *map']);
    const other = `  - key: other\n    baseUrl: &map { default: ${OLD}, EU: ${EU} }\n    operations: [fetch]\n`;
    expect(() => set(edited(text, ['remotes:\n', `remotes:\n${other}`]), { default: NEW, EU })).toThrow(
      /baseUrl is an alias\. Write the map itself here/,
    );
  });
});

describe('refused', () => {
  test.each<[string, RegionMap, RegExp]>([
    ['no default', { EU }, /include no default, only: EU\. Forge needs a default/],
    ['nothing', {}, /only: none/],
    ['a region that Forge does not have', { default: NEW, FR: EU }, /"FR" is not a Forge region\. Allowed: EU/],
    [
      'a URL that no manifest may have',
      { default: NEW, EU: `${EU}/` },
      /can't be written as baseUrl\.EU: it ends with a slash/,
    ],
  ])('%s', (_, baseUrl, says) => expect(() => set(GOOD, baseUrl)).toThrow(says));

  test('regions that another remote with end-user data lacks: Forge would refuse the manifest', () => {
    const text = `${GOOD}  - key: files\n    baseUrl: https://f.example.com\n    operations: [storage]\n    storage: { inScopeEUD: true }\n`;
    expect(() => set(text, { default: NEW, EU })).toThrow(
      /Remote "files" stores in-scope end-user data, but has no URL for EU, which another remote lists/,
    );
    expect(set(text, NEW).text).toContain(NEW);
  });

  test('but not for a remote that stores none', () => {
    const text = `${GOOD}  - key: logs\n    baseUrl: https://logs.example.com\n    operations: [other]\n`;
    expect(set(text, { default: NEW, EU }).text).toContain(EU);
  });
});
