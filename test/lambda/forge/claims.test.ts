import { type Route, shortKey } from '../../../lambda/contract/routes';
import { type Expectations, readInvocation, refuseWrongPurpose } from '../../../lambda/forge/claims';
import { invocationClaims, newInstallation } from '../../../tools/emulator/forge/invocation-token';
import { ROUTE } from '../../support/forge-call';

const APP_ID = 'ari:cloud:ecosystem::app/6b9f2b0e-3f0c-4f1d-8a44-0d9a5c3c7a11';
const INSTALLATION = newInstallation();
const NOW_SECONDS = 1_900_000_000;
const EXPECTED: Expectations = { appId: APP_ID, environments: ['DEVELOPMENT', 'STAGING'] };
const INSTALLATION_ID = `ari:cloud:ecosystem::installation/${INSTALLATION.uuid}`;

const goodClaims = () =>
  invocationClaims({
    appId: APP_ID,
    installation: INSTALLATION,
    environment: 'DEVELOPMENT',
    endpointKey: 'token-endpoint',
    nowSeconds: NOW_SECONDS,
  });
const withApp = (changes: object) => ({ ...goodClaims(), app: { ...goodClaims().app, ...changes } });
const read = (
  claims: Readonly<Record<string, unknown>>,
  expected: Parameters<typeof readInvocation>[2] = EXPECTED,
  route: Route = ROUTE,
) => readInvocation(claims, route, expected);

test('everything that Forge says of a call is in the invocation', () => {
  const claims = withApp({ license: { isActive: true } });
  expect(read(claims)).toEqual({
    installationId: INSTALLATION_ID,
    installation: INSTALLATION.uuid,
    appId: APP_ID,
    appVersion: '1.0.0',
    environment: 'DEVELOPMENT',
    environmentId: claims.app.environment.id,
    moduleKey: 'token-endpoint',
    moduleType: 'core:endpoint',
    apiBaseUrl: `https://api.atlassian.com/ex/confluence/${INSTALLATION.cloudId}`,
    contexts: [{ name: 'confluence', siteAri: `ari:cloud:confluence::site/${INSTALLATION.cloudId}` }],
    licenseActive: true,
    tokenId: claims.jti,
    expiresAtSeconds: NOW_SECONDS + 25,
  });
});

describe('a claim that only informs', () => {
  const REQUIRED_ONLY = [
    'apiBaseUrl',
    'appId',
    'contexts',
    'environment',
    'expiresAtSeconds',
    'installation',
    'installationId',
    'tokenId',
  ];

  test.each<[string, object]>([
    ['absent', { appVersion: undefined, module: undefined, license: undefined, installation: undefined }],
    ['null', { appVersion: null, module: null, license: null, installation: null }],
    ['a number', { appVersion: 7, module: { key: 1, type: 2 }, license: { isActive: 1 }, installation: 3 }],
    ['empty', { appVersion: '', module: { key: '', type: '' }, license: {}, installation: {} }],
    ['text', { module: 'core:endpoint', license: 'active', installation: 'none' }],
    ['a list', { appVersion: ['1'], module: ['core:endpoint'], license: [true], installation: [] }],
  ])('is left out when it is %s', (_what, changes) => {
    const app = withApp({ appVersion: undefined, ...changes, environment: { type: 'STAGING', id: 9 } });
    const invocation = read({ ...app, context: undefined });
    expect(Object.keys(invocation).sort()).toEqual(REQUIRED_ONLY);
    expect(invocation.contexts).toEqual([]);
  });

  test.each([
    [{ isActive: false }, false],
    [{ active: true }, true],
    [{ isActive: false, active: true }, false],
  ])('a license may be written in two ways: %j', (license, active) => {
    expect(read(withApp({ license })).licenseActive).toBe(active);
  });
});

