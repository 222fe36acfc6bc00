import { type FindStageOptions, findStage, findStages, OUTPUTS, StackOutputsError } from '../../lib/stack-outputs';

const APP_ID = 'ari:cloud:ecosystem::app/8db33309-9ba4-4d1b-9a8f-2a1d0e4b5c6d';
const OTHER_APP_ID = 'ari:cloud:ecosystem::app/11111111-2222-4333-8444-555555555555';

const DEV = {
  RemoteBaseUrl: 'https://dev.lambda-url.eu-central-1.on.aws',
  SlotArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Slot-a1b2c3',
  ManifestRemotes: 'remotes:\n  - key: aws',
  AppId: APP_ID,
  Stage: 'dev',
  RemoteKey: 'aws',
};
const PROD = { ...DEV, RemoteBaseUrl: 'https://prod.lambda-url.eu-central-1.on.aws', Stage: 'prod' };
const OTHER_STACK = { Stage: 'dev', AppId: 'something', BucketName: 'bucket' };

const find = (stacks: unknown, options: Partial<FindStageOptions> = {}) =>
  findStage(typeof stacks === 'string' ? stacks : JSON.stringify(stacks), {
    appId: APP_ID,
    file: 'cdk-outputs.json',
    ...options,
  });

test('the only stage is found without its name, among other stacks', () => {
  const stack = {
    stackName: 'remote-dev',
    remoteBaseUrl: DEV.RemoteBaseUrl,
    slotArn: DEV.SlotArn,
    manifestRemotes: DEV.ManifestRemotes,
    appId: APP_ID,
    stage: 'dev',
    remoteKey: 'aws',
    region: 'default',
  };
  expect(find({ network: OTHER_STACK, 'remote-dev': DEV, empty: {} })).toEqual({
    ...stack,
    baseUrls: { default: DEV.RemoteBaseUrl },
    stacks: [stack],
  });
});

test('one of several is found by its name', () => {
  const stacks = { 'remote-dev': DEV, 'remote-prod': PROD };
  expect(find(stacks, { stage: 'prod' }).remoteBaseUrl).toBe(PROD.RemoteBaseUrl);
  expect(() => find(stacks)).toThrow('cdk-outputs.json has several stages: dev, prod. Choose one: --stage <stage>');
});

