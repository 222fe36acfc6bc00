import { ManifestError } from '../../../lib/manifest/problems';
import { edited, GOOD, lineOf, variable } from '../../lib/manifest/manifests';
import { setUrl } from './set-url';

const OLD = 'https://abc.lambda-url.eu-central-1.on.aws';
const NEW = 'https://xyz.lambda-url.eu-central-1.on.aws';
const set = (text: string, baseUrl = NEW) => setUrl(text, { baseUrl });

/** Everything before the remotes. */
const HEAD = GOOD.slice(0, GOOD.indexOf('remotes:'));

const ENTRY = `  - key: aws
    baseUrl: ${NEW}
    operations:
      - compute
    storage:
      inScopeEUD: false
`;

const OTHER = `  # billing: ask Ann
  - key: billing
    baseUrl: https://billing.example.com
`;

test('one line changes, and is told', () => {
  expect(set(GOOD)).toEqual({
    text: edited(GOOD, [OLD, NEW]),
    changes: [{ line: lineOf(GOOD, 'baseUrl:'), remoteKey: 'aws', from: OLD, to: NEW }],
    others: [],
  });
});

test('a second time there is nothing to change', () => {
  const { text } = set(GOOD);
  expect(set(text)).toEqual({ text, changes: [], others: [] });
});

describe('only the URL changes', () => {
  test.each<[string, (text: string) => string]>([
    ['Windows line breaks', (text) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text) => `\uFEFF${text}`],
    ['no line break at the end', (text) => text.trimEnd()],
    ['comments', (text) => edited(text, [OLD, `${OLD} # see the wiki`], ['remotes:\n', '# where we are\nremotes:\n'])],
    ['double quotes', (text) => edited(text, [OLD, `"${OLD}"`])],
    ['single quotes', (text) => edited(text, [OLD, `'${OLD}'`])],
    [
      'a list that is not indented',
      (text) => text.replace(/(?<=remotes:\n)[\s\S]*/, (list) => list.replace(/^ {2}/gm, '')),
    ],
    ['an entry in braces', () => `${HEAD}remotes: [{ key: aws, baseUrl: ${OLD}, operations: [compute] }]\n`],
    ['JSON', () => JSON.stringify(jsonManifest(), null, 2)],
    ['an anchor that nobody uses', (text) => edited(text, [OLD, `&url ${OLD}`])],
    ['a tag', (text) => edited(text, [OLD, `!!str ${OLD}`])],
    ['the URL on a line of its own', (text) => edited(text, [OLD, `\n      ${OLD}`])],
    ['a value far from the key', (text) => edited(text, [OLD, `    ${OLD}   `])],
    ['document marks', (text) => `---\n${text}...\n`],
    ['another remote', (text) => text + OTHER],
    ['other aliases', (text) => edited(text, ['endpoint: token', 'endpoint: &t token'], ['- key: token', '- key: *t'])],
  ])('%s', (_, change) => {
    const text = change(GOOD);
    expect(set(text).text).toBe(edited(text, [OLD, NEW]));
  });

  function jsonManifest() {
    return {
      app: { id: 'ari:cloud:ecosystem::app/8db33309-9ba4-4d1b-9a8f-2a1d0e4b5c6d', runtime: { name: 'nodejs24.x' } },
      modules: {
        scheduledTrigger: [{ key: 'hourly', endpoint: 'token', interval: 'hour' }],
        endpoint: [{ key: 'token', remote: 'aws', route: { path: '/t' }, auth: { appSystemToken: { enabled: true } } }],
      },
      permissions: { scopes: ['read:app-system-token', 'read:space:confluence'] },
      remotes: [{ key: 'aws', baseUrl: OLD }],
    };
  }
});

describe('a URL that was wrong is replaced', () => {
  test.each(["''", 'http://127.0.0.1:3000', `${OLD}/`, 'nonsense', '42'])('%s', (wrong) => {
    const text = edited(GOOD, [`baseUrl: ${OLD}`, `baseUrl: ${wrong}`]);
    const quoted = wrong === "''" ? `'${NEW}'` : NEW;
    expect(set(text).text).toBe(edited(GOOD, [`baseUrl: ${OLD}`, `baseUrl: ${quoted}`]));
  });

  test.each(['baseUrl:', 'baseUrl: # to come', 'baseUrl: ~', 'baseUrl: null # to come'])('%s', (empty) => {
    const { text, changes } = set(edited(GOOD, [`baseUrl: ${OLD}`, empty]));
    const comment = empty.includes('#') ? ' # to come' : '';
    expect(text).toBe(edited(GOOD, [`baseUrl: ${OLD}`, `baseUrl: ${NEW}${comment}`]));
    expect(changes[0]).not.toHaveProperty('from');
  });
});

/** A manifest whose functions call the remote `billing`; a remote that nothing names is taken for a renamed one of ours. */
const BILLED = edited(HEAD, [
  'permissions:\n',
  'permissions:\n  external: { fetch: { backend: [{ remote: billing }] } }\n',
]);