describe('contexts', () => {
  const contextsOf = (contexts: unknown) =>
    read({ ...withApp({ installation: { contexts } }), context: null }).contexts;

  test('have the ARI of their site, where there is one', () => {
    expect(
      contextsOf([{ name: 'Jira', cloudId: 'one' }, { name: 'opsgenie', workspaceId: 'two' }, { name: 'compass' }]),
    ).toEqual([{ name: 'Jira', siteAri: 'ari:cloud:jira::site/one' }, { name: 'opsgenie' }, { name: 'compass' }]);
  });

  test('that are odd are left out', () => {
    expect(contextsOf([null, 'jira', ['jira'], {}, { name: 7 }, { name: '', cloudId: 'one' }])).toEqual([]);
    expect(contextsOf('jira')).toEqual([]);
    expect(contextsOf({ name: 'jira' })).toEqual([]);
  });
});

// Each with what a person needs in the log: the claim at fault, and the value that came.
describe('a claim that decides', () => {
  test.each<[string, object, string, string[]]>([
    ['no app', { ...goodClaims(), app: undefined }, 'claim-missing', ['app']],
    ['an app that is no object', { ...goodClaims(), app: ['x'] }, 'claim-invalid', ['app is ["x"]']],
    ['no app id', withApp({ id: undefined }), 'claim-missing', ['app.id']],
    ['another app', withApp({ id: 'another' }), 'app-wrong', ['app.id', '"another"', APP_ID]],
    ['no installation', withApp({ installationId: undefined }), 'claim-missing', ['app.installationId']],
    ['an empty installation', withApp({ installationId: '' }), 'claim-invalid', ['app.installationId', '""']],
    [
      'an installation that is no ARI',
      withApp({ installationId: INSTALLATION.uuid }),
      'installation-malformed',
      ['app.installationId', INSTALLATION.uuid, 'ari:cloud:ecosystem::installation/<uuid>'],
    ],
    [
      'two installations that differ',
      withApp({ installation: { id: 'another' } }),
      'claim-invalid',
      ['app.installation.id', '"another"', INSTALLATION_ID],
    ],
    ['no environment', withApp({ environment: undefined }), 'claim-missing', ['app.environment']],
    ['an environment in words', withApp({ environment: 'STAGING' }), 'claim-invalid', ['app.environment', '"STAGING"']],
    ['an environment without a type', withApp({ environment: {} }), 'claim-missing', ['app.environment.type']],
    [
      'an environment of no known type',
      withApp({ environment: { type: 'TEST' } }),
      'claim-invalid',
      ['app.environment.type', '"TEST"', 'DEVELOPMENT, STAGING, PRODUCTION'],
    ],
    [
      'an environment that the stage does not serve',
      withApp({ environment: { type: 'PRODUCTION' } }),
      'environment-not-served',
      ['app.environment.type', '"PRODUCTION"', 'DEVELOPMENT, STAGING'],
    ],
    ['no API base URL', withApp({ apiBaseUrl: undefined }), 'claim-missing', ['app.apiBaseUrl']],
    ['an API base URL that is a number', withApp({ apiBaseUrl: 7 }), 'claim-invalid', ['app.apiBaseUrl', '7']],
    [
      "a stranger's API base URL",
      withApp({ apiBaseUrl: 'https://evil.example' }),
      'api-base-url-not-allowed',
      ['https://evil.example'],
    ],
    ['no token id', { ...goodClaims(), jti: undefined }, 'claim-missing', ['jti']],
    ['a token id that is a number', { ...goodClaims(), jti: 7 }, 'claim-invalid', ['jti', '7']],
  ])('is refused: %s', (_name, claims, reason, told) => {
    expect(() => read({ ...claims })).toThrow(expect.objectContaining({ name: 'Refusal', reason }));
    for (const fact of told) {
      expect(() => read({ ...claims })).toThrow(expect.objectContaining({ detail: expect.stringContaining(fact) }));
    }
  });
});

