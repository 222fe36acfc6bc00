import { PLACEHOLDER_APP_ID, readAppId } from '../../../lib/manifest/app';
import { PLACEHOLDER_BASE_URL } from '../../../lib/manifest/base-url';
import { type Manifest, moduleKeysOf, type ReadOptions, routesOf } from '../../../lib/manifest/model';
import { readManifest } from '../../../lib/manifest/read';
import { APP_ID, documentOf, edited, GOOD, lineOf, TEMPLATE, variable } from './manifests';

const read = (text: string, options: ReadOptions = {}) => readManifest(documentOf(text), options);

/** A second backend: another remote, with a scheduled endpoint of its own. */
const TWO_REMOTES = edited(
  GOOD,
  [
    '  endpoint:\n',
    `    - key: nightly
      endpoint: report
      interval: day
  endpoint:
    - key: report
      remote: reports
      route:
        path: report/?x=1
      auth:
        appSystemToken:
          enabled: true
`,
  ],
  ['remotes:\n', 'remotes:\n  - key: reports\n    baseUrl: http://reports.example.com/\n'],
);

const LIFECYCLE = edited(GOOD, [
  '  endpoint:\n',
  `    - key: often
      endpoint: token
      interval: fiveMinute
  trigger:
    - key: on-install
      endpoint: token
      events:
        - avi:forge:installed:app
        - avi:forge:upgraded:app
    - key: on-page
      endpoint: pages
      events:
        - eventType: avi:confluence:created:page
          filter:
            ignoreSelf: true
  preUninstall:
    - key: bye
      endpoint: bye
  endpoint:
    - key: pages
      remote: aws
      route:
        path: /forge/pages
      auth:
        appSystemToken:
          enabled: true
    - key: bye
      remote: aws
      route:
        path: /forge/bye
    - key: unused
      remote: aws
      route:
        path: /forge/unused
`,
]);

/** The routes, without the keys of modules, which have tests of their own. */
const kindsOf = (manifest: Manifest) =>
  Object.fromEntries(Object.entries(routesOf(manifest)).map(([path, { modules: _, ...route }]) => [path, route]));

test('the template says what it is', () => {
  expect(read(TEMPLATE)).toMatchObject({
    appId: PLACEHOLDER_APP_ID,
    placeholderAppId: true,
    remote: { key: 'aws', baseUrl: PLACEHOLDER_BASE_URL },
    shortestInterval: 'hour',
    shortestIntervalMinutes: 60,
    systemToken: true,
  });
});

test('the template has a route for each time in the life of an installation, the scheduled one first', () => {
  const routes = kindsOf(read(TEMPLATE));
  expect(Object.entries(routes)).toEqual([
    ['/forge/token', { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } }],
    [
      '/forge/lifecycle',
      {
        kind: 'trigger',
        events: { installed: ['avi:forge:installed:app', 'avi:forge:upgraded:app'] },
        seedOnly: ['installed'],
      },
    ],
    ['/forge/uninstall', { kind: 'preUninstall' }],
  ]);
});

test('the template asks for a token as soon as the app is installed or upgraded', () => {
  const lifecycle = read(TEMPLATE).endpoints.find(({ path }) => path === '/forge/lifecycle');
  expect(lifecycle).toMatchObject({
    systemToken: true,
    users: [{ kind: 'trigger', events: ['avi:forge:installed:app', 'avi:forge:upgraded:app'] }],
  });
});

test('an app of one scheduled trigger', () => {
  expect(read(GOOD)).toEqual({
    file: 'manifest.yml',
    appId: APP_ID,
    placeholderAppId: false,
    remote: {
      key: 'aws',
      baseUrl: 'https://abc.lambda-url.eu-central-1.on.aws',
      baseUrls: { default: 'https://abc.lambda-url.eu-central-1.on.aws' },
    },
    endpoints: [
      {
        key: 'token',
        path: '/forge/token',
        kind: 'scheduledTrigger',
        systemToken: true,
        line: lineOf(GOOD, '- key: token'),
        users: [{ kind: 'scheduledTrigger', key: 'hourly', interval: 'hour', line: lineOf(GOOD, '- key: hourly') }],
      },
    ],
    foreignKeys: [],
    shortestInterval: 'hour',
    shortestIntervalMinutes: 60,
    tokenNeedsLicence: false,
    systemToken: true,
  });
});

