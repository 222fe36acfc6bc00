import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLeniently } from '../../../../bin/manifest/impact/lenient';
import { RULES } from '../../../../bin/manifest/impact/rules';
import { isMajor, versionImpact } from '../../../../bin/manifest/impact/version-impact';
import { ManifestError } from '../../../../lib/manifest/problems';
import { edited, GOOD, variable } from '../../../../test/lib/manifest/manifests';

/** Where the rules are documented. */
const PAGE = readFileSync(join(__dirname, '../../../../docs/stages-and-regions.md'), 'utf8');

const A = 'https://abc.lambda-url.eu-central-1.on.aws';
const B = 'https://b.example.com';
const C = 'https://c.example.com';

type Change = readonly [from: string, to: string];

const impact = (before: string, after: string, environment: Record<string, string> = {}) =>
  versionImpact(readLeniently(before, 'deployed.yml'), readLeniently(after, 'manifest.yml'), environment);

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

const CONFIGURABLE = '{ name: Server, description: Where it runs }';
const CUSTOMER_MANAGED: Change = [`    baseUrl: ${A}`, `    configurable: ${CONFIGURABLE}`];
const LICENSING: Change = ['  runtime:', '  licensing: { enabled: true }\n  runtime:'];
const external = (yaml: string): Change => ['permissions:\n', `permissions:\n  external: { ${yaml} }\n`];
const provider = (clientId: string, scopes = '[read]'): Change => [
  'remotes:\n',
  `providers: { auth: [{ key: login, type: oauth2, clientId: ${clientId}, scopes: ${scopes} }] }\nremotes:\n`,
];
const webTrigger = (type: string): Change => [
  '  endpoint:\n',
  `  webtrigger: [{ key: hook, function: hook${type && `, response: { type: ${type} }`} }]\n  endpoint:\n`,
];

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
      [/^major: .*one URL as baseUrl.*removed: EU.*Removing the URL of a region makes/],
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
      [
        /^major: .*now stores.*Without listed operations, Forge assumes that it does/,
        /^unknown: .*no operations any more/,
      ],
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
    ['a scope less', [SCOPE], [], [/^major: The scope read:page:confluence is gone\. Removing a scope makes/]],
    [
      'from a map to one of its URLs, which was that of all regions',
      [map(`default: ${A}`, `EU: ${A}`)],
      [],
      [/^major: .*one URL as baseUrl.*removed: EU.*Removing the URL of a region makes/],
    ],
    [
      'an operation more',
      [],
      [['      - compute', '      - compute\n      - fetch']],
      [/^major: .*more operations: fetch\. Adding an operation to a remote makes.*general sentence/],
    ],
    [
      'configurable added to a remote',
      [],
      [['    operations:', `    configurable: ${CONFIGURABLE}\n    operations:`]],
      [/^major: .*can now be configured by customers\. Adding configurable to a remote makes/],
    ],
    [
      'a baseUrl added to a customer-managed remote',
      [CUSTOMER_MANAGED],
      [[`    baseUrl: ${A}`, `    baseUrl: ${A}\n    configurable: ${CONFIGURABLE}`]],
      [/^major: .*has a baseUrl now: .*Adding a baseUrl makes/],
    ],
    ['a baseUrl less', [], [[`    baseUrl: ${A}\n`, '']], [/^major: .*no baseUrl any more.*Removing a baseUrl makes/]],
    [
      'an address that the app may fetch from',
      [],
      [external(`fetch: { backend: ['${B}'] }`)],
      [
        /^major: permissions\.external\.fetch\.backend has https:\/\/b.*Adding or swapping an external permission makes/,
      ],
    ],
    [
      'a remote that the app may fetch from',
      [],
      [external('fetch: { client: [{ remote: aws }] }')],
      [/^major: permissions\.external\.fetch\.client has remote aws/],
    ],
    [
      'an address swapped',
      [external(`images: ['${B}']`)],
      [external(`images: ['${C}']`)],
      [/^major: permissions\.external\.images has https:\/\/c/, /^minor: .*no longer has https:\/\/b/],
    ],
    [
      'a category of egress added, and changed',
      [external(`images: [{ address: '${B}' }, { address: '${C}', category: analytics }]`)],
      [external(`images: [{ address: '${B}', category: analytics }, { address: '${C}', category: other }]`)],
      [
        /^major: .*b\.example.*another category: \(none\) becomes analytics/,
        /^major: .*analytics becomes other\. Adding or/,
      ],
    ],
    [
      'end-user data at an address',
      [external(`images: [{ address: '${B}', inScopeEUD: false }]`)],
      [external(`images: [{ address: '${B}', inScopeEUD: true }]`)],
      [/^major: .*another inScopeEUD: false becomes true\. inScopeEUD from false to true makes/],
    ],
    [
      'external permissions that customers configure',
      [],
      [external('configurable: { enabled: true }')],
      [/^major: permissions\.external\.configurable is enabled/],
    ],
    [
      'an option of the content security policy',
      [],
      [['permissions:\n', 'permissions:\n  content:\n    styles: [unsafe-inline]\n']],
      [/^major: permissions\.content\.styles has unsafe-inline\. Adding or swapping an option/],
    ],
    ['a provider', [], [provider('one')], [/^major: The provider "login" is new\. Adding a provider makes/]],
    ['a provider less', [provider('one')], [], [/^major: The provider "login" is gone\. Removing a provider makes/]],
    [
      'the client id of a provider',
      [provider('one')],
      [provider('two')],
      [/^major: .*another client id: one becomes two\. Changing the client id/],
    ],
    [
      'a dynamic web trigger',
      [],
      [webTrigger('dynamic')],
      [/^major: The web trigger "hook" is new, and dynamic\. A dynamic web trigger that is new or was static makes/],
    ],
    [
      'a web trigger that was static',
      [webTrigger('static')],
      [webTrigger('dynamic')],
      [/^major: The web trigger "hook" is no longer static, and dynamic/],
    ],
    ['licensing', [], [LICENSING], [/^major: Licensing is enabled\. Enabling licensing makes/]],
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
        /^minor: .*map of regions as baseUrl, all with the previous URL\. From a URL to a map with no new URL is minor\.$/,
      ],
    ],
    [
      'and back from a map of no regions',
      [map(`default: ${A}`)],
      [],
      [/^minor: .*one URL as baseUrl, that of its previous map/],
    ],
    [
      'inScopeEUD from true to false',
      [IN_SCOPE],
      [],
      [/^minor: .*no longer stores end-user data\. inScopeEUD from true to false is minor\.$/],
    ],
    [
      'impersonation no more',
      MAP_OF_SCOPES('{ allowImpersonation: true }'),
      MAP_OF_SCOPES('{}'),
      [/^minor: .*no longer allows impersonation/],
    ],
    [
      'an operation less',
      [['      - compute', '      - compute\n      - fetch']],
      [],
      [/^minor: .*fewer operations; removed: fetch\. Removing an operation from a remote is minor/],
    ],
    [
      'no baseUrl any more where customers give it',
      [[`    baseUrl: ${A}`, `    baseUrl: ${A}\n    configurable: ${CONFIGURABLE}`]],
      [CUSTOMER_MANAGED],
      [/^minor: .*no baseUrl any more.*customer-managed remote is minor/],
    ],
    [
      'no end-user data at an address',
      [external(`images: [{ address: '${B}', inScopeEUD: true }]`)],
      [external(`images: [{ address: '${B}', inScopeEUD: false }]`)],
      [/^minor: .*inScopeEUD from true to false is minor/],
    ],
    ['an address less', [external(`images: ['${B}']`)], [], [/^minor: .*no longer has https:\/\/b.*known to be major/]],
    ['a static web trigger', [], [webTrigger('static')], [/^minor: The web trigger "hook" is new, and static/]],
    ['a web trigger less', [webTrigger('dynamic')], [], [/^minor: The web trigger "hook" is gone/]],
    ['no licensing', [LICENSING], [], [/^minor: app\.licensing has changed/]],
    [
      'a scheduled trigger',
      [],
      [['interval: hour', 'interval: fiveMinute']],
      [/^minor: modules\.scheduledTrigger has/],
    ],
    ['another runtime', [], [['nodejs24.x', 'nodejs22.x']], [/^minor: app\.runtime has changed/]],
    [
      'a part of the manifest',
      [],
      [['remotes:', 'resources: [{ key: main, path: src }]\nremotes:']],
      [/^minor: resources/],
    ],
  ])('%s', (_, before, after, says) => {
    expect(told(edited(GOOD, ...before), edited(GOOD, ...after))).toEqual(
      says.map((part) => expect.stringMatching(part)),
    );
  });

  test('a customer-managed remote without baseUrl', () => {
    const other = `  - key: theirs\n    configurable: ${CONFIGURABLE}\n`;
    expect(told(GOOD, GOOD + other)).toEqual([
      'minor: The remote "theirs" is new. Adding a customer-managed remote without baseUrl is minor.',
    ]);
    expect(told(GOOD, `${GOOD}${other}    baseUrl: ${B}\n`)).toEqual([
      expect.stringMatching(/^major: .*"theirs" is new/),
    ]);
  });

  test('a URL that moves from fetch.backend to a remote', () => {
    const before = edited(GOOD, external(`fetch: { backend: ['${B}'] }`));
    expect(told(before, GOOD + OTHER_REMOTE)).toEqual([
      expect.stringMatching(/^minor: The remote "other" is new, with a URL that was in .*backend to a remote is minor/),
      expect.stringMatching(/^minor: .*no longer has https:\/\/b/),
    ]);
    expect(told(before, before + OTHER_REMOTE)).toEqual([
      expect.stringMatching(/^major: The remote "other" is new\. /),
    ]);
  });

  test('removing a remote', () => {
    expect(told(GOOD + OTHER_REMOTE, GOOD)).toEqual(['minor: The remote "other" is gone. Removing a remote is minor.']);
  });
});