describe('a token of a cloud apart, or of an Isolated Cloud', () => {
  const apiBaseUrl = 'https://api.isolated.example/ex';
  const serving = { ...EXPECTED, apiHosts: ['api.isolated.example'] };
  const notAllowed = expect.objectContaining({ reason: 'api-base-url-not-allowed' });

  test("names an API of its key's cloud, and of no other", () => {
    expect(read(withApp({ apiBaseUrl }), serving).apiBaseUrl).toBe(apiBaseUrl);
    expect(() => read(withApp({}), serving)).toThrow(notAllowed);
    expect(() => read(withApp({ apiBaseUrl }))).toThrow(notAllowed);
  });
});

describe('the site of a product', () => {
  const contextsOf = (context: object, call: object = {}) =>
    read({ ...withApp({ installation: { contexts: [{ name: 'Jira', ...context }] } }), context: call }).contexts;
  const onSite = (site: string) => [{ name: 'Jira', siteAri: `ari:cloud:jira::site/${site}` }];
  const apiBaseUrl = 'https://api.atlassian.com/ex/jira/site-2';

  test('is its cloudId, else in its API base URL, else in the context of the call', () => {
    const call = { cloudId: 'site-3' };
    expect(contextsOf({ cloudId: 'site-1', apiBaseUrl }, call)).toEqual(onSite('site-1'));
    expect(contextsOf({ cloudId: null, apiBaseUrl }, call)).toEqual(onSite('site-2'));
    expect(contextsOf({}, call)).toEqual(onSite('site-3'));
    expect(contextsOf({})).toEqual([{ name: 'Jira' }]);
  });

  test.each(['a/b', 'a b', '', 'x'.repeat(65), 7, '*'])('is not taken from what is none: %j', (odd) => {
    expect(contextsOf({ cloudId: odd })).toEqual([{ name: 'Jira' }]);
    expect(contextsOf({ apiBaseUrl: `https://api.atlassian.com/ex/jira/${odd}/more` })).toEqual([{ name: 'Jira' }]);
  });

  test("is not taken from another product's API base URL", () => {
    expect(contextsOf({ apiBaseUrl: 'https://api.atlassian.com/ex/confluence/site-2' })).toEqual([{ name: 'Jira' }]);
  });

  test('of Bitbucket is a workspace, with its braces or without', () => {
    for (const workspaceId of ['{work-1}', 'work-1']) {
      expect(contextsOf({ name: 'bitbucket', workspaceId })).toEqual([
        { name: 'bitbucket', siteAri: 'ari:cloud:bitbucket::workspace/work-1' },
      ]);
    }
    expect(contextsOf({ name: 'bitbucket', cloudId: 'site-1' })).toEqual([{ name: 'bitbucket' }]);
  });
});

