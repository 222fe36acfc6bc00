import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ConfigError, LOG_RETENTION_DAYS, parseConfig, stageIn } from '../../lib/config';
import { DEV_STAGE } from './support/fixtures';
import { HOSTED_ZONE, HTTP_API } from './support/http-api';

function problemsOf(config: unknown): readonly string[] {
  try {
    parseConfig(config);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const STAGE_KEYS =
  'name, account, region, regions, tags, permissionsBoundary, bootstrapQualifier, environments, alarmEmails, alarmTopics, ' +
  'slack, alarmWarmUp, logRetentionDays, logKmsKeyArn, messageKmsKeyArn, reservedConcurrency, trustKeysForHours, ' +
  'isolatedCloud, clouds, slot, worker, monitor, dashboard, exposure';

const EU_KEY = 'arn:aws:kms:eu-central-1:123456789012:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f';

const withRegions = (regions: object) => {
  const { region: _, ...elsewhere } = DEV_STAGE;
  return { stages: [{ ...elsewhere, regions }] };
};
const withStage = (fields: object) => ({ stages: [{ ...DEV_STAGE, ...fields }] });

const ISOLATED_CLOUD = {
  jwksUrlTemplate: 'https://{icLabel}.keys.example/jwks.json',
  apiHosts: ['api.isolated.example'],
};
const CLOUD = { jwksUrl: 'https://keys.government.example/jwks.json', apiHosts: ['api.government.example'] };
const withIsolatedCloud = (fields: object) => withStage({ isolatedCloud: { ...ISOLATED_CLOUD, ...fields } });

test('the least that a config can say gets every default', () => {
  expect(parseConfig({ stages: [DEV_STAGE] })).toEqual({
    name: 'forge-remote',
    stages: [
      {
        name: 'dev',
        region: 'us-east-1',
        tags: {},
        environments: ['DEVELOPMENT'],
        alarmEmails: [],
        alarmTopics: {},
        alarmWarmUp: true,
        dashboard: true,
        logRetentionDays: 30,
        trustKeysForHours: 24,
        slot: { strategy: 'single', retain: false },
        worker: { timeoutMinutes: 5, maxAttempts: 3, concurrency: 5 },
        monitor: {},
        exposure: 'functionUrl',
      },
    ],
  });
});

test('everything that a config can say is kept', () => {
  const config = {
    name: 'billing',
    remoteKey: 'backend',
    stages: [
      {
        name: 'prod',
        account: '123456789012',
        region: 'eu-central-1',
        tags: { CostCenter: '4711', 'team:owner': 'billing@example.com' },
        permissionsBoundary: 'team/limits',
        bootstrapQualifier: 'acme',
        environments: ['STAGING', 'PRODUCTION'],
        alarmEmails: ['ops@example.com'],
        alarmTopics: { page: 'arn:aws:sns:eu-central-1:123456789012:pager' },
        slack: { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' },
        alarmWarmUp: false,
        logRetentionDays: 365,
        logKmsKeyArn: EU_KEY,
        messageKmsKeyArn: EU_KEY,
        reservedConcurrency: 5,
        trustKeysForHours: 48,
        isolatedCloud: { ...ISOLATED_CLOUD, labels: ['acme', 'umbrella_2'] },
        clouds: { government: CLOUD },
        slot: { strategy: 'perInstallation', retain: true, kmsKeyArn: EU_KEY },
        worker: { timeoutMinutes: 14, maxAttempts: 1, concurrency: 2 },
        monitor: { reapAfterDays: 30 },
        dashboard: false,
        exposure: {
          httpApi: {
            ...HTTP_API,
            certificateArn: HTTP_API.certificateArn.replace('us-east-1', 'eu-central-1'),
            hostedZone: HOSTED_ZONE,
            throttle: { rate: 20, burst: 40 },
            keepFunctionUrl: true,
          },
        },
      },
    ],
  };
  expect(parseConfig(config)).toEqual(config);
});

test('the log can be kept for as long as CloudWatch allows, and no other time', () => {
  const allowed = Object.values(RetentionDays).filter((days) => typeof days === 'number');
  expect(LOG_RETENTION_DAYS).toEqual(allowed.filter((days) => days !== RetentionDays.INFINITE));
});

describe('a value that is not allowed', () => {
  const TEMPLATE =
    "an https: URL with {icLabel} in it once, in the path or as a whole part of the host in front of a domain, such as 'https://{icLabel}.example.com/jwks.json'";
  const HOST = "a host name in lower case and nothing else, such as 'api.example.com'";

  test.each([
    ['no config', undefined, 'the whole: is missing; allowed: an object with the keys name, remoteKey, stages'],
    ['not an object', 'dev', 'the whole: is "dev"; allowed: an object with the keys name, remoteKey, stages'],
    ['no stages', {}, 'stages: is missing; allowed: a list with at least one entry'],
    ['an empty list of stages', { stages: [] }, 'stages: is []; allowed: a list with at least one entry'],
    [
      'a stage that is not an object',
      { stages: [null] },
      /^stages\[0\]: is null; allowed: an object with the keys name,/,
    ],
    ['an upper-case name', { name: 'Remote', stages: [DEV_STAGE] }, /^name: is "Remote"; allowed: a lower-case letter/],
    ['a remote key with a dot', { remoteKey: 'a.b', stages: [DEV_STAGE] }, /^remoteKey: is "a\.b"; allowed: up to 23/],
    ['a stage name of 21 letters', withStage({ name: 'd'.repeat(21) }), /^stages\[0\]\.name: is "d+"; allowed: /],
    [
      'an account as a number',
      withStage({ account: 123456789012 }),
      "stages[0].account: is 123456789012; allowed: 12 digits in quotes, such as '123456789012'",
    ],
    ['an account of 11 digits', withStage({ account: '12345678901' }), /^stages\[0\]\.account: is "12345678901"/],
    ['a region with a typo', withStage({ region: 'us-east1' }), /^stages\[0\]\.region: is "us-east1"; allowed: an AWS/],
    ['no environment', withStage({ environments: [] }), /^stages\[0\]\.environments: is \[\]; allowed: a list with/],
    [
      'an environment that Forge does not have',
      withStage({ environments: ['DEVELOPMENT', 'PROD'] }),
      'stages[0].environments[1]: is "PROD"; allowed: one of DEVELOPMENT, STAGING, PRODUCTION',
    ],
    [
      'one address instead of a list',
      withStage({ alarmEmails: 'ops@example.com' }),
      'stages[0].alarmEmails: is "ops@example.com"; allowed: a list of e-mail addresses',
    ],
    [
      'no region',
      { stages: [{ name: 'dev', environments: ['DEVELOPMENT'] }] },
      /^stages\[0\]\.region: is missing; allowed: an AWS region, .*regions: { default/,
    ],
    [
      'a region beside regions',
      withStage({ regions: { default: 'us-east-1' } }),
      /^stages\[0\]\.region: is "us-east-1"; allowed: no value beside regions/,
    ],
    [
      'a region that Forge does not have',
      withRegions({ default: 'us-east-1', DK: 'eu-north-1' }),
      /^stages\[0\]\.regions: unknown key 'DK', did you mean 'DE'\?; allowed: default, EU, US/,
    ],
    [
      'Germany in the United States',
      withRegions({ default: 'us-east-1', DE: 'us-east-1' }),
      /^stages\[0\]\.regions\.DE: is "us-east-1"; allowed: .*Germany.*eu-central-1/,
    ],
    [
      'regions without one for all other sites',
      withRegions({ EU: 'eu-central-1' }),
      /^stages\[0\]\.regions\.default: is missing; allowed: an AWS region/,
    ],
    [
      'a topic of another region',
      withStage({ alarmTopics: { page: 'arn:aws:sns:eu-west-1:123456789012:pager' } }),
      /^stages\[0\]\.alarmTopics\.page: is "arn:.*allowed: a topic in us-east-1/,
    ],
    [
      'a topic by its name',
      withStage({ alarmTopics: { page: 'pager' } }),
      /^stages\[0\]\.alarmTopics\.page: is "pager"; allowed: an SNS topic's ARN/,
    ],
    [
      'a Slack workspace without a channel',
      withStage({ slack: { workspaceId: 'T012ABCDEFG' } }),
      /^stages\[0\]\.slack\.channelId: is missing; allowed: a channel's id/,
    ],
    [
      'an address with no host',
      withStage({ alarmEmails: ['ops'] }),
      /^stages\[0\]\.alarmEmails\[0\]: is "ops"; allowed/,
    ],
    [
      '31 days of log',
      withStage({ logRetentionDays: 31 }),
      /^stages\[0\]\.logRetentionDays: is 31; allowed: .* 1, 3, 5/,
    ],
    [
      'no concurrency at all',
      withStage({ reservedConcurrency: 0 }),
      /^stages\[0\]\.reservedConcurrency: is 0; allowed/,
    ],
    [
      'half an execution',
      withStage({ reservedConcurrency: 1.5 }),
      /^stages\[0\]\.reservedConcurrency: is 1.5; allowed/,
    ],
    [
      'keys that are never trusted',
      withStage({ trustKeysForHours: 0 }),
      'stages[0].trustKeysForHours: is 0; allowed: a whole number of hours from 1',
    ],
    [
      'half an hour of trust',
      withStage({ trustKeysForHours: 0.5 }),
      'stages[0].trustKeysForHours: is 0.5; allowed: a whole number of hours from 1',
    ],
    [
      'a time of trust in words',
      withStage({ trustKeysForHours: '24' }),
      'stages[0].trustKeysForHours: is "24"; allowed: a whole number of hours from 1',
    ],
    [
      'more hours than can be counted',
      withStage({ trustKeysForHours: 1e300 }),
      'stages[0].trustKeysForHours: is 1e+300; allowed: a whole number of hours from 1',
    ],
    [
      'an Isolated Cloud as a URL alone',
      withStage({ isolatedCloud: ISOLATED_CLOUD.jwksUrlTemplate }),
      /^stages\[0\]\.isolatedCloud: is "https.*; allowed: an object with the keys jwksUrlTemplate, apiHosts, labels$/,
    ],
    [
      'an Isolated Cloud without a key set',
      withStage({ isolatedCloud: { apiHosts: ['api.isolated.example'] } }),
      `stages[0].isolatedCloud.jwksUrlTemplate: is missing; allowed: ${TEMPLATE}`,
    ],
    [
      'a key set of Isolated Clouds in plain text',
      withIsolatedCloud({ jwksUrlTemplate: 'http://keys.example/{icLabel}' }),
      `stages[0].isolatedCloud.jwksUrlTemplate: is "http://keys.example/{icLabel}"; allowed: ${TEMPLATE}`,
    ],
    [
      'a template without a place for the label',
      withIsolatedCloud({ jwksUrlTemplate: 'https://keys.example/jwks.json' }),
      `stages[0].isolatedCloud.jwksUrlTemplate: is "https://keys.example/jwks.json"; allowed: ${TEMPLATE}`,
    ],
    [
      'a template with two places for the label',
      withIsolatedCloud({ jwksUrlTemplate: 'https://{icLabel}.example/{icLabel}' }),
      `stages[0].isolatedCloud.jwksUrlTemplate: is "https://{icLabel}.example/{icLabel}"; allowed: ${TEMPLATE}`,
    ],
    [
      'a template with another placeholder',
      withIsolatedCloud({ jwksUrlTemplate: 'https://{label}.example/{icLabel}' }),
      `stages[0].isolatedCloud.jwksUrlTemplate: is "https://{label}.example/{icLabel}"; allowed: ${TEMPLATE}`,
    ],
    [
      'an Isolated Cloud without API hosts',
      withIsolatedCloud({ apiHosts: [] }),
      'stages[0].isolatedCloud.apiHosts: is []; allowed: a list with at least one entry',
    ],
    [
      'one API host instead of a list',
      withIsolatedCloud({ apiHosts: 'api.isolated.example' }),
      'stages[0].isolatedCloud.apiHosts: is "api.isolated.example"; allowed: a list with at least one entry',
    ],
    [
      'an API URL instead of a host',
      withIsolatedCloud({ apiHosts: ['api.isolated.example', 'https://api.isolated.example'] }),
      `stages[0].isolatedCloud.apiHosts[1]: is "https://api.isolated.example"; allowed: ${HOST}`,
    ],
    [
      'an API host in upper case, which no URL would ever match',
      withIsolatedCloud({ apiHosts: ['API.isolated.example'] }),
      `stages[0].isolatedCloud.apiHosts[0]: is "API.isolated.example"; allowed: ${HOST}`,
    ],
    [
      'an API host that is a number',
      withIsolatedCloud({ apiHosts: [1] }),
      `stages[0].isolatedCloud.apiHosts[0]: is 1; allowed: ${HOST}`,
    ],
    [
      'a template whose label could be the name of anybody',
      withIsolatedCloud({ jwksUrlTemplate: 'https://keys.{icLabel}.net/jwks.json' }),
      `stages[0].isolatedCloud.jwksUrlTemplate: is "https://keys.{icLabel}.net/jwks.json"; allowed: ${TEMPLATE}`,
    ],
    [
      'a label that no cloud can have',
      withIsolatedCloud({ labels: ['acme', 'acme.example'] }),
      'stages[0].isolatedCloud.labels[1]: is "acme.example"; allowed: a label: up to 50 lower-case letters, digits, dashes and underscores, such as \'acme\'',
    ],
    [
      'a cloud whose name is no name',
      withStage({ clouds: { 'Government Cloud': CLOUD } }),
      /^stages\[0\]\.clouds\.Government Cloud: is .*; allowed: an object, each key of which is a lower-case letter/,
    ],
    [
      'a cloud whose keys come in plain text',
      withStage({ clouds: { government: { ...CLOUD, jwksUrl: 'http://keys.example/jwks.json' } } }),
      'stages[0].clouds.government.jwksUrl: is "http://keys.example/jwks.json"; allowed: an https: URL, such as \'https://keys.example.com/jwks.json\'',
    ],
    [
      'a slot strategy that does not exist',
      withStage({ slot: { strategy: 'shared' } }),
      "stages[0].slot.strategy: is \"shared\"; allowed: 'single', 'perInstallation' or 'dynamodb'",
    ],
    [
      'retain as a text',
      withStage({ slot: { retain: 'yes' } }),
      'stages[0].slot.retain: is "yes"; allowed: true or false',
    ],
  ])('%s', (_, config, expected) => {
    const problems = problemsOf(config);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  test('two stages of one name', () => {
    expect(problemsOf({ stages: [DEV_STAGE, DEV_STAGE] })).toEqual([
      'stages[1].name: is "dev"; allowed: a name that no other stage has',
    ]);
  });

  test('is shown shortened when it is long', () => {
    expect(problemsOf(withStage({ region: 'x'.repeat(1000) }))[0]).toMatch(/^.{100,140}$/);
  });
});

describe('a key that is not known', () => {
  test.each([
    [
      { nmae: 'x', stages: [DEV_STAGE] },
      "the whole: unknown key 'nmae', did you mean 'name'?; allowed: name, remoteKey, stages",
    ],
    [
      withStage({ alarmEmail: [] }),
      `stages[0]: unknown key 'alarmEmail', did you mean 'alarmEmails'?; allowed: ${STAGE_KEYS}`,
    ],
    [withStage({ vpc: 1 }), `stages[0]: unknown key 'vpc'; allowed: ${STAGE_KEYS}`],
    [
      withStage({ slot: { retian: true } }),
      "stages[0].slot: unknown key 'retian', did you mean 'retain'?; allowed: strategy, retain, kmsKeyArn",
    ],
    [
      withStage({ trustKeysForHour: 24 }),
      `stages[0]: unknown key 'trustKeysForHour', did you mean 'trustKeysForHours'?; allowed: ${STAGE_KEYS}`,
    ],
    [
      withIsolatedCloud({ apiHost: 'api.isolated.example' }),
      "stages[0].isolatedCloud: unknown key 'apiHost', did you mean 'apiHosts'?; allowed: jwksUrlTemplate, apiHosts, labels",
    ],
  ])('%j', (config, expected) => {
    expect(problemsOf(config)).toEqual([expected]);
  });

  test('does not have its value shown', () => {
    expect(problemsOf(withStage({ password: 'hunter2' })).join()).not.toContain('hunter2');
  });
});

test('all problems are told at once, under the name of the file', () => {
  const config = {
    stages: [
      { ...DEV_STAGE, region: 7 },
      { ...DEV_STAGE, slots: {} },
    ],
  };
  expect(() => parseConfig(config, 'config.ts')).toThrow(
    [
      'config.ts has 3 problems:',
      "  stages[0].region: is 7; allowed: an AWS region, such as 'us-east-1'",
      `  stages[1]: unknown key 'slots', did you mean 'slot'?; allowed: ${STAGE_KEYS}`,
      '  stages[1].name: is "dev"; allowed: a name that no other stage has',
    ].join('\n'),
  );
});

describe('the worker', () => {
  const workerOf = (worker: unknown) => parseConfig(withStage({ worker })).stages[0]?.worker;

  test('is on by default, and settings that are left out get theirs', () => {
    expect(workerOf(undefined)).toEqual({ timeoutMinutes: 5, maxAttempts: 3, concurrency: 5 });
    expect(workerOf({ maxAttempts: 2 })).toEqual({ timeoutMinutes: 5, maxAttempts: 2, concurrency: 5 });
  });

  test('can be left out', () => {
    expect(workerOf(false)).toBe(false);
  });

  test.each([
    [
      { worker: true },
      'stages[0].worker: is true; allowed: false, or an object with the keys timeoutMinutes, maxAttempts, concurrency',
    ],
    [
      { worker: { timeoutMinutes: 15 } },
      'stages[0].worker.timeoutMinutes: is 15; allowed: a whole number of minutes from 1 to 14',
    ],
    [
      { worker: { maxAttempts: 0.5 } },
      'stages[0].worker.maxAttempts: is 0.5; allowed: a whole number of runs from 1 to 10',
    ],
    [
      { worker: { concurrency: 1 } },
      'stages[0].worker.concurrency: is 1; allowed: a whole number of runs from 2 to 1000',
    ],
    [
      { worker: { timeoutMinute: 5 } },
      "stages[0].worker: unknown key 'timeoutMinute', did you mean 'timeoutMinutes'?; allowed: timeoutMinutes, maxAttempts, concurrency",
    ],
  ])('%j is told in full', (fields, expected) => {
    expect(problemsOf(withStage(fields))).toEqual([expected]);
  });
});

describe('slots', () => {
  const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f';

  test.each(['perInstallation', 'dynamodb'])('can be kept for each installation: %s', (strategy) => {
    const [stage] = parseConfig(withStage({ slot: { strategy } })).stages;
    expect(stage?.slot).toEqual({ strategy, retain: false });
  });

  test('in a table can have a key of their own, and days after which they go', () => {
    const slot = { strategy: 'dynamodb', kmsKeyArn: KEY };
    const monitor = { reapAfterDays: 7 };
    expect(parseConfig(withStage({ slot, monitor })).stages).toMatchObject([{ slot, monitor }]);
  });

  test.each([
    [
      { slot: { strategy: 'dynamodb', kmsKeyArn: 'alias/mine' } },
      "stages[0].slot.kmsKeyArn: is \"alias/mine\"; allowed: a key's ARN in AWS KMS, such as 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012'",
    ],
    [
      { region: 'eu-central-1', slot: { strategy: 'dynamodb', kmsKeyArn: KEY } },
      `stages[0].slot.kmsKeyArn: is "${KEY.slice(0, 59)}…; allowed: a key in eu-central-1, because AWS only accepts keys of the same region. With several regions give one for each: { default: …, EU: … }`,
    ],
  ])('%j is told in full', (fields, expected) => {
    expect(problemsOf(withStage(fields))).toEqual([expected]);
  });
});

describe('what accounts ask for', () => {
  test.each([
    [{ logKmsKeyArn: EU_KEY }, 'stages[0].logKmsKeyArn', 'a key in us-east-1'],
    [{ messageKmsKeyArn: EU_KEY }, 'stages[0].messageKmsKeyArn', 'a key in us-east-1'],
    [{ logKmsKeyArn: 'alias/logs' }, 'stages[0].logKmsKeyArn', "a key's ARN in AWS KMS"],
    [{ permissionsBoundary: 'two words' }, 'stages[0].permissionsBoundary', "an IAM policy's name"],
    [
      { account: '210987654321', permissionsBoundary: 'arn:aws:iam::123456789012:policy/limits' },
      'stages[0].permissionsBoundary',
      "a policy of the stage's own account, 210987654321",
    ],
    [{ bootstrapQualifier: 'Acme' }, 'stages[0].bootstrapQualifier', 'up to 10 lower-case letters'],
    [{ tags: { 'aws:owner': 'me' } }, 'stages[0].tags', "not beginning with 'aws:'"],
    [{ tags: { sites: 'all' } }, 'stages[0].tags', "not 'sites'"],
    [{ tags: { CostCenter: 4711 } }, 'stages[0].tags.CostCenter', 'up to 256 letters'],
  ])('%j is refused, with what is allowed', (fields, path, allowed) => {
    const [problem, ...others] = problemsOf(withStage(fields));
    expect(problem).toMatch(path);
    expect(problem).toContain(allowed);
    expect(others).toEqual([]);
  });

  test.each(['arn:aws:iam::123456789012:policy/team/limits', 'arn:aws:iam::aws:policy/PowerUserAccess', 'limits'])(
    '%s is a boundary',
    (permissionsBoundary) => {
      const account = '123456789012';
      expect(parseConfig(withStage({ account, permissionsBoundary })).stages).toMatchObject([{ permissionsBoundary }]);
    },
  );
});

describe('the monitor', () => {
  const PER_INSTALLATION = { slot: { strategy: 'perInstallation' } };

  test('can be left out', () => {
    expect(parseConfig(withStage({ monitor: false })).stages).toMatchObject([{ monitor: false }]);
  });

  test.each([
    [{ monitor: true }, 'stages[0].monitor: is true; allowed: false, or an object with the keys reapAfterDays'],
    [
      { ...PER_INSTALLATION, monitor: { reapAfterDays: 0 } },
      'stages[0].monitor.reapAfterDays: is 0; allowed: a whole number of days from 1 to 365',
    ],
    [
      { ...PER_INSTALLATION, monitor: { reapAfterDay: 30 } },
      "stages[0].monitor: unknown key 'reapAfterDay', did you mean 'reapAfterDays'?; allowed: reapAfterDays",
    ],
    [
      { monitor: { reapAfterDays: 30 } },
      "stages[0].monitor.reapAfterDays: is 30; allowed: no value with slot.strategy 'single'; slots are deleted only with 'perInstallation' and 'dynamodb'",
    ],
  ])('%j is told in full', (fields, expected) => {
    expect(problemsOf(withStage(fields))).toEqual([expected]);
  });
});

describe('the exposure', () => {
  const withApi = (fields: object) => withStage({ exposure: { httpApi: { ...HTTP_API, ...fields } } });

  test('can be a domain, and what is left out gets its default', () => {
    const [stage] = parseConfig(withApi({ throttle: { rate: 20 } })).stages;
    expect(stage?.exposure).toEqual({
      httpApi: { ...HTTP_API, throttle: { rate: 20, burst: 200 }, keepFunctionUrl: false },
    });
    expect(parseConfig(withApi({})).stages).toMatchObject([
      { exposure: { httpApi: { throttle: { rate: 100, burst: 200 } } } },
    ]);
  });

  test.each([
    [
      { exposure: 'httpApi' },
      `stages[0].exposure: is "httpApi"; allowed: 'functionUrl', or an object with the keys httpApi`,
    ],
    [
      { exposure: { httpAPI: {}, httpApi: HTTP_API } },
      "stages[0].exposure: unknown key 'httpAPI', did you mean 'httpApi'?; allowed: httpApi",
    ],
    [
      { exposure: { httpApi: true } },
      'stages[0].exposure.httpApi: is true; allowed: an object with the keys domainName, certificateArn, hostedZone, throttle, keepFunctionUrl',
    ],
  ])('%j is told in full', (fields, expected) => {
    expect(problemsOf(withStage(fields))).toEqual([expected]);
  });

  test.each<[object, string]>([
    [
      { domainName: 'https://forge.example.com', hostedZone: { ...HOSTED_ZONE, name: 'forge.example.com' } },
      `domainName: is "https://forge.example.com"; allowed: a host name without "https://", such as 'forge.example.com'; the URL is made of it`,
    ],
    [
      { domainName: 'forge.example.com/', hostedZone: HOSTED_ZONE },
      `domainName: is "forge.example.com/"; allowed: a host name without a slash or a path, such as 'forge.example.com'; the paths are the routes of manifest.yml`,
    ],
    [
      { domainName: 'Forge.example.com', hostedZone: HOSTED_ZONE },
      `domainName: is "Forge.example.com"; allowed: a host name in lower case, such as 'forge.example.com'; manifest.yml and AWS must spell it alike`,
    ],
    ...[
      'localhost',
      '127.0.0.1',
      '*.example.com',
      'forge.example.com.',
      '-forge.example.com',
      'forge.example.com:443',
      'a b.example',
    ].map((domainName): [object, string] => [
      { domainName },
      `domainName: is ${JSON.stringify(domainName)}; allowed: a host name in lower case and nothing else, such as 'forge.example.com'`,
    ]),
    [
      { domainName: undefined },
      "domainName: is missing; allowed: a host name in lower case and nothing else, such as 'forge.example.com'",
    ],
    [
      { certificateArn: 'arn:aws:iam::123456789012:server-certificate/forge' },
      `certificateArn: is "arn:aws:iam::123456789012:server-certificate/forge"; allowed: a certificate's ARN in AWS Certificate Manager, such as 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012'`,
    ],
    [
      { hostedZone: { id: '/hostedzone/Z0123456789ABCDEFGHIJ', name: 'example.com' } },
      `hostedZone.id: is "/hostedzone/Z0123456789ABCDEFGHIJ"; allowed: a hosted zone's id in Route 53, such as 'Z0123456789ABCDEFGHIJ'`,
    ],
    [
      { hostedZone: { ...HOSTED_ZONE, name: 'ample.com' } },
      `hostedZone.name: is "ample.com"; allowed: the end of domainName, which is 'forge.example.com': a zone can only contain names that end with its own`,
    ],
    [{ throttle: { rate: 0 } }, 'throttle.rate: is 0; allowed: a whole number of calls a second from 1 to 10000'],
    [{ throttle: { burst: 5001 } }, 'throttle.burst: is 5001; allowed: a whole number of calls from 1 to 5000'],
    [{ keepFunctionUrl: 'yes' }, 'keepFunctionUrl: is "yes"; allowed: true or false'],
  ])('a domain with %j is refused, with the reason', (fields, expected) => {
    expect(problemsOf(withApi(fields))).toEqual([`stages[0].exposure.httpApi.${expected}`]);
  });

  test('needs a certificate of the region and the account of the stage', () => {
    const place = 'stages[0].exposure.httpApi.certificateArn';
    const exposure = { httpApi: HTTP_API };
    expect(problemsOf(withStage({ exposure, region: 'eu-central-1' }))).toEqual([
      expect.stringMatching(
        /^stages\[0\]\.exposure\.httpApi\.certificateArn: is "arn.*; allowed: a certificate in eu-central-1, where the API is; this one is in us-east-1, and API Gateway only accepts its own region's\. Request one for the same name in AWS Certificate Manager in eu-central-1$/,
      ),
    ]);
    const [problem] = problemsOf(withStage({ exposure, account: '210987654321' }));
    expect(problem?.startsWith(place)).toBe(true);
    expect(problem).toMatch(
      /; allowed: a certificate of the account 210987654321, where the API is; this one is of 123456789012$/,
    );
    expect(problemsOf(withStage({ exposure, account: '123456789012' }))).toEqual([]);
  });

  const inRegions = (regions: object, exposure: object | string) => {
    const [stage] = withRegions(regions).stages;
    return problemsOf({ stages: [{ ...stage, exposure }] });
  };
  const API_IN = (region: string, domainName = `${region}.example.com`) => ({
    httpApi: { domainName, certificateArn: HTTP_API.certificateArn.replace('us-east-1', region) },
  });

  test('has a domain for each region: a domain name leads to one API', () => {
    const exposure = { httpApi: HTTP_API };
    expect(inRegions({ default: 'us-east-1' }, exposure)).toEqual([]);
    expect(inRegions({ default: 'us-east-1', EU: 'eu-central-1' }, exposure)).toEqual([
      expect.stringMatching(
        /^stages\[0\]\.exposure: is .*; allowed: one domain per region: default already has forge\.example\.com$/,
      ),
    ]);
    expect(inRegions({ default: 'eu-west-1' }, exposure)).toEqual([
      expect.stringContaining('a certificate in eu-west-1'),
    ]);
    const each = { default: { httpApi: HTTP_API }, EU: API_IN('eu-central-1') };
    expect(inRegions({ default: 'us-east-1', EU: 'eu-central-1' }, each)).toEqual([]);
    const wrong = { default: { httpApi: HTTP_API }, EU: API_IN('eu-west-1') };
    expect(inRegions({ default: 'us-east-1', EU: 'eu-central-1' }, wrong)).toEqual([
      expect.stringMatching(/^stages\[0\]\.exposure\.EU\.httpApi\.certificateArn: .*a certificate in eu-central-1/),
    ]);
    expect(inRegions({ default: 'us-east-1' }, each)).toEqual([
      expect.stringMatching(/^stages\[0\]\.exposure\.EU: .*allowed: only regions that the stage is in: default$/),
    ]);
  });

  test('a region without Function URLs is refused, with the way out', () => {
    const regions = { default: 'us-east-1', CH: 'eu-central-2' };
    expect(inRegions(regions, 'functionUrl')).toEqual([
      'stages[0].exposure: is "functionUrl"; allowed: an HTTP API in eu-central-2, where AWS has no Function URLs: exposure: { default: …, CH: { httpApi: … } }, see docs/exposure.md',
    ]);
    expect(inRegions(regions, { default: 'functionUrl', CH: API_IN('eu-central-2') })).toEqual([]);
    expect(inRegions({ default: 'ca-west-1' }, 'functionUrl')).toEqual([
      expect.stringContaining('an HTTP API in ca-west-1, where AWS has no Function URLs: exposure: { httpApi: … }'),
    ]);
    for (const exposure of ['functionUrl', API_IN('ap-east-2')]) {
      expect(inRegions({ default: 'ap-east-2' }, exposure)).toEqual([
        expect.stringMatching(/allowed: nothing in ap-east-2, where AWS has neither .*: use another region$/),
      ]);
    }
    const kept = { httpApi: { ...API_IN('ca-west-1').httpApi, keepFunctionUrl: true } };
    expect(inRegions({ default: 'ca-west-1' }, kept)).toEqual([
      expect.stringMatching(/^stages\[0\]\.exposure\.httpApi\.keepFunctionUrl: is true; allowed: false in ca-west-1/),
    ]);
  });
});

describe('what is of a region, in a stage with several', () => {
  const US_KEY = EU_KEY.replace('eu-central-1', 'us-east-1');
  const keys = { default: US_KEY, EU: EU_KEY };
  const topics = { default: {}, EU: { page: 'arn:aws:sns:eu-central-1:123456789012:pager' } };
  const channel = (channelId: string) => ({ workspaceId: 'T012ABCDEFG', channelId });
  const channels = { default: channel('C012ABCDEFG'), EU: channel('C0EUABCDEFG') };
  const stage = (fields: object) => ({
    stages: [
      { name: 'dev', regions: { default: 'us-east-1', EU: 'eu-central-1' }, environments: ['DEVELOPMENT'], ...fields },
    ],
  });

  test('may be given for each', () => {
    const fields = {
      slot: { strategy: 'single', kmsKeyArn: keys },
      logKmsKeyArn: keys,
      messageKmsKeyArn: keys,
      alarmTopics: topics,
      slack: channels,
    };
    const [parsed, ...others] = parseConfig(stage(fields)).stages;
    expect(others).toEqual([]);
    if (parsed === undefined) throw new Error('There is a stage');
    expect(stageIn(parsed, 'EU')).toMatchObject({
      slot: { kmsKeyArn: EU_KEY },
      logKmsKeyArn: EU_KEY,
      messageKmsKeyArn: EU_KEY,
      alarmTopics: topics.EU,
      slack: channels.EU,
    });
    expect(stageIn(parsed, 'default')).toMatchObject({
      slot: { kmsKeyArn: US_KEY },
      alarmTopics: {},
      slack: channels.default,
    });
    // A region that isn't named has what is said of the default.
    expect(stageIn(parsed, 'CH')).toMatchObject({ logKmsKeyArn: US_KEY, slack: channels.default });
  });

  test.each([
    [
      'one key for both',
      { logKmsKeyArn: US_KEY },
      /^stages\[0\]\.logKmsKeyArn: .*allowed: a key in eu-central-1, .* give one for each/,
    ],
    [
      'a key of another region',
      { slot: { kmsKeyArn: { default: US_KEY, EU: US_KEY } } },
      /^stages\[0\]\.slot\.kmsKeyArn\.EU: .*allowed: a key in eu-central-1/,
    ],
    [
      'a region without a key of its own',
      { messageKmsKeyArn: { default: US_KEY } },
      /^stages\[0\]\.messageKmsKeyArn\.default: .*allowed: a key in eu-central-1/,
    ],
    [
      'a region that the stage is not in',
      { logKmsKeyArn: { ...keys, CH: EU_KEY } },
      /^stages\[0\]\.logKmsKeyArn\.CH: .*allowed: only regions that the stage is in: default, EU$/,
    ],
    [
      'a topic of another region',
      { alarmTopics: { default: topics.EU, EU: {} } },
      /^stages\[0\]\.alarmTopics\.default\.page: .*allowed: a topic in us-east-1/,
    ],
    [
      'one channel for both',
      { slack: channel('C012ABCDEFG') },
      /^stages\[0\]\.slack: .*allowed: another channel than that of default/,
    ],
    [
      'the same channel again',
      { slack: { default: channels.default, EU: channels.default } },
      /^stages\[0\]\.slack\.EU: .*allowed: another channel than that of default: an account can use a channel only once/,
    ],
  ])('%s is refused', (_, fields, expected) => {
    expect(problemsOf(stage(fields))).toEqual([expect.stringMatching(expected)]);
  });
});

describe('regions of other partitions, and those to come', () => {
  const inRegion = (region: string, more: object = {}) => problemsOf(withStage({ region, ...more }));

  test.each(['eusc-de-east-1', 'cn-north-1', 'us-iso-east-1', 'mars-north-12'])('%s is not refused', (region) => {
    expect(inRegion(region)).toEqual([]);
  });

  test.each(['us-east', 'US-EAST-1', 'useast1', 'us-east-1a'])('%s is', (region) => {
    expect(inRegion(region)).toEqual([expect.stringContaining('an AWS region')]);
  });

  test('Slack is in the partition aws alone', () => {
    const slack = { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' };
    expect(inRegion('eu-west-1', { slack })).toEqual([]);
    for (const region of ['cn-north-1', 'eusc-de-east-1']) {
      expect(inRegion(region, { slack })).toEqual([
        expect.stringMatching(/^stages\[0\]\.slack: .*allowed: nothing in .*: Amazon Q Developer/),
      ]);
    }
  });
});