describe('unknown, and said to be', () => {
  test.each<Row>([
    [
      'a scope that now allows impersonation',
      MAP_OF_SCOPES('{}'),
      MAP_OF_SCOPES('{ allowImpersonation: true }'),
      [/^unknown: The scope read:space:confluence now allows impersonation\. .*documentation doesn't say/],
    ],
    [
      'auth of a remote',
      [],
      [['    operations:', '    auth: { appSystemToken: { enabled: true } }\n    operations:']],
      [/^unknown: .*another "auth"/],
    ],
    [
      'configurable changed, and removed',
      [['    operations:', `    configurable: ${CONFIGURABLE}\n    operations:`]],
      [],
      [/^unknown: .*no longer be configured/],
    ],
    [
      'inScopeEUD where nothing was said',
      [external(`images: [{ address: '${B}' }]`)],
      [external(`images: [{ address: '${B}', inScopeEUD: true }]`)],
      [/^unknown: .*another inScopeEUD: \(none\) becomes true/],
    ],
    [
      'a category of egress less',
      [external(`images: [{ address: '${B}', category: analytics }]`)],
      [external(`images: [{ address: '${B}' }]`)],
      [/^unknown: .*analytics becomes \(none\)/],
    ],
    [
      'a provider that asks for more',
      [provider('one')],
      [provider('one', '[read, write]')],
      [/^unknown: The provider "login" has changed/],
    ],
    ['a web trigger of no type', [], [webTrigger('')], [/^unknown: .*"hook" is new, and has no response\.type/]],
    ['Connect', [], [['  runtime:', '  connect: { key: old }\n  runtime:']], [/^unknown: app\.connect has changed/]],
    [
      'rolling releases',
      [],
      [['permissions:\n', 'permissions:\n  enforcement: app-managed\n']],
      [/^unknown: permissions\.enforcement has changed/],
    ],
    ['another app', [], [['8db33309', '9db33309']], [/^unknown: app\.id is another one.*It is another app/]],
  ])('%s', (_, before, after, says) => {
    expect(told(edited(GOOD, ...before), edited(GOOD, ...after))).toEqual(
      says.map((part) => expect.stringMatching(part)),
    );
  });

  test('any other value from the environment that has no value here', () => {
    const text = `${edited(GOOD, ['    - read:space:confluence', `    - ${variable('SCOPE')}`])}environment:\n  variables:\n    - SCOPE\n`;
    expect(told(text, text)).toEqual([
      expect.stringMatching(/^unknown: permissions uses SCOPE, which has no value here\./),
    ]);
    expect(impact(text, text, { SCOPE: 'read:space:confluence' })).toEqual([]);
  });

  test('operations that are no longer listed, where inScopeEUD is said', () => {
    const after = edited(GOOD, ['    operations:\n      - compute\n', '']);
    expect(told(GOOD, after)).toEqual([expect.stringMatching(/^unknown: .*lists no operations any more/)]);
  });

  test('a baseUrl from the environment that has no value here', () => {
    const text = `${edited(GOOD, url(variable('URL')))}environment:\n  variables:\n    - URL\n`;
    expect(told(text, text)).toEqual([
      expect.stringMatching(/^unknown: The baseUrl of the remote "aws" is in URL, which has no value here\..*Set the/),
    ]);
    expect(impact(text, text, { URL: A })).toEqual([]);
  });

  test('comes after what is major, and before what is minor; what is unknown alone is no verdict', () => {
    const before = edited(GOOD, ...MAP_OF_SCOPES('{}'));
    const after = edited(GOOD, ...MAP_OF_SCOPES('{ allowImpersonation: true }'), ['interval: hour', 'interval: day']);
    expect(impact(before, after).map(({ impact: kind }) => kind)).toEqual(['unknown', 'minor']);
    expect(isMajor(impact(before, after))).toBeUndefined();
    expect(isMajor(impact(before, edited(after, ['/forge/token', '/t'])))).toBe(true);
    expect(isMajor(impact(before, edited(before, ['interval: hour', 'interval: day'])))).toBe(false);
  });
});

test.each(Object.entries(RULES))('docs have the rule %s', (_, { impact: kind, change: what }) => {
  expect(PAGE).toContain(`| ${what} | ${kind} |`);
});

describe('no change at all', () => {
  test.each<[string, string, string]>([
    ['comments, quotes and order', GOOD, `# new\n${edited(GOOD, url(`"${A}"`))}`],
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
  expect(impact(before, after).map(({ impact: kind }) => kind)).toEqual(['major', 'major', 'major', 'minor']);
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

  test('and thousands of aliases are an error, soon', () => {
    const text = `a: &a [1]\nb:\n${'  - *a\n'.repeat(8_000)}`;
    expect(() => impact(text, GOOD)).toThrow(/^deployed\.yml:103: This file has 8000 aliases/);
  });
});