test.each<[string, unknown, RegExp]>([
  ['an empty file', ' \n', /cdk-outputs\.json is empty\. Deploy with "npm run deploy/],
  ['what is not JSON', '{', /cdk-outputs\.json is not JSON: /],
  ['a list', [], /is not a map of stacks/],
  ['null', 'null', /is not a map of stacks/],
  ['no stacks', {}, /no stack with this project's outputs.*Stacks in it: none\./],
  ['other stacks only', { network: OTHER_STACK }, /no stack with this project's outputs.*Stacks in it: network\./],
])('%s is an error', (_, stacks, says) => {
  expect(() => find(stacks)).toThrow(StackOutputsError);
  expect(() => find(stacks)).toThrow(says);
});

test.each([
  ['https://evil.example', /"https:\/\/evil\.example": its host is neither a Function URL's .*\(config\.ts has none\)/],
  ['https://lambda-url.eu-central-1.on.aws.evil.example', /its host is neither/],
  ['https://x.lambda-url.eu-central-1.on.aws/path', /it contains a path/],
  ['https://x.lambda-url.eu-central-1.on.aws\n; rm -rf .', /allowed: text on one line/],
  ['http://x.lambda-url.eu-central-1.on.aws', /over https: only/],
])('the URL %j is an error', (RemoteBaseUrl, says) => {
  expect(() => find({ a: { ...DEV, RemoteBaseUrl } })).toThrow(StackOutputsError);
  expect(() => find({ a: { ...DEV, RemoteBaseUrl } })).toThrow(says);
});

test('a domain of config.ts, and this machine, are no error', () => {
  const at = (RemoteBaseUrl: string) => find({ a: { ...DEV, RemoteBaseUrl } }, { domains: ['forge.example.com'] });
  expect(at('https://forge.example.com').remoteBaseUrl).toBe('https://forge.example.com');
  expect(at('http://127.0.0.1:3000').remoteBaseUrl).toBe('http://127.0.0.1:3000');
  expect(() => at('https://other.example.com')).toThrow('(forge.example.com)');
});

test.each(['Stage', 'RemoteKey', 'SlotArn', 'AppId'])(
  '%s with a line break is an error: a shell may read it',
  (name) => {
    expect(() => find({ a: { ...DEV, [name]: 'dev\ncurl evil.example' } })).toThrow(
      /has \w+ "dev\\ncurl evil\.example"; allowed: text on one line/,
    );
  },
);

const REQUIRED = Object.values(OUTPUTS).filter((name) => name !== 'Region');

test.each(REQUIRED)('a stack without its %s is an error that names it', (name) => {
  const { [name]: _, ...others } = DEV;
  expect(() => find({ 'remote-dev': others })).toThrow(`the stack remote-dev has no output ${name}.`);
  expect(() => find({ 'remote-dev': { ...DEV, [name]: '' } })).toThrow(`the stack remote-dev has no output ${name}.`);
});

test('a stage that is not there is an error that lists those that are', () => {
  expect(() => find({ 'remote-dev': DEV, 'remote-prod': PROD }, { stage: 'staging' })).toThrow(
    /no stage "staging"\. Stages in it: dev, prod\./,
  );
});

describe('a stage with regions', () => {
  const url = (region: string) => `https://${region.toLowerCase()}.lambda-url.eu-central-1.on.aws`;
  const region = (key: string, changes = {}) => ({ ...DEV, Region: key, RemoteBaseUrl: url(key), ...changes });

  test('has the URL of each, the default first, and is its default stack', () => {
    const found = find({ eu: region('EU'), main: region('default'), au: region('AU'), prod: PROD }, { stage: 'dev' });
    expect(Object.entries(found.baseUrls)).toEqual([
      ['default', url('default')],
      ['EU', url('EU')],
      ['AU', url('AU')],
    ]);
    expect(found).toMatchObject({ stackName: 'main', remoteBaseUrl: url('default') });
    expect(found.stacks.map(({ stackName }) => stackName)).toEqual(['main', 'eu', 'au']);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['two stacks for one region', { a: DEV, b: DEV }, /two stacks of stage "dev" for the region default: a, b\./],
    [
      'no default',
      { eu: region('EU'), au: region('AU') },
      /no stack .* region default, only for: EU, AU\. Forge needs one/,
    ],
    ['a region that Forge does not have', { a: DEV, b: region('FR') }, /stack b is for the region "FR".*Allowed: EU/],
    ['an empty region', { a: region('default', { Region: '' }) }, /stack a has no output Region/],
    [
      'two remotes',
      { a: DEV, b: region('EU', { RemoteKey: 'other' }) },
      /serve different remotes, aws \(a\) and other \(b\)/,
    ],
    ['a stack of another app', { a: DEV, b: region('EU', { AppId: OTHER_APP_ID }) }, /stack b belongs to another app/],
  ])('%s: an error', (_, stacks, says) => {
    expect(() => find(stacks, { stage: 'dev' })).toThrow(StackOutputsError);
    expect(() => find(stacks, { stage: 'dev' })).toThrow(says);
  });
});

test('every stage of the app is listed, in the order of the file', () => {
  const other = { ...DEV, Stage: 'other', AppId: OTHER_APP_ID };
  const stacks = { prod: PROD, eu: { ...DEV, Region: 'EU' }, other, dev: DEV, network: OTHER_STACK };
  const found = findStages(JSON.stringify(stacks), { appId: APP_ID, file: 'cdk-outputs.json' });
  expect(found.map(({ stage, baseUrls }) => [stage, Object.keys(baseUrls)])).toEqual([
    ['prod', ['default']],
    ['dev', ['default', 'EU']],
  ]);
});

test("another app's stack is an error that shows both ids", () => {
  const inspect = () => find({ 'remote-dev': DEV }, { appId: OTHER_APP_ID });
  expect(inspect).toThrow(/remote-dev belongs to another app/);
  expect(inspect).toThrow(APP_ID);
  expect(inspect).toThrow(OTHER_APP_ID);
});
