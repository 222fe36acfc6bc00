import { type EmulatedAws, startAws } from '../../aws/server';
import { getAtt, StackUnderTest } from './stack-under-test';

// A team's own resources must not prevent the deployment of the backend.

let aws: EmulatedAws;
let notes: string[];

beforeEach(async () => {
  notes = [];
  aws = await startAws({ onNote: (line) => notes.push(line), isSlackAuthorized: () => slackIsAuthorized });
});
afterEach(() => aws.stop());
let slackIsAuthorized = true;

test('an unknown type is accepted, with attributes in AWS’s format, and a line says so', async () => {
  const stack = new StackUnderTest(aws);
  await stack.deploy(
    { Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'clicks', ShardCount: 1 } } },
    {
      Ref: { Value: { Ref: 'Stream' } },
      Arn: { Value: getAtt('Stream', 'Arn') },
      Endpoint: { Value: getAtt('Stream', 'Endpoint') },
    },
  );
  const { status, outputs } = await stack.describe();
  expect(status).toBe('CREATE_COMPLETE');
  expect(outputs.Arn).toMatch(/^arn:aws:kinesis:us-east-1:123456789012:stream\//);
  expect(outputs.Endpoint).toMatch(/\.invalid$/);
  expect(notes).toEqual(['AWS::Kinesis::Stream is not emulated: Stream is only recorded, and calls to it fail.']);
  await stack.delete();
});

test('a function’s calls to it fail and say so', async () => {
  const response = await fetch(aws.url, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=testing/20260801/us-east-1/kinesis/aws4_request',
      'x-amz-target': 'Kinesis_20131202.PutRecord',
    },
    body: '{}',
  });
  expect(response.status).toBe(501);
  expect(await response.text()).toContain('not emulated: ');
});

test('a bucket has its name and its ARN', async () => {
  const stack = new StackUnderTest(aws);
  await stack.deploy(
    { Reports: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'acme-reports' } } },
    { Name: { Value: { Ref: 'Reports' } }, Arn: { Value: getAtt('Reports', 'Arn') } },
  );
  const { outputs } = await stack.describe();
  expect(outputs).toEqual({ Name: 'acme-reports', Arn: 'arn:aws:s3:::acme-reports' });
});

test('a first deployment that fails leaves a stack that can only be deleted; the next one works, and nothing is left', async () => {
  const slack = {
    Type: 'AWS::Chatbot::SlackChannelConfiguration',
    Properties: { ConfigurationName: 'alarms', SlackWorkspaceId: 'T0000', SlackChannelId: 'C0000' },
    DependsOn: 'Slot',
  };
  const slot = {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Name: 'slot' },
    // What CDK writes for RETAIN_ON_UPDATE_OR_DELETE: kept on deletion, but not when its creation is rolled back.
    DeletionPolicy: 'RetainExceptOnCreate',
  };
  const stack = new StackUnderTest(aws);
  slackIsAuthorized = false;
  await stack.deploy({ Slot: slot, Slack: slack });
  expect((await stack.describe()).status).toBe('ROLLBACK_COMPLETE');
  expect((await stack.history()).reasons).toContain('Slack workspace T0000 is not authorized');
  expect(aws.secrets.list({}).SecretList).toEqual([]);

  slackIsAuthorized = true;
  await stack.delete();
  await stack.deploy({ Slot: slot, Slack: slack });
  expect((await stack.describe()).status).toBe('CREATE_COMPLETE');
});
