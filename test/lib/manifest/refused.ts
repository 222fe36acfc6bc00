import { edited, GOOD, variable } from './manifests';

/** A manifest that we refuse. */
export interface RefusedManifest {
  readonly name: string;
  readonly text: string;
  /** Part of the line that the error names. */
  readonly at: string;
  /** What the error says. */
  readonly says: RegExp;
}

const EXTRA_ENDPOINT = `
    - key: other
      remote: aws
      route:
        path: /forge/other
      auth:
        appSystemToken:
          enabled: true
permissions:`;

const withEndpoint = (...changes: readonly (readonly [string, string])[]) =>
  edited(GOOD, ['\npermissions:', edited(EXTRA_ENDPOINT, ...changes)]);

const withModule = (module: string, text = GOOD) => edited(text, ['  endpoint:\n', `${module}  endpoint:\n`]);

const baseUrl = (name: string, url: string, says: RegExp): RefusedManifest => ({
  name: `baseUrl: ${name}`,
  text: edited(GOOD, ['https://abc.lambda-url.eu-central-1.on.aws', url]),
  at: 'baseUrl:',
  says,
});

const MOVE = '  migration:dataResidency:\n    - key: move\n      remote: aws\n';

const move = (name: string, path: string, at: string, says: RegExp): RefusedManifest => ({
  name: `migration:dataResidency: ${name}`,
  text: withModule(MOVE + (path === '' ? '' : `      path: ${path}\n`)),
  at,
  says,
});

const path = (name: string, value: string, says: RegExp): RefusedManifest => ({
  name: `route.path: ${name}`,
  text: edited(GOOD, ['path: /forge/token', `path: ${value}`]),
  at: 'path:',
  says,
});

const TRIGGER = `  trigger:
    - key: on-install
      endpoint: token
      events:
        - avi:forge:installed:app
`;

const event = (name: string, value: string, says: RegExp): RefusedManifest => ({
  name: `event: ${name}`,
  text: withModule(edited(TRIGGER, ['avi:forge:installed:app', value])),
  at: value,
  says,
});