describe('endpoints', () => {
  const manifest = read(LIFECYCLE);

  test('have the kind of what calls them; unused ones are left out', () => {
    expect(kindsOf(manifest)).toEqual({
      '/forge/token': {
        kind: 'scheduledTrigger',
        schedules: { hourly: 'hour', often: 'fiveMinute' },
        events: { 'on-install': ['avi:forge:installed:app', 'avi:forge:upgraded:app'] },
        seedOnly: ['on-install'],
      },
      '/forge/pages': { kind: 'trigger', events: { 'on-page': ['avi:confluence:created:page'] } },
      '/forge/bye': { kind: 'preUninstall' },
    });
  });

  test('whose events are asked for run the job for them', () => {
    expect(routesOf(manifest, ['on-install'])['/forge/token']).not.toHaveProperty('seedOnly');
  });

  test('that share a path have the schedules of all who call it', () => {
    const twice = edited(GOOD, [
      '  endpoint:\n',
      `    - key: often
      endpoint: again
      interval: fiveMinute
  endpoint:
    - key: again
      remote: aws
      route:
        path: /forge/token # the same
      auth:
        appSystemToken:
          enabled: true
`,
    ]);
    expect(kindsOf(read(twice))).toEqual({
      '/forge/token': { kind: 'scheduledTrigger', schedules: { hourly: 'hour', often: 'fiveMinute' } },
    });
  });

  test('know everybody who calls them', () => {
    const users = manifest.endpoints.find(({ key }) => key === 'token')?.users;
    expect(users?.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'scheduledTrigger hourly',
      'scheduledTrigger often',
      'trigger on-install',
    ]);
    expect(users?.[2]?.events).toEqual(['avi:forge:installed:app', 'avi:forge:upgraded:app']);
  });

  test('the events of a filtered trigger are read too', () => {
    expect(manifest.endpoints.find(({ key }) => key === 'pages')?.users[0]?.events).toEqual([
      'avi:confluence:created:page',
    ]);
  });

  test('the shortest interval counts', () => {
    expect(manifest).toMatchObject({ shortestInterval: 'fiveMinute', shortestIntervalMinutes: 5 });
  });

  test('an endpoint that a module names deep inside is found', () => {
    const text = edited(GOOD, [
      '  endpoint:\n',
      '  macro:\n    - key: m\n      resolver:\n        endpoint: token # m\n  endpoint:\n',
    ]);
    expect(() => read(text)).toThrow(
      `manifest.yml:${lineOf(text, 'token # m')}: macro "m" calls endpoint "token" of this backend`,
    );
  });
});

describe('which remote is ours', () => {
  test('the one whose scheduled endpoint asks for the system token', () => {
    const text = TWO_REMOTES.replace('enabled: true', 'enabled: false');
    expect(read(text).remote.key).toBe('aws');
  });

  test('several must be told apart', () => {
    expect(() => read(TWO_REMOTES)).toThrow(/on several remotes: reports, aws\. .*remoteKey/);
  });

  test('the one that is asked for; what others do wrong is not our business', () => {
    expect(read(TWO_REMOTES, { remoteKey: 'aws' }).endpoints.map(({ key }) => key)).toEqual(['token']);
  });

  test('one that no endpoint is on is refused', () => {
    expect(() => read(TWO_REMOTES, { remoteKey: 'awz' })).toThrow(
      /Remotes with endpoints: reports, aws\. Did you mean "aws"\?/,
    );
  });

  test('one with no scheduled trigger is refused', () => {
    const text = edited(GOOD, [
      '\npermissions:',
      '\n    - key: x\n      remote: idle\n      route: { path: /x }\npermissions:',
    ]);
    expect(() => read(text, { remoteKey: 'idle' })).toThrow(/No scheduledTrigger calls an endpoint of this backend/);
  });

  test('another module must not call it directly', () => {
    const text = edited(GOOD, [
      '  endpoint:\n',
      '  remoteModule:\n    - key: move\n      remote: aws\n      path: /move\n  endpoint:\n',
    ]);
    expect(() => read(text)).toThrow(
      /remoteModule "move" calls the remote "aws" of this backend, which does not serve it/,
    );
  });

  test('its entry may be missing: the generator creates it', () => {
    expect(read(GOOD.slice(0, GOOD.indexOf('remotes:'))).remote).toEqual({ key: 'aws' });
  });
});