describe('the purpose of a call', () => {
  const otherModules = {
    keys: new Set(['token-endpoint', 'hourly', 'leaving']),
    shortKeys: new Set([shortKey('panel')]),
  };
  const hook: Route = { kind: 'dataResidency', hook: 'start', modules: ['move'] };
  const refusalOf = (claims: object, route: Route = ROUTE) => {
    try {
      refuseWrongPurpose({ ...claims }, route, { otherModules });
      return undefined;
    } catch (error) {
      return (error as { reason: string }).reason;
    }
  };
  const moduleIs = (module: unknown, moduleKey?: unknown) => ({ ...withApp({ module }), context: { moduleKey } });

  test.each<[string, object]>([
    ["the endpoint's", moduleIs({ type: 'core:endpoint', key: 'token-endpoint' }, 'hourly')],
    ["the trigger's, as in captured tokens", moduleIs({ type: 'core:trigger', key: 'hourly' }, 'hourly')],
    ['one that the manifest does not know', moduleIs({ type: 'core:trigger', key: 'newer' })],
    ['none', { ...withApp({ module: null }), principal: null, context: null }],
    ['null', moduleIs({ type: null, key: null }, null)],
  ])('may be of a module of its route: %s', (_name, claims) => expect(refusalOf(claims)).toBeUndefined());

  test.each<[string, unknown]>([
    ['an account', '557058:user'],
    ['an object', {}],
    ['empty', ''],
    ['false', false],
  ])('is not for a user: principal is %s', (_name, principal) => {
    expect(refusalOf({ ...goodClaims(), principal })).toBe('principal-not-allowed');
  });

  test.each<[string, object]>([
    ['of a UI module', moduleIs({ type: 'xen:macro', key: 'newer' })],
    ['of another type', moduleIs({ type: 'jira:issuePanel' })],
    ['of a type that only contains core', moduleIs({ type: 'xcore:endpoint' })],
    ['of a type that is no text', moduleIs({ type: ['core:endpoint'] })],
    ['that is no object', moduleIs('core:endpoint')],
    ['of another route', moduleIs({ type: 'core:endpoint', key: 'leaving' })],
    ['of another module of the app', moduleIs({ type: 'core:function', key: 'panel' })],
    ['of another module, in the context alone', moduleIs({ type: 'core:endpoint', key: 'token-endpoint' }, 'panel')],
    ['with a key that is no text', moduleIs({ type: 'core:endpoint', key: ['hourly'] })],
  ])('is not that of a module %s', (_name, claims) => expect(refusalOf(claims)).toBe('module-not-allowed'));

  test('is told with the module that it is of', () => {
    const detailOf = (module: object, route = ROUTE) => {
      try {
        refuseWrongPurpose(moduleIs(module), route, {
          otherModules: { keys: new Set(['leaving']), shortKeys: new Set() },
        });
      } catch (refusal) {
        return (refusal as { detail?: string }).detail;
      }
      return undefined;
    };
    expect(detailOf({ type: 'xen:macro' })).toBe('module type "xen:macro", not of the platform');
    expect(detailOf({ type: 'core:endpoint', key: 'leaving' })).toBe(
      'module "leaving"; of this route: token-endpoint, hourly',
    );
    const { modules: _, ...unnamed } = ROUTE;
    expect(detailOf({ type: 'core:endpoint', key: 'leaving' }, unnamed as typeof ROUTE)).toContain('module "leaving"');
    expect(detailOf({ type: 'migration:dataResidency', key: 'hourly' })).toContain('module type "migration:');
    expect(detailOf({ type: 'xmigration:x' }, hook as typeof ROUTE)).toContain('module type "xmigration:');
  });

  test('of a move to another region may be its own module, of either type', () => {
    expect(refusalOf(moduleIs({ type: 'migration:dataResidency', key: 'move' }), hook)).toBeUndefined();
    expect(refusalOf(moduleIs({ type: 'core:endpoint', key: 'move' }), hook)).toBeUndefined();
    expect(refusalOf(moduleIs({ type: 'core:endpoint', key: 'hourly' }), hook)).toBe('module-not-allowed');
  });

  test('names what fired, whichever of the two claims says it; and that the manifest does not know it', () => {
    const fired = moduleIs({ type: 'core:endpoint', key: 'token-endpoint' }, 'hourly');
    expect(read(fired)).toMatchObject({ moduleKey: 'hourly' });
    expect(read(fired)).not.toHaveProperty('moduleUnknown');
    expect(read(moduleIs({ type: 'core:trigger', key: 'newer' }))).toMatchObject({
      moduleKey: 'newer',
      moduleUnknown: true,
    });
  });
});

test("a local run's API is allowed where it is configured", () => {
  const claims = withApp({ apiBaseUrl: 'http://127.0.0.1:4000/ex' });
  expect(read(claims, { ...EXPECTED, localApiOrigin: 'http://127.0.0.1:4000' })).toMatchObject({ appId: APP_ID });
  expect(() => read(claims)).toThrow(expect.objectContaining({ reason: 'api-base-url-not-allowed' }));
});