/** Accepted by Atlassian's validator; would break the backend. */
export const ACCEPTED_BY_ATLASSIAN: readonly RefusedManifest[] = [
  baseUrl('plain http', 'http://abc.example.com', /over https: only/),
  baseUrl('http on this machine', 'http://127.0.0.1:3000', /over https: only/),
  baseUrl('another scheme', 'ftp://abc.example.com', /over https: only/),
  baseUrl('garbage', 'not a url', /contains white space/),
  baseUrl('no scheme', 'abc.example.com', /not a URL/),
  baseUrl('empty', "''", /it is empty/),
  baseUrl('a path', 'https://abc.example.com/api', /contains a path/),
  baseUrl('a slash at the end', 'https://abc.example.com/', /ends with a slash/),
  baseUrl('a query', 'https://abc.example.com?x=1', /query or a fragment/),
  baseUrl('a fragment', 'https://abc.example.com#top', /query or a fragment/),
  baseUrl('a password', 'https://me:secret@abc.example.com', /user name or password/),
  baseUrl('upper case', 'https://ABC.example.com', /normal form, https:\/\/abc\.example\.com/),
  baseUrl('an undeclared variable', variable('REMOTE_URL'), /\$\{REMOTE_URL\}, which is not declared/),
  {
    name: 'baseUrl: a slash in one region',
    text: edited(GOOD, [
      'baseUrl: https://abc.lambda-url.eu-central-1.on.aws',
      'baseUrl:\n      default: https://abc.example.com\n      EU: https://eu.example.com/',
    ]),
    at: 'EU:',
    says: /baseUrl\.EU is .* ends with a slash/,
  },
  {
    name: 'baseUrl: a variable with a bad default',
    text: edited(GOOD, ['https://abc.lambda-url.eu-central-1.on.aws', variable('REMOTE_URL')]).concat(
      'environment:\n  variables:\n    - key: REMOTE_URL\n      default: http://abc.example.com\n',
    ),
    at: 'baseUrl:',
    says: /"http:\/\/abc\.example\.com": Forge calls remotes over https: only/,
  },
  {
    name: 'a runtime that Forge no longer deploys',
    text: edited(GOOD, ['nodejs24.x', 'nodejs20.x']),
    at: 'nodejs20.x',
    says: /app\.runtime\.name is "nodejs20\.x", which Forge no longer deploys.*Write nodejs24\.x/,
  },
  {
    name: 'our remote is customer-managed',
    text: edited(GOOD, [
      '    operations:',
      '    configurable: { name: Server, description: Where it runs }\n    operations:',
    ]),
    at: 'configurable:',
    says: /Remote "aws" is customer-managed.*give this backend a remote without it/,
  },
  {
    name: 'the functions of the app call our remote',
    text: edited(GOOD, [
      'permissions:\n',
      'permissions:\n  external:\n    fetch:\n      backend:\n        - remote: aws # ours\n',
    ]),
    at: 'remote: aws # ours',
    says: /permissions\.external\.fetch\.backend calls the remote "aws" of this backend.*give those calls their own remote/,
  },
  {
    name: 'the UI of the app calls our remote',
    text: edited(GOOD, ['permissions:\n', 'permissions:\n  external: { fetch: { client: [{ remote: aws }] } }\n']),
    at: 'client:',
    says: /permissions\.external\.fetch\.client calls the remote "aws"/,
  },
  {
    name: 'Connect modules on our remote',
    text: edited(GOOD, ['  runtime:', '  connect:\n    key: com.example.old\n    remote: aws # connect\n  runtime:']),
    at: 'remote: aws # connect',
    says: /app\.connect calls the remote "aws".*Connect modules of the app their own remote/,
  },
  {
    name: 'six scheduled triggers',
    text: edited(GOOD, [
      '  endpoint:\n',
      `${[2, 3, 4, 5, 6].map((n) => `    - key: s${n}\n      endpoint: token\n      interval: hour\n`).join('')}  endpoint:\n`,
    ]),
    at: 'key: s6',
    says: /6 scheduled triggers.*allows 5 per app/,
  },
  {
    name: 'two remotes with one key',
    text: `${GOOD}  - key: aws # again\n    baseUrl: https://xyz.example.com\n`,
    at: '- key: aws # again',
    says: /two remotes with the key "aws"/,
  },
  {
    name: 'misspelt token in endpoint.auth',
    text: edited(GOOD, ['appSystemToken:', 'appSystemTokens:']),
    at: 'appSystemTokens:',
    says: /"appSystemTokens" in auth, which Forge ignores.*Did you mean "appSystemToken"\?/,
  },
  {
    name: 'misspelt key beside enabled',
    text: edited(GOOD, ['          enabled: true', '          enabled: true\n          enable: true']),
    at: 'enable: true',
    says: /"enable" in auth\.appSystemToken.*Did you mean "enabled"\?/,
  },
  {
    name: 'misspelt auth',
    text: edited(GOOD, ['      auth:', '      atuh:']),
    at: 'atuh:',
    says: /Did you mean "auth"\?/,
  },
  {
    name: 'no scope for the system token',
    text: edited(GOOD, ['    - read:app-system-token\n', '']),
    at: 'scopes:',
    says: /does not have read:app-system-token/,
  },
  path('no slash at the start', 'forge/token', /does not start with a slash/),
  path('empty', "''", /does not start with a slash/),
  path('a query', '/forge/token?x=1', /query or a fragment/),
  path('a fragment', "'/forge/token#x'", /query or a fragment/),
  path('two slashes', '/forge//token', /two slashes in a row/),
  path('a space', "'/forge/my token'", /may arrive encoded/),
  path('a percent escape', '/forge/%74oken', /may arrive encoded/),
  path('a slash at the end', '/forge/token/', /ends with a slash/),
  path('dots', '/forge/../token', /"\." or "\.\." segment/),
  path('a space at the end', "'/forge/token '", /may arrive encoded/),
  {
    name: 'no route',
    text: edited(GOOD, ['      route:\n        path: /forge/token\n', '']),
    at: '- key: token',
    says: /no string as route\.path \(it is missing\)/,
  },
  event('one that Forge does not have', 'avi:forge:instaled:app', /Did you mean avi:forge:installed:app\?/),
  event('uninstalled', 'avi:forge:uninstalled:app', /Use the preUninstall module/),
  event('no event at all', 'page-created', /avi:<product>:<action>:<entity>/),
  event('a word too few', 'avi:confluence:page', /avi:<product>:<action>:<entity>/),
  {
    name: 'the token comes once a day',
    text: edited(GOOD, ['interval: hour', 'interval: day']),
    at: 'interval: day',
    says: /only once a day, but may expire 2 hours after its delivery.*Use fiveMinute or hour/,
  },
  {
    name: 'the token comes once a week',
    text: edited(GOOD, ['interval: hour', 'interval: week']),
    at: 'interval: week',
    says: /only once a week/,
  },
  {
    name: 'a scheduled endpoint without the token',
    text: edited(GOOD, ['      auth:\n        appSystemToken:\n          enabled: true\n', '']),
    at: '- key: token',
    says: /called by scheduledTrigger "hourly" without the system token.*422.*Set "auth\.appSystemToken\.enabled: true" on the endpoint/,
  },
  {
    name: 'the token is switched off',
    text: edited(GOOD, ['enabled: true', 'enabled: false']),
    at: '- key: token',
    says: /without the system token/,
  },
  {
    name: 'auth on the remote in place of the endpoint',
    text: edited(
      GOOD,
      ['      auth:\n        appSystemToken:\n          enabled: true\n', ''],
      ['  - key: aws\n', '  - key: aws\n    auth:\n      appSystemToken:\n        enabled: true\n'],
    ),
    at: '- key: token',
    says: /remotes\.auth has no effect on triggers/,
  },
  {
    name: 'a lifecycle endpoint without the token',
    text: withModule(
      edited(TRIGGER, ['endpoint: token', 'endpoint: other']),
      withEndpoint(['enabled: true', 'enabled: false']),
    ),
    at: '- key: other',
    says: /"other" is called by trigger "on-install" without the system token/,
  },
  {
    name: 'preUninstall shares an endpoint with a trigger',
    text: withModule('  preUninstall:\n    - key: bye\n      endpoint: token\n'),
    at: '- key: token',
    says: /"token" is called by triggers and by preUninstall/,
  },
  {
    name: 'preUninstall shares a path with a trigger',
    text: withModule(
      '  preUninstall:\n    - key: bye\n      endpoint: other\n',
      withEndpoint(['/forge/other', '/forge/token']),
    ),
    at: '- key: other',
    says: /"other" \(preUninstall\) has the path "\/forge\/token" of endpoint "token" \(scheduledTrigger\)/,
  },
  {
    name: 'two endpoints with one path and different kinds',
    text: withModule(
      edited(TRIGGER, ['endpoint: token', 'endpoint: other']),
      withEndpoint(['/forge/other', '/forge/token']),
    ),
    at: '- key: other',
    says: /"other" \(trigger\) has the path "\/forge\/token"/,
  },
  {
    name: 'a consumer on our remote',
    text: withModule('  consumer:\n    - key: work\n      queue: jobs\n      endpoint: token # work\n'),
    at: 'endpoint: token # work',
    says: /consumer "work" calls endpoint "token" of this backend, which does not serve it/,
  },
  {
    name: 'a web trigger on our remote',
    text: withModule(
      '  webtrigger:\n    - key: hook\n      endpoint: token # hook\n      response: { type: dynamic }\n',
    ),
    at: 'endpoint: token # hook',
    says: /webtrigger "hook" calls endpoint "token" of this backend, which does not serve it.*Use a Forge function/,
  },
  {
    name: 'an action of a Rovo agent on our remote',
    text: withModule(
      '  action:\n    - key: look\n      endpoint: token # look\n      actionVerb: GET\n      description: Looks it up\n  rovo:agent:\n    - key: agent\n      name: Agent\n      prompt: Answer\n      actions: [look]\n',
    ),
    at: 'endpoint: token # look',
    says: /action "look" calls endpoint "token" of this backend/,
  },
  {
    name: 'the resolver of a UI on our remote',
    text: withModule(
      '  jira:issuePanel:\n    - key: panel\n      title: Panel\n      icon: https://cdn.example.com/icon.svg\n      resource: main\n      resolver:\n        endpoint: token # panel\n',
    ).concat('resources:\n  - key: main\n    path: src/frontend\n'),
    at: 'endpoint: token # panel',
    says: /jira:issuePanel "panel" calls endpoint "token" of this backend/,
  },
  {
    name: 'an app id that is not a uuid',
    text: edited(GOOD, ['8db33309-9ba4-4d1b-9a8f-2a1d0e4b5c6d', 'my-app']),
    at: 'id:',
    says: /app\.id is ".*my-app".*app\/<uuid>.*forge register/,
  },
  {
    name: 'an app id with an undeclared variable',
    text: edited(GOOD, ['8db33309-9ba4-4d1b-9a8f-2a1d0e4b5c6d', variable('APP')]),
    at: 'id:',
    says: /app\.id uses \$\{APP\}, which is not declared/,
  },
  move('no path', '', 'key: move', /migration:dataResidency has no path/),
  move('a path without a slash', 'move', 'path: move', /has the path "move": it does not start with a slash/),
  move('a slash alone', '/', 'path: /', /the hooks would be at \/\/schedule/),
  {
    name: 'migration:dataResidency: a hook at the path of an endpoint',
    text: edited(
      GOOD,
      ['path: /forge/token', 'path: /forge/start'],
      ['  endpoint:\n', `${MOVE}      path: /forge\n  endpoint:\n`],
    ),
    at: 'path: /forge',
    says: /has the path "\/forge", and endpoint "token" is at \/forge\/start/,
  },
];