describe('base URL', () => {
  const URL_IN_GOOD = 'https://abc.lambda-url.eu-central-1.on.aws';

  test.each(['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000'])('%s is for local runs', (url) => {
    const text = edited(GOOD, [URL_IN_GOOD, `"${url}"`]);
    expect(() => read(text)).toThrow(/over https: only/);
    expect(read(text, { allowLoopback: true }).remote.baseUrl).toBe(url);
  });

  test('another host is no local run', () => {
    const text = edited(GOOD, [URL_IN_GOOD, 'http://127.0.0.1.example.com']);
    expect(() => read(text, { allowLoopback: true })).toThrow(/over https: only/);
  });

  test('may be a map of regions', () => {
    const text = edited(GOOD, [URL_IN_GOOD, '{ default: https://us.example.com, EU: https://eu.example.com }']);
    const urls = { default: 'https://us.example.com', EU: 'https://eu.example.com' };
    expect(read(text).remote).toEqual({ key: 'aws', baseUrl: urls, baseUrls: urls });
  });

  test('may be a map with variables, whose values Forge takes from the environment, else from their defaults', () => {
    const text = edited(GOOD, [
      URL_IN_GOOD,
      `{ default: "https://${variable('HOST')}", EU: "${variable('EU')}", AU: "${variable('AU')}" }`,
    ]).concat(
      'environment:\n  variables:\n    - key: HOST\n      default: us.example.com\n    - { key: EU, default: https://x.example.com }\n    - AU\n',
    );
    const { baseUrl, baseUrls } = read(text, { environment: { EU: 'https://eu.example.com' } }).remote;
    expect(baseUrl).toMatchObject({ EU: variable('EU') });
    // AU has no value: it stays as it is written.
    expect(baseUrls).toEqual({ default: 'https://us.example.com', EU: 'https://eu.example.com', AU: variable('AU') });
  });

  test('may be a declared variable, and is given as written', () => {
    const text = edited(GOOD, [URL_IN_GOOD, variable('URL')]);
    expect(read(`${text}environment:\n  variables:\n    - URL\n`).remote.baseUrl).toBe(variable('URL'));
  });
});

describe('app id in a variable', () => {
  const text = edited(GOOD, [APP_ID, variable('APP')]);
  const declared = `${text}environment:\n  variables:\n    - APP\n`;
  const withDefault = `${text}environment:\n  variables:\n    - key: APP\n      default: ${APP_ID}\n`;

  test('comes from the environment, else from its default', () => {
    expect(read(declared, { environment: { APP: APP_ID } }).appId).toBe(APP_ID);
    expect(read(withDefault).appId).toBe(APP_ID);
    expect(read(withDefault, { environment: { APP: PLACEHOLDER_APP_ID } }).placeholderAppId).toBe(true);
  });

  test('with no value it is refused, as the Forge CLI does', () => {
    expect(() => read(declared)).toThrow(
      /app\.id uses \$\{APP\}, which has no value\. Set the environment variable APP/,
    );
  });

  test('can be read alone', () => {
    expect(readAppId(documentOf(withDefault))).toBe(APP_ID);
    expect(() => readAppId(documentOf('app: {}'))).toThrow('manifest.yml:1: app.id is missing');
  });
});

describe('scopes as a map', () => {
  const scopes = (map: string) => GOOD.replace(/scopes:\n[\s\S]*(?=remotes:)/, `scopes:\n${map}`);

  test('are read like a list', () => {
    const text = scopes('    read:app-system-token: {}\n    read:space:confluence: { allowImpersonation: true }\n');
    expect(read(text).systemToken).toBe(true);
  });

  test('must have the same scopes', () => {
    expect(() => read(scopes('    read:space:confluence: {}\n'))).toThrow(/does not have read:app-system-token/);
    expect(() => read(scopes('    read:app-system-token: {}\n'))).toThrow(/no product scope/);
  });
});

test('an alias is followed', () => {
  const text = edited(GOOD, ['path: /forge/token', 'path: &path /forge/token']).concat('x: *path\n');
  expect(
    read(edited(text, ['endpoint: token', 'endpoint: &t token'], ['- key: token', '- key: *t'])).endpoints[0]?.key,
  ).toBe('token');
});

test("an endpoint's key may be as long as anybody likes", () => {
  const key = 'token-of-the-installation-'.repeat(8);
  const text = edited(GOOD, ['- key: token', `- key: ${key}`], ['endpoint: token', `endpoint: ${key}`]);
  expect(read(text).endpoints).toMatchObject([{ key, path: '/forge/token' }]);
});

test('a product event needs no endpoint with the system token', () => {
  const text = edited(LIFECYCLE, [
    '        path: /forge/pages\n      auth:\n        appSystemToken:\n          enabled: true\n',
    '        path: /forge/pages\n',
  ]);
  expect(read(text).endpoints).toContainEqual(expect.objectContaining({ key: 'pages', systemToken: false }));
});

