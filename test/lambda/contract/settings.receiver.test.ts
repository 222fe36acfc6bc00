import { shortKey } from '../../../lambda/contract/routes';
import {
  formatNewSecrets,
  isJwksUrlTemplate,
  parseNewSecrets,
  parseReceiverVariables,
  type ReceiverSettings,
  receiverVariables,
} from '../../../lambda/contract/settings';
import { APP_ID } from '../../support/forge-call';

const settings: ReceiverSettings = {
  appId: APP_ID,
  environments: ['STAGING', 'PRODUCTION'],
  jwksUrl: 'https://keys.example/jwks.json',
  isolatedCloud: {
    jwksUrlTemplate: 'https://{icLabel}.keys.example/jwks.json',
    apiHosts: ['api.isolated.example'],
    labels: ['acme', 'acme-2'],
  },
  clouds: { government: { jwksUrl: 'https://keys.gov.example/jwks.json', apiHosts: ['api.gov.example'] } },
  trustKeysForHours: 24,
  keptKeySet: { parameterName: 'CFN-Keys-1' },
  routes: {
    '/a': { kind: 'scheduledTrigger', schedules: { hourly: 'hour' }, modules: ['token', 'hourly'] },
    '/b': { kind: 'preUninstall' },
    '/move/status': { kind: 'dataResidency', hook: 'status' },
  },
  foreignModules: [shortKey('panel'), shortKey('show')],
  slots: { secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slot-AbCdEf' },
  queueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/jobs.fifo',
  localApiOrigin: 'http://127.0.0.1:8080',
  app: 'forge-remote',
  stage: 'dev',
  remoteName: 'forge-remote-dev',
};

test('the function reads what CDK wrote', () => {
  expect(parseReceiverVariables(receiverVariables(settings))).toEqual(settings);
});

test('clouds, a kept key set, foreign modules, a worker and a local API are optional', () => {
  const { isolatedCloud: _cloud, clouds: _clouds, keptKeySet: _kept, foreignModules: _foreign, ...some } = settings;
  const { queueUrl: _queue, localApiOrigin: _api, ...rest } = some;
  expect(parseReceiverVariables(receiverVariables(rest))).toEqual(rest);
});

test('modules of a manifest with 300 of them fit into the 4 KB that Lambda takes', () => {
  const foreignModules = Array.from({ length: 300 }, (_, n) => shortKey(`my-quite-long-module-key-${n}`));
  expect(new Set(foreignModules).size).toBe(300);
  expect(JSON.stringify(receiverVariables({ ...settings, foreignModules })).length).toBeLessThan(4096);
});

const OPTIONAL = [
  'FORGE_ISOLATED_CLOUD',
  'FORGE_CLOUDS',
  'FORGE_FOREIGN_MODULES',
  'FORGE_KEPT_KEY_SET_PARAMETER',
  'FORGE_JOB_QUEUE_URL',
  'FORGE_LOCAL_API_ORIGIN',
  'FORGE_SLOT_ARN',
];
const required = Object.keys(receiverVariables(settings)).filter((name) => !OPTIONAL.includes(name));
test.each(required)('a missing %s is named', (name) => {
  const { [name]: _, ...rest } = receiverVariables(settings);
  expect(() => parseReceiverVariables(rest)).toThrow(`Environment variable ${name} is not set`);
});

test.each([
  ['FORGE_APP_ID', 'my-app', 'ari:cloud:ecosystem::app/<uuid>'],
  ['FORGE_ENVIRONMENTS', 'DEVELOPMENT,PROD', 'DEVELOPMENT, STAGING, PRODUCTION'],
  ['FORGE_JWKS_URL', 'http://keys.example/jwks.json', 'an https: URL'],
  ['FORGE_JWKS_URL', 'keys', 'an https: URL'],
  ['FORGE_TRUST_KEYS_FOR_HOURS', '0', 'a number above 0'],
  ['FORGE_TRUST_KEYS_FOR_HOURS', 'day', 'a number above 0'],
  ['FORGE_ISOLATED_CLOUD', '{}', 'jwksUrlTemplate'],
  ['FORGE_ISOLATED_CLOUD', '{"jwksUrlTemplate":"https://keys.example/","apiHosts":[]}', '{icLabel}'],
  ['FORGE_ISOLATED_CLOUD', '{"jwksUrlTemplate":"http://keys.example/{icLabel}","apiHosts":[]}', 'https:'],
  [
    'FORGE_ISOLATED_CLOUD',
    '{"jwksUrlTemplate":"https://keys.example/{icLabel}","apiHosts":["https://a.example"]}',
    'host names',
  ],
  [
    'FORGE_ISOLATED_CLOUD',
    '{"jwksUrlTemplate":"https://keys.example/{icLabel}","apiHosts":["a.example"],"labels":["A"]}',
    'labels',
  ],
  ['FORGE_CLOUDS', '{"government":{"jwksUrl":"https://keys.example/jwks.json","apiHosts":[]}}', 'host names'],
  ['FORGE_CLOUDS', '{"government":{"jwksUrl":"http://keys.example/jwks.json","apiHosts":["a.example"]}}', 'https:'],
  ['FORGE_CLOUDS', '{"government":null}', 'jwksUrl'],
  ['FORGE_CLOUDS', '{', 'a JSON object'],
  ['FORGE_ISOLATED_CLOUD', '{', 'a JSON object'],
  ['FORGE_ROUTES', '{"/a":{"kind":"scheduledTrigger","schedules":["hour"]}}', 'a JSON object'],
  ['FORGE_ROUTES', '{"/a":{"kind":"trigger","modules":[1]}}', 'a JSON object'],
  ['FORGE_ROUTES', '{', 'a JSON object'],
  ['FORGE_ROUTES', '[]', 'a JSON object'],
  ['FORGE_ROUTES', '{}', 'at least one path'],
  ['FORGE_ROUTES', '{"a":{"kind":"scheduledTrigger"}}', 'a JSON object'],
  ['FORGE_ROUTES', '{"/a":{"kind":"dataResidency","hook":"stop"}}', 'schedule, start, status, commit, rollback'],
  ['FORGE_ROUTES', '{"/a":{"kind":"cron"}}', 'scheduledTrigger, trigger, preUninstall'],
  ['FORGE_ROUTES', '{"/a":{"kind":"scheduledTrigger","schedules":{"often":"hourly"}}}', 'a JSON object'],
  ['FORGE_LOCAL_API_ORIGIN', 'https://api.example', 'http://127.0.0.1:<port>'],
])('%s=%s is refused, with what is allowed', (name, value, allowed) => {
  const variables = { ...receiverVariables(settings), [name]: value };
  const parse = () => parseReceiverVariables(variables);
  expect(parse).toThrow(name);
  expect(parse).toThrow(JSON.stringify(value));
  expect(parse).toThrow(allowed);
});

test('keys may come in plain text from this machine only', () => {
  const variables = { ...receiverVariables(settings), FORGE_JWKS_URL: 'http://127.0.0.1:8080/jwks.json' };
  expect(parseReceiverVariables(variables).jwksUrl).toBe('http://127.0.0.1:8080/jwks.json');
});

describe('where the key sets of Isolated Clouds may be', () => {
  test.each([
    'https://keys.example.com/{icLabel}/jwks.json',
    'https://{icLabel}.keys.example.com/jwks.json',
    'https://keys.{icLabel}.example.com/jwks.json',
    'https://a.b.{icLabel}.example.com/jwks.json',
  ])('%s is allowed: the label is in the path, or in front of a fixed domain', (template) =>
    expect(isJwksUrlTemplate(template)).toBe(true),
  );

  test.each([
    'https://{icLabel}/jwks.json',
    'https://keys.{icLabel}/jwks.json',
    'https://{icLabel}.com/jwks.json',
    'https://keys.{icLabel}.net/jwks.json',
    'https://x{icLabel}.example.com/jwks.json',
    'https://keys.example.com/{icLabel}/{icLabel}',
    'https://keys.example.com/jwks.json',
    'https://me@keys.example.com/{icLabel}',
    'https://keys.example.com/jwks.json?cloud={icLabel}',
    'http://keys.example.com/{icLabel}',
  ])('%s is not: a label that nobody verified would choose the host, or it is no such place', (template) => {
    expect(isJwksUrlTemplate(template)).toBe(false);
  });
});

describe('where the slots are', () => {
  test('is one secret, or a prefix', () => {
    const slots = { prefix: 'forge-remote-dev/slot' };
    expect(parseReceiverVariables(receiverVariables({ ...settings, slots })).slots).toEqual(slots);
  });

  test('is a table, with the days that an item is kept in it', () => {
    const inTable = { slots: { table: 'slots' }, keepDays: 30 };
    expect(parseReceiverVariables(receiverVariables({ ...settings, ...inTable }))).toMatchObject(inTable);
    const { FORGE_SLOT_KEEP_DAYS: _, ...without } = receiverVariables({ ...settings, ...inTable });
    expect(() => parseReceiverVariables(without)).toThrow('FORGE_SLOT_KEEP_DAYS is not set');
    expect(() => parseReceiverVariables({ ...without, FORGE_SLOT_KEEP_DAYS: '0' })).toThrow('a number above 0');
  });

  test.each([
    ['none', { FORGE_SLOT_ARN: undefined }],
    ['several', { FORGE_SLOT_PREFIX: 'p' }],
    ['several', { FORGE_SLOT_TABLE: 't' }],
  ])('is refused when %s is said', (found, changes) => {
    const variables = { ...receiverVariables(settings), ...changes };
    expect(() => parseReceiverVariables(variables)).toThrow(
      `FORGE_SLOT_ARN, FORGE_SLOT_PREFIX or FORGE_SLOT_TABLE is "${found}"; allowed: exactly one of them`,
    );
  });
});

describe('what config.ts says of new secrets', () => {
  const said = { tags: { CostCenter: '4711' }, kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1' };

  test('reaches the function', () => {
    const newSecrets = formatNewSecrets(said) ?? '';
    const read = parseReceiverVariables(receiverVariables({ ...settings, newSecrets }));
    expect(parseNewSecrets(read.newSecrets ?? '')).toEqual(said);
  });

  test('may be nothing', () => {
    expect(formatNewSecrets({ tags: {} })).toBeUndefined();
  });

  test.each(['{', '{"tags":{"a":1}}', '{"tags":{},"kmsKeyArn":1}', '{"kmsKeyArn":"key"}'])('%s is refused', (text) => {
    expect(() => parseNewSecrets(text)).toThrow('FORGE_NEW_SECRETS');
  });
});