/** Refused by Atlassian's validator too, but only when somebody runs it; what we make of the manifest must not be wrong. */
export const REFUSED_BY_ATLASSIAN: readonly RefusedManifest[] = [
  {
    name: 'no app id',
    text: edited(GOOD, [/ {2}id: .*\n/.exec(GOOD)?.[0] ?? '', '']),
    at: 'app:',
    says: /app\.id is missing.*forge register/,
  },
  {
    name: 'no product scope',
    text: edited(GOOD, ['    - read:space:confluence\n', '']),
    at: 'scopes:',
    says: /no product scope besides read:app-system-token and read:app-user-token/,
  },
  {
    name: 'an endpoint that does not exist',
    text: edited(GOOD, ['endpoint: token', 'endpoint: tokn']),
    at: 'endpoint: tokn',
    says: /refers to the endpoint "tokn", which does not exist.*Did you mean "token"\?/,
  },
  {
    name: 'two endpoints with one key',
    text: withEndpoint(['key: other', 'key: token # again']),
    at: '- key: token # again',
    says: /two endpoints with the key "token"/,
  },
  {
    name: 'an interval that Forge does not have',
    text: edited(GOOD, ['interval: hour', 'interval: hourly']),
    at: 'interval: hourly',
    says: /has the interval "hourly".*fiveMinute, hour, day, week/,
  },
  {
    name: 'a misspelt module',
    text: edited(GOOD, ['scheduledTrigger:', 'scheduledTriger:']),
    at: 'scheduledTriger:',
    says: /never deliver a system token.*did you mean scheduledTrigger\?/,
  },
  {
    name: 'no scheduled trigger',
    text: edited(GOOD, ['  scheduledTrigger:\n    - key: hourly\n      endpoint: token\n      interval: hour\n', '']),
    at: 'modules:',
    says: /No scheduledTrigger calls an endpoint of this backend/,
  },
  {
    name: 'remotes inside modules',
    text: edited(GOOD, [
      '  endpoint:\n',
      '  remotes:\n    - key: aws\n      baseUrl: https://x.example.com\n  endpoint:\n',
    ]),
    at: '  remotes:',
    says: /remotes is inside modules/,
  },
  {
    name: 'endpoint is a map',
    text: edited(GOOD, ['  endpoint:\n    - key: token\n', '  endpoint: # map\n      key: token\n']),
    at: 'endpoint: # map',
    says: /modules\.endpoint is a map.*must be a list/,
  },
  {
    name: 'a renamed remote',
    text: edited(GOOD, ['  - key: aws\n', '  - key: backend\n']).concat(
      '  - key: aws2\n    baseUrl: https://x.example.com\n',
    ),
    at: '- key: backend',
    says: /Endpoints refer to the remote "aws", which is not in remotes.*"backend".*Was it renamed\? Then write "remote: backend"/,
  },
  {
    name: 'migration:dataResidency is a map, as on one of its pages',
    text: withModule('  migration:dataResidency: # map\n    key: move\n    remote: aws\n    path: /forge/move\n'),
    at: 'migration:dataResidency: # map',
    says: /modules\.migration:dataResidency is a map.*must be a list/,
  },
  {
    name: 'baseURL, as on one of its pages',
    text: edited(GOOD, ['    baseUrl:', '    baseURL:']),
    at: 'baseURL:',
    says: /Remote "aws" has the key "baseURL".*Write "baseUrl"\. Atlassian's page/,
  },
  {
    name: 'remotes is a map',
    text: edited(GOOD, ['  - key: aws\n', '    key: aws\n']),
    at: 'remotes:',
    says: /remotes is a map.*must be a list/,
  },
  {
    name: 'a remote key of 24 characters',
    text: edited(GOOD, ['remote: aws', `remote: ${'r'.repeat(24)}`], ['key: aws', `key: ${'r'.repeat(24)}`]),
    at: `- key: ${'r'.repeat(24)}`,
    says: /\(24 characters\).*at most 23/,
  },
  {
    name: 'regions without a default',
    text: edited(GOOD, [
      'baseUrl: https://abc.lambda-url.eu-central-1.on.aws',
      'baseUrl:\n      EU: https://eu.example.com',
    ]),
    at: 'baseUrl:',
    says: /lists regions, but no default/,
  },
  {
    name: 'a region that Forge does not have',
    text: edited(GOOD, [
      'baseUrl: https://abc.lambda-url.eu-central-1.on.aws',
      'baseUrl:\n      default: https://abc.example.com\n      FR: https://fr.example.com',
    ]),
    at: 'FR:',
    says: /region "FR".*Allowed: EU, US/,
  },
  {
    name: 'regions that a remote with end-user data lacks',
    text: edited(GOOD, [
      'baseUrl: https://abc.lambda-url.eu-central-1.on.aws',
      'baseUrl: { default: https://abc.example.com, EU: https://eu.example.com }',
    ]).concat(
      '  - key: files\n    baseUrl: https://files.example.com\n    operations: [storage]\n    storage: { inScopeEUD: true }\n',
    ),
    at: 'baseUrl: https://files',
    says: /Remote "files" stores in-scope end-user data, but has no URL for EU/,
  },
  {
    name: 'regions that another remote with regions lacks',
    text: edited(GOOD, [
      'baseUrl: https://abc.lambda-url.eu-central-1.on.aws',
      'baseUrl: { default: https://abc.example.com, EU: https://eu.example.com }',
    ]).concat(
      '  - key: files\n    baseUrl: { default: https://f.example.com, AU: https://fa.example.com }\n    operations: [compute]\n',
    ),
    at: 'baseUrl: { default: https://abc',
    says: /Remote "aws" has a URL for some regions, but has no URL for AU, which another remote lists.*must list the same/,
  },
];
