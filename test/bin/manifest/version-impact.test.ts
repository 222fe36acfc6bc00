import { versionImpact } from '../../../bin/manifest/impact/version-impact';
import { ManifestError } from '../../../lib/manifest/error';
import { edited, GOOD, variable } from '../../lib/manifest/manifests';

const A = 'https://abc.lambda-url.eu-central-1.on.aws';
const B = 'https://b.example.com';
const C = 'https://c.example.com';

type Change = readonly [from: string, to: string];

const impact = (before: string, after: string, environment: Record<string, string> = {}) =>
  versionImpact({ file: 'deployed.yml', text: before }, { file: 'manifest.yml', text: after }, environment);

/** One line for each change. */
const told = (before: string, after: string, environment?: Record<string, string>) =>
  impact(before, after, environment).map(({ impact: kind, what, rule }) => `${kind}: ${what}. ${rule}`);

const url = (to: string): Change => [`baseUrl: ${A}`, `baseUrl: ${to}`];
const map = (...regions: string[]): Change => url(`{ ${regions.join(', ')} }`);
const OTHER_REMOTE = `  - key: other\n    baseUrl: ${B}\n    operations: [fetch]\n`;
const IN_SCOPE: Change = ['inScopeEUD: false', 'inScopeEUD: true'];
const NO_OPERATIONS: Change = ['    operations:\n      - compute\n    storage:\n      inScopeEUD: false\n', ''];
const OTHER_ENDPOINT: Change = [
  'permissions:',
  '    - key: other\n      remote: aws\n      route: { path: /other }\npermissions:',
];
const SCOPE: Change = ['    - read:space:confluence\n', '    - read:space:confluence\n    - read:page:confluence\n'];
const MAP_OF_SCOPES = (options: string) =>
  [
    ['    - read:app-system-token', '    read:app-system-token: {}'],
    ['    - read:space:confluence', `    read:space:confluence: ${options}`],
  ] as const;

/** What is in the manifest before, what after, and what is told. */
type Row = readonly [name: string, before: readonly Change[], after: readonly Change[], told: readonly RegExp[]];

