import fc from 'fast-check';
import { editManifest, type ManifestEdit } from '../../../../bin/setup/editing/edit-manifest';
import { readSettings } from '../../../../bin/setup/editing/manifest-settings';
import { readManifest } from '../../../../lib/manifest/read';
import { APP_ID, documentOf, edited, GOOD, TEMPLATE } from '../../../lib/manifest/manifests';

const OTHER_APP = 'ari:cloud:ecosystem::app/0e5f6a1b-2c3d-4e5f-8a9b-0c1d2e3f4a5b';
const SAME: ManifestEdit = { scopes: ['read:space:confluence'], interval: 'hour' };

const edit = (text: string, change: Partial<ManifestEdit> = {}) =>
  editManifest(documentOf(text), { ...SAME, ...change }).text;

const withoutScopes = (text: string) => ({ ...documentOf(text).content, permissions: undefined });

describe('nothing but the intended lines changes', () => {
  test('all at once, in the template', () => {
    const after = edit(TEMPLATE, { appId: OTHER_APP, scopes: ['read:jira-work'], interval: 'fiveMinute' });
    expect(after).toBe(
      edited(
        TEMPLATE,
        ['ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000', OTHER_APP],
        ['interval: hour #', 'interval: fiveMinute #'],
        ['- read:space:confluence\n', '- read:jira-work\n'],
      ),
    );
    expect(readManifest(documentOf(after))).toMatchObject({ appId: OTHER_APP, shortestInterval: 'fiveMinute' });
  });

  test.each([
    ['the template', TEMPLATE],
    ['a small one', GOOD],
    ['CRLF', GOOD.replaceAll('\n', '\r\n')],
  ])('nothing at all when it says this already: %s', (_, text) => expect(edit(text)).toBe(text));

  test('quotes and line breaks stay', () => {
    const text = edited(
      GOOD,
      [APP_ID, `"${APP_ID}"`],
      ['interval: hour', "interval: 'hour'"],
      ['- read:space:confluence', '- "read:space:confluence"  # why'],
    ).replaceAll('\n', '\r\n');
    expect(edit(text, { appId: OTHER_APP, scopes: ['read:jira-work'], interval: 'fiveMinute' })).toBe(
      edited(text, [APP_ID, OTHER_APP], ["'hour'", "'fiveMinute'"], ['read:space:confluence', 'read:jira-work']),
    );
  });

  const two = ['read:space:confluence', 'read:page:confluence'];

  test.each<[name: string, from: readonly [string, string], scopes: readonly string[], to: string]>([
    ['one more', ['', ''], two, '    - read:space:confluence\n    - read:page:confluence\n'],
    [
      'one less, with its comment',
      ['    - read:space:confluence\n', '    - read:me # who\n    # spaces\n    - read:space:confluence\n'],
      ['read:space:confluence'],
      '    # spaces\n    - read:space:confluence\n',
    ],
    [
      'one in place of another, its neighbours untouched',
      ['    - read:space:confluence\n', '    # spaces\n    - read:space:confluence # all\n    - read:me\n'],
      ['read:me', 'read:page:confluence'],
      '    # spaces\n    - read:page:confluence # all\n    - read:me\n',
    ],
    [
      'a list that is not indented',
      [
        '    - read:app-system-token\n    - read:space:confluence\n',
        '  - read:app-system-token\n  - read:space:confluence\n',
      ],
      two,
      '  - read:space:confluence\n  - read:page:confluence\n',
    ],
    [
      'a list in brackets',
      [
        '\n    - read:app-system-token\n    - read:space:confluence\n',
        ' [read:app-system-token, read:space:confluence] # few\n',
      ],
      two,
      ' [read:app-system-token, read:space:confluence, read:page:confluence] # few\n',
    ],
    [
      'more as in JSON',
      [
        '\n    - read:app-system-token\n    - read:space:confluence\n',
        ' ["read:app-system-token", "read:space:confluence"]\n',
      ],
      two,
      ' ["read:app-system-token", "read:space:confluence", "read:page:confluence"]\n',
    ],
    [
      'less in brackets',
      [
        '\n    - read:app-system-token\n    - read:space:confluence\n',
        ' [ read:me, read:app-system-token, read:account, read:space:confluence ]\n',
      ],
      ['read:space:confluence'],
      ' [ read:app-system-token, read:space:confluence ]\n',
    ],
    [
      'the scope without which no token comes',
      ['    - read:app-system-token\n', ''],
      ['read:space:confluence'],
      '    - read:space:confluence\n    - read:app-system-token\n',
    ],
  ])('%s', (_, from, scopes, to) => {
    const text = from[0] === '' ? GOOD : edited(GOOD, from);
    const after = edit(text, { scopes });
    expect(after).toContain(to);
    const outside = (whole: string) => [whole.split('  scopes:')[0], whole.split('remotes:')[1]];
    expect(outside(after)).toEqual(outside(text));
    expect(readSettings(documentOf(after)).scopes.toSorted()).toEqual(scopes.toSorted());
    expect(edit(after, { scopes })).toBe(after);
  });

  test('a list at the end of a file without a line break there', () => {
    const text = `${edited(GOOD, ['permissions:\n  scopes:\n    - read:app-system-token\n    - read:space:confluence\n', ''])}permissions:\n  scopes:\n    - read:app-system-token\n    - read:space:confluence`;
    expect(edit(text, { scopes: two })).toBe(`${text}\n    - read:page:confluence`);
  });

  test('the trigger that fires most often is the one that is set', () => {
    const text = edited(GOOD, [
      '    - key: hourly\n',
      '    - key: daily\n      endpoint: token\n      interval: day\n    - key: elsewhere\n      function: f\n      interval: fiveMinute\n    - key: hourly\n',
    ]);
    expect(readSettings(documentOf(text)).trigger).toEqual({ key: 'hourly', index: 2, interval: 'hour' });
    expect(edit(text, { interval: 'fiveMinute' })).toBe(edited(text, ['interval: hour', 'interval: fiveMinute']));
  });

  test('an interval that no token survives can be mended', () => {
    const text = edited(GOOD, ['interval: hour', 'interval: week # rarely']);
    expect(edit(text)).toBe(edited(text, ['interval: week', 'interval: hour']));
  });

  test('whatever scopes go and come: comments and every other value survive', () => {
    const pool = ['read:a:jira', 'read:b:jira', 'read:c:jira', 'read:d:jira', 'read:e:jira', 'read:app-user-token'];
    const some = fc.subarray(pool);
    const atLeastOne = fc.shuffledSubarray(pool, { minLength: 1 });
    fc.assert(
      fc.property(some, atLeastOne, fc.boolean(), fc.nat(6), (before, after, crlf, at) => {
        const list = [...before.slice(0, at), 'read:app-system-token', ...before.slice(at)];
        const lines = list.flatMap((scope) => [`    # above ${scope}`, `    - ${scope} # beside ${scope}`]);
        const lf = edited(GOOD, ['    - read:app-system-token\n    - read:space:confluence', lines.join('\n')]);
        const text = crlf ? lf.replaceAll('\n', '\r\n') : lf;
        const result = edit(text, { scopes: after });
        expect(readSettings(documentOf(result)).scopes.toSorted()).toEqual(after.toSorted());
        expect(withoutScopes(result)).toEqual(withoutScopes(text));
        expect(result.replaceAll(crlf ? '\r\n' : '\n', '')).not.toMatch(/[\r\n]/);
        const gone = before.filter((scope) => !after.includes(scope)).length;
        const came = after.filter((scope) => !before.includes(scope)).length;
        expect(result.split('\n').length).toBe(text.split('\n').length + came - gone);
        expect(result.split('# above').length).toBe(text.split('# above').length);
        expect(edit(result, { scopes: after })).toBe(result);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what can not be edited with nothing else changed is refused, with what to write', () => {
  test.each<[name: string, text: string, says: RegExp]>([
    [
      'no trigger',
      edited(GOOD, ['      endpoint: token\n      interval', '      function: f\n      interval']),
      /:6: No scheduledTrigger calls an endpoint/,
    ],
    [
      'no interval',
      edited(GOOD, ['      interval: hour\n', '']),
      /interval of scheduledTrigger "hourly" is missing. Write fiveMinute here/,
    ],
    [
      'an interval by alias',
      edited(GOOD, ['app:\n', 'x: &i hour\napp:\n'], ['interval: hour', 'interval: *i']),
      /:10: The interval of scheduledTrigger "hourly" is an alias/,
    ],
    ['a folded id', edited(GOOD, [APP_ID, `>-\n    ${APP_ID}`]), /:2: app.id is not written as one line/],
    ['no id', edited(GOOD, [`  id: ${APP_ID}\n`, '']), /app.id is missing. Write ari:cloud:ecosystem::app\/0e5f/],
    [
      'a map of scopes',
      edited(
        GOOD,
        ['- read:app-system-token', 'read:app-system-token: {}'],
        ['- read:space:confluence', 'read:space:confluence: {}'],
      ),
      /permissions\.scopes is not a plain list[\s\S]*- read:jira-work/,
    ],
    [
      'no scopes',
      edited(GOOD, ['  scopes:\n    - read:app-system-token\n    - read:space:confluence\n', '  content: {}\n']),
      /permissions\.scopes is not a plain list/,
    ],
    [
      'a scope by alias',
      edited(GOOD, ['app:\n', 'x: &s read:space:confluence\napp:\n'], ['- read:space', '- *s\n    - read:space']),
      /permissions\.scopes is not a plain list/,
    ],
  ])('%s', (_, text, says) => {
    expect(() => edit(text, { appId: OTHER_APP, scopes: ['read:jira-work'], interval: 'fiveMinute' })).toThrow(says);
  });

  test('a value that is used elsewhere by an alias', () => {
    const text = edited(
      GOOD,
      ['interval: hour', 'interval: &i hour'],
      ['    - key: token\n', '    - key: token\n      note: *i\n'],
    );
    expect(() => edit(text, { interval: 'fiveMinute' })).toThrow(
      /^manifest\.yml:9: .* without changing something else/,
    );
  });
});