describe('the entry under remotes', () => {
  const other = '  - key: other\n    baseUrl: https://other.example.com\n    operations: [fetch]\n';
  const withoutOurs = GOOD.slice(0, GOOD.indexOf('  - key: aws'));

  test('may still be to come', () => {
    expect(read(withoutOurs).remote).toEqual({ key: 'aws' });
  });

  test('may be to come beside one that something else names', () => {
    const text = edited(withoutOurs + other, [
      'permissions:\n',
      'permissions:\n  external: { fetch: { backend: [{ remote: other }] } }\n',
    ]);
    expect(read(text).remote).toEqual({ key: 'aws' });
  });

  test('may have customer-managed ones beside it', () => {
    const text = `${GOOD}  - key: theirs\n    configurable: { name: Server, description: Where it runs }\n`;
    expect(read(text).remote.key).toBe('aws');
  });
});

describe('the filter appIsLicensed', () => {
  const filtered = edited(GOOD, ['interval: hour', 'interval: hour\n      filter:\n        appIsLicensed: true']);

  test('on the only token source means that the token needs a licence', () => {
    expect(read(filtered)).toMatchObject({
      tokenNeedsLicence: true,
      endpoints: [{ users: [{ key: 'hourly', licensedOnly: true }] }],
    });
  });

  test('means nothing of the kind when false, or beside a source without it', () => {
    expect(read(edited(filtered, ['appIsLicensed: true', 'appIsLicensed: false'])).tokenNeedsLicence).toBe(false);
    const second = '    - key: often\n      endpoint: token\n      interval: fiveMinute\n';
    expect(read(edited(filtered, ['  endpoint:\n', `${second}  endpoint:\n`])).tokenNeedsLicence).toBe(false);
  });

  test('means it beside a source that comes too seldom to keep a token alive', () => {
    const daily = '    - key: daily\n      endpoint: token\n      interval: day\n';
    expect(read(edited(filtered, ['  endpoint:\n', `${daily}  endpoint:\n`])).tokenNeedsLicence).toBe(true);
  });
});

describe('keys that a call may name as its module', () => {
  const crowded = edited(
    GOOD,
    [
      '  endpoint:\n',
      `    - key: often
      endpoint: token
      interval: fiveMinute
  macro:
    - key: hourly
      resource: main
      resolver:
        endpoint: elsewhere
  jira:issuePanel:
    - key: panel
      function: show
  function:
    - key: show
      handler: index.show
  endpoint:
    - key: elsewhere
      remote: other
      route:
        path: /macro
`,
    ],
    ['remotes:\n', 'remotes:\n  - key: other\n    baseUrl: https://other.example\n'],
  );

  test('are those of the endpoint and of all modules that call it', () => {
    expect(moduleKeysOf(read(crowded))).toEqual({ '/forge/token': ['token', 'hourly', 'often'] });
    expect(routesOf(read(crowded))['/forge/token']?.modules).toEqual(['token', 'hourly', 'often']);
  });

  test('are foreign where nothing of ours has them as well', () => {
    expect(read(crowded).foreignKeys).toEqual(['panel', 'show', 'elsewhere']);
  });
});

describe('a move to another region', () => {
  const MOVE = '  migration:dataResidency:\n    - key: move\n      remote: aws\n      path: /forge/move\n';
  const withMove = edited(GOOD, ['  endpoint:\n', `${MOVE}  endpoint:\n`]);

  test('is five routes below the path of its module', () => {
    expect(kindsOf(read(withMove))).toEqual({
      '/forge/token': { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } },
      '/forge/move/schedule': { kind: 'dataResidency', hook: 'schedule' },
      '/forge/move/start': { kind: 'dataResidency', hook: 'start' },
      '/forge/move/status': { kind: 'dataResidency', hook: 'status' },
      '/forge/move/commit': { kind: 'dataResidency', hook: 'commit' },
      '/forge/move/rollback': { kind: 'dataResidency', hook: 'rollback' },
    });
  });

  test('is called by its module', () => {
    const manifest = read(withMove);
    expect(moduleKeysOf(manifest)).toMatchObject({
      '/forge/token': ['token', 'hourly'],
      '/forge/move/start': ['move'],
    });
    expect(manifest.foreignKeys).toEqual([]);
  });

  test('is none of ours when it is another remote that moves', () => {
    const other = edited(
      withMove,
      ['      remote: aws\n      path: /forge/move', '      remote: other\n      path: /forge/move'],
      ['remotes:\n', 'remotes:\n  - key: other\n    baseUrl: https://other.example\n'],
    );
    expect(Object.keys(kindsOf(read(other)))).toEqual(['/forge/token']);
  });
});
