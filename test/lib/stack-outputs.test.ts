import { type FindStageOptions, findStage, OUTPUTS, StackOutputsError } from '../../lib/stack-outputs';

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
const STRANGER = { Stage: 'dev', AppId: 'something', BucketName: 'bucket' };

const find = (stacks: unknown, options: Partial<FindStageOptions> = {}) =>
  findStage(typeof stacks === 'string' ? stacks : JSON.stringify(stacks), {
    appId: APP_ID,
    file: 'cdk-outputs.json',
    ...options,
  });

test('the only stage is found without its name, among other stacks', () => {
  expect(find({ network: STRANGER, 'remote-dev': DEV, empty: {} })).toEqual({
    stackName: 'remote-dev',
    remoteBaseUrl: DEV.RemoteBaseUrl,
    slotArn: DEV.SlotArn,
    manifestRemotes: DEV.ManifestRemotes,
    appId: APP_ID,
    stage: 'dev',
    remoteKey: 'aws',
  });
});

test('one of several is found by its name', () => {
  const stacks = { 'remote-dev': DEV, 'remote-prod': PROD };
  expect(find(stacks, { stage: 'prod' }).remoteBaseUrl).toBe(PROD.RemoteBaseUrl);
  expect(() => find(stacks)).toThrow('cdk-outputs.json has several stages: dev, prod. Say which one: --stage <stage>');
});

test.each<[string, unknown, RegExp]>([
  ['an empty file', ' \n', /cdk-outputs\.json is empty\. Deploy with "npm run deploy/],
  ['what is not JSON', '{', /cdk-outputs\.json is not JSON: /],
  ['a list', [], /is not a map of stacks/],
  ['null', 'null', /is not a map of stacks/],
  ['no stacks', {}, /no stack with the outputs of this project.*Stacks in it: none\./],
  ['other stacks only', { network: STRANGER }, /no stack with the outputs of this project.*Stacks in it: network\./],
])('%s is an error', (_, stacks, says) => {
  expect(() => find(stacks)).toThrow(StackOutputsError);
  expect(() => find(stacks)).toThrow(says);
});

test.each(Object.values(OUTPUTS))('a stack without its %s is an error that names it', (name) => {
  const { [name]: _, ...others } = DEV;
  expect(() => find({ 'remote-dev': others })).toThrow(`the stack remote-dev has no output ${name}.`);
  expect(() => find({ 'remote-dev': { ...DEV, [name]: '' } })).toThrow(`the stack remote-dev has no output ${name}.`);
});

test('a stage that is not there is an error that lists those that are', () => {
  expect(() => find({ 'remote-dev': DEV, 'remote-prod': PROD }, { stage: 'staging' })).toThrow(
    /no stage "staging"\. Stages in it: dev, prod\./,
  );
});

test('two stacks of one stage are an error', () => {
  expect(() => find({ a: DEV, b: DEV }, { stage: 'dev' })).toThrow(/several stacks of stage "dev": a, b\./);
});

test("another app's stack is an error that shows both ids", () => {
  const inspect = () => find({ 'remote-dev': DEV }, { appId: OTHER_APP_ID });
  expect(inspect).toThrow(/remote-dev belongs to another app/);
  expect(inspect).toThrow(APP_ID);
  expect(inspect).toThrow(OTHER_APP_ID);
});