describe('the rows of Forge for a major version', () => {
  test.each<Row>([
    [
      'changing a baseUrl',
      [],
      [url(B)],
      [
        /^major: .*"aws" has another baseUrl: .*abc.* becomes .*b\.example\.com\. Changing a baseUrl makes a major version\.$/,
      ],
    ],
    [
      'changing the URL of a region',
      [map(`default: ${A}`, `EU: ${B}`)],
      [map(`default: ${A}`, `EU: ${C}`)],
      [/^major: .*another URL for EU: .*b\.example.* becomes .*c\.example/],
    ],
    [
      'changing the default of a map',
      [map(`default: ${A}`, `EU: ${B}`)],
      [map(`default: ${C}`, `EU: ${B}`)],
      [/^major: .*another URL for default/],
    ],
    [
      'adding a region',
      [map(`default: ${A}`, `EU: ${B}`)],
      [map(`default: ${A}`, `EU: ${B}`, `AU: ${C}`)],
      [/^major: .*has the region AU: .*Adding a region makes a major version/],
    ],
    [
      'adding a region with a URL that is known',
      [map(`default: ${A}`, `EU: ${B}`)],
      [map(`default: ${A}`, `EU: ${B}`, `AU: ${B}`)],
      [/^major: .*has the region AU/],
    ],
    [
      'from a URL to a map with new URLs',
      [],
      [map(`default: ${A}`, `EU: ${B}`)],
      [
        /^major: .*map of regions as baseUrl, with new URLs: EU https:\/\/b\.example\.com\. From a URL to a map with new URLs makes/,
      ],
    ],
    [
      'from a URL to a map with another default',
      [],
      [map(`default: ${B}`, `EU: ${A}`)],
      [/^major: .*new URLs: default/],
    ],
    [
      'removing the URL of a region',
      [map(`default: ${A}`, `EU: ${B}`)],
      [map(`default: ${A}`)],
      [/^major: .*no longer has the region EU: .*Removing the URL of a region makes/],
    ],
    [
      'from a map to one of its URLs',
      [map(`default: ${A}`, `EU: ${B}`)],
      [],
      [/^major: .*one URL as baseUrl.*gone: EU.*Removing the URL of a region makes/],
    ],
    [
      'from a map to another URL',
      [map(`default: ${A}`, `EU: ${B}`)],
      [url(C)],
      [/^major: .*one URL as baseUrl.*Changing a baseUrl makes/],
    ],
    [
      'inScopeEUD from false to true',
      [],
      [IN_SCOPE],
      [/^major: .*now stores end-user data\. inScopeEUD from false to true makes a major version\.$/],
    ],
    [
      'no operations any more, which Forge takes as inScopeEUD',
      [],
      [NO_OPERATIONS],
      [/^major: .*now stores.*With no operations listed, Forge takes it as true/, /^minor: .*another "operations"/],
    ],
    [
      'a new endpoint',
      [],
      [OTHER_ENDPOINT],
      [/^major: The endpoint "other" is new\. Any change to an endpoint makes a major version\.$/],
    ],
    ['an endpoint less', [OTHER_ENDPOINT], [], [/^major: The endpoint "other" is gone/]],
    [
      'another path',
      [],
      [['/forge/token', '/forge/t']],
      [/^major: The endpoint "token" has changed: route \{"path":"\/forge\/token"\} becomes \{"path":"\/forge\/t"\}/],
    ],
    ['another remote', [], [['remote: aws', 'remote: other']], [/^major: .*remote "aws" becomes "other"/]],
    ['another token', [], [['enabled: true', 'enabled: false']], [/^major: .*auth \{.*true.*\} becomes \{.*false/]],
    [
      'a new scope',
      [],
      [SCOPE],
      [/^major: The scope read:page:confluence is new\. A new scope makes a major version\.$/],
    ],
    [
      'a scope that now allows impersonation',
      MAP_OF_SCOPES('{}'),
      MAP_OF_SCOPES('{ allowImpersonation: true }'),
      [/^major: The scope read:space:confluence now allows impersonation/],
    ],
  ])('%s', (_, before, after, says) => {
    expect(told(edited(GOOD, ...before), edited(GOOD, ...after))).toEqual(
      says.map((part) => expect.stringMatching(part)),
    );
  });

  test('adding a remote', () => {
    expect(told(GOOD, GOOD + OTHER_REMOTE)).toEqual([
      'major: The remote "other" is new. Adding a remote makes a major version.',
    ]);
    expect(told(GOOD.slice(0, GOOD.indexOf('remotes:')), GOOD)).toEqual([
      'major: The remote "aws" is new. Adding a remote makes a major version.',
    ]);
  });
});

describe('minor, and told', () => {
  test.each<Row>([
    [
      'from a URL to a map with no new URL',
      [],
      [map(`default: ${A}`, `EU: ${A}`)],
      [
        /^minor: .*map of regions as baseUrl, all with the URL of before\. From a URL to a map with no new URL is minor\.$/,
      ],
    ],
    [
      'and back',
      [map(`default: ${A}`, `EU: ${A}`)],
      [],
      [/^minor: .*one URL as baseUrl, that of all its regions before/],
    ],
    [
      'inScopeEUD from true to false',
      [IN_SCOPE],
      [],
      [/^minor: .*no longer stores end-user data\. inScopeEUD from true to false is minor\.$/],
    ],
    ['a scope less', [SCOPE], [], [/^minor: The scope read:page:confluence is gone/]],
    [
      'impersonation no more',
      MAP_OF_SCOPES('{ allowImpersonation: true }'),
      MAP_OF_SCOPES('{}'),
      [/^minor: .*no longer allows impersonation/],
    ],
    [
      'another setting of a remote',
      [],
      [['      - compute', '      - compute\n      - fetch']],
      [/^minor: .*another "operations"\. It is not among the changes that are known to be major/],
    ],
  ])('%s', (_, before, after, says) => {
    expect(told(edited(GOOD, ...before), edited(GOOD, ...after))).toEqual(
      says.map((part) => expect.stringMatching(part)),
    );
  });

  test('removing a remote', () => {
    expect(told(GOOD + OTHER_REMOTE, GOOD)).toEqual(['minor: The remote "other" is gone. Removing a remote is minor.']);
  });
});

describe('no change at all', () => {
  test.each<[string, string, string]>([
    ['comments, quotes and order', GOOD, `# new\n${edited(GOOD, url(`"${A}"`))}`],
    ['a scheduled trigger', GOOD, edited(GOOD, ['interval: hour', 'interval: fiveMinute'])],
    [
      'the order of regions',
      edited(GOOD, map(`default: ${A}`, `EU: ${B}`)),
      edited(GOOD, map(`EU: ${B}`, `default: ${A}`)),
    ],
    ['scopes as a map in place of a list', GOOD, edited(GOOD, ...MAP_OF_SCOPES('{}'))],
    ['the order of remotes', GOOD + OTHER_REMOTE, edited(GOOD, ['remotes:\n', `remotes:\n${OTHER_REMOTE}`])],
    [
      'JSON in place of YAML',
      JSON.stringify({ remotes: [{ key: 'aws', baseUrl: A, operations: [] }] }, null, '\t'),
      `remotes: [{ key: aws, baseUrl: ${A}, operations: [] }]`,
    ],
  ])('%s', (_, before, after) => expect(impact(before, after)).toEqual([]));
});

test('the major ones come first', () => {
  const before = edited(GOOD, SCOPE) + OTHER_REMOTE;
  const after = edited(GOOD, url(B), ['/forge/token', '/forge/t']);
  expect(impact(before, after).map(({ impact: kind }) => kind)).toEqual(['major', 'major', 'minor', 'minor']);
});

describe('variables', () => {
  const withVariable = (value: string) =>
    `${edited(GOOD, url(variable('URL')))}environment:\n  variables:\n    - { key: URL, default: "${value}" }\n`;

  test('are compared by their defaults', () => {
    expect(told(withVariable(A), withVariable(B))).toEqual([expect.stringMatching(/abc.* becomes .*b\.example/)]);
    expect(impact(withVariable(A), GOOD)).toEqual([]);
  });

  test('but by the environment first, on both sides', () => {
    expect(impact(withVariable(A), withVariable(B), { URL: C })).toEqual([]);
    expect(told(GOOD, withVariable(A), { URL: C })).toEqual([expect.stringMatching(/abc.* becomes .*c\.example/)]);
  });

  test('that are not declared stay as they are written', () => {
    expect(told(GOOD, edited(GOOD, url(variable('NO'))))).toEqual([
      expect.stringContaining(`becomes ${variable('NO')}`),
    ]);
  });
});

describe('what was deployed need not pass our checks', () => {
  test.each([
    ['a key that is there twice', `${GOOD}app: {}\n`],
    ['no app id, and a day as interval', edited(GOOD, ['interval: hour', 'interval: day']).replace(/ {2}id: .*\n/, '')],
    ['remotes that are no list', 'remotes: 3\nmodules: []\npermissions:\n'],
    [
      'items that are no maps',
      'remotes: [1, ~, { key: 2 }]\nmodules: { endpoint: [x] }\npermissions: { scopes: [1] }\n',
    ],
  ])('%s', (_, text) => expect(() => impact(text, GOOD)).not.toThrow());

  test.each([
    ['a list', '- 1\n'],
    ['nothing', ''],
    ['a value that contains itself', 'a: &a [*a]\n'],
    ['an alias without an anchor', 'a: *b\n'],
  ])('but must be a map: %s', (_, text) => {
    expect(() => impact(text, GOOD)).toThrow(ManifestError);
    expect(() => impact(text, GOOD)).toThrow(/^deployed\.yml:1: It can not be read as a manifest/);
  });
});