describe('what is missing is added', () => {
  test('the remotes', () => {
    expect(set(HEAD)).toEqual({
      text: `${HEAD}\nremotes:\n${ENTRY}`,
      changes: [{ line: HEAD.split('\n').length + 3, remoteKey: 'aws', to: NEW }],
      others: [],
    });
  });

  test('the remotes, with the line breaks of the file', () => {
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    expect(set(windows(HEAD)).text).toBe(windows(`${HEAD}\nremotes:\n${ENTRY}`));
  });

  test('the remotes, after a line without a break', () => {
    expect(set(HEAD.trimEnd()).text).toBe(`${HEAD}\nremotes:\n${ENTRY}`);
  });

  test.each(['remotes:', 'remotes: # none yet', 'remotes: []'])('the entry of an empty list: %s', (empty) => {
    const { text } = set(`${HEAD}${empty}\n# the end\n`);
    expect(text).toBe(`${HEAD}${empty.replace(' []', '')}\n${ENTRY}# the end\n`);
  });

  test('the entry beside another one', () => {
    expect(set(`${BILLED}remotes:\n${OTHER}`).text).toBe(`${BILLED}remotes:\n${ENTRY}${OTHER}`);
  });

  test('but not beside one that nothing names: ours was probably renamed', () => {
    expect(() => set(`${HEAD}remotes:\n${OTHER}`)).toThrow(
      /nothing refers to the remote "billing", which is\. Was it renamed\?/,
    );
  });

  test('the entry in a list that is not indented', () => {
    const flush = (text: string) => text.replace(/^ {2}/gm, '');
    expect(set(`${BILLED}remotes:\n${flush(OTHER)}`).text).toBe(`${BILLED}remotes:\n${flush(ENTRY)}${flush(OTHER)}`);
  });

  test('the base URL of an entry, after its key', () => {
    const without = edited(GOOD, [`    baseUrl: ${OLD}\n`, ''], ['- key: aws', '- key: aws # ours']);
    expect(set(without).text).toBe(edited(GOOD, [OLD, NEW], ['- key: aws', '- key: aws # ours']));
  });
});

describe('refused, with what to do', () => {
  test.each([
    [
      'a manifest variable that is not declared',
      variable('URL'),
      /uses \$\{URL\}, which is not declared, so Forge would use the text as it is\. Add URL to environment\.variables/,
    ],
    ['a folded block', `>-\n      ${OLD}`, /not written as one line/],
    ['a literal block', `|\n      ${OLD}`, /not written as one line/],
    ['a list', `[${OLD}]`, /not written as one line/],
  ])('%s', (_, value, says) => {
    const text = edited(GOOD, [OLD, value]);
    expect(() => set(text)).toThrow(ManifestError);
    expect(() => set(text)).toThrow(says);
    expect(() => set(text)).toThrow(`manifest.yml:${lineOf(text, 'baseUrl:')}: `);
  });

  test('an alias', () => {
    const text = edited(
      GOOD,
      ['  runtime:', `  description: &url ${OLD}\n  runtime:`],
      [`baseUrl: ${OLD}`, 'baseUrl: *url'],
    );
    expect(() => set(text)).toThrow(/baseUrl is an alias\. Write the value itself here/);
  });

  test('an anchor that something else follows', () => {
    const text = edited(GOOD, [OLD, `&url ${OLD}`]).concat('  - key: mirror\n    baseUrl: *url\n');
    expect(() => set(text)).toThrow(
      /without changing something else.*\nremotes:\n {2}- key: aws\n {4}baseUrl: https:\/\/xyz/,
    );
  });

  test('an entry that something else follows', () => {
    const text = edited(GOOD, ['- key: aws', '- &entry\n    key: aws']).concat('  - *entry\n');
    expect(() => set(text)).toThrow(/two remotes with the key "aws"/);
  });

  test('an entry to add after the end of the document', () => {
    expect(() => set(`${HEAD}...\n`)).toThrow(/nothing was changed/);
  });

  test('an entry to add to braces', () => {
    expect(() => set(`${BILLED}remotes: [{ key: billing, baseUrl: https://billing.example.com }]\n`)).toThrow(
      /not a list with one item per line/,
    );
    expect(() => set(`${HEAD}remotes: [{ key: aws }]\n`)).toThrow(/is in braces and has no baseUrl/);
  });

  test.each(['http://xyz.example.com', 'https://xyz.example.com/', 'https://xyz.example.com/x', '', 'a\nb: c'])(
    'a URL that no manifest may have: %j',
    (url) => expect(() => set(GOOD, url)).toThrow(/can't be written as baseUrl/),
  );

  test('a manifest that is wrong elsewhere', () => {
    expect(() => set(edited(GOOD, ['interval: hour', 'interval: day']))).toThrow(/only once a day/);
  });
});

test('a local run may write a URL of this machine', () => {
  const options = { baseUrl: 'http://127.0.0.1:3000' };
  expect(() => setUrl(GOOD, options)).toThrow(/over https: only/);
  expect(setUrl(GOOD, { ...options, allowLoopback: true }).text).toContain('baseUrl: http://127.0.0.1:3000\n');
});
