import { type EmulatedAws, startAws } from '../../aws/server';
import { LAMBDA_ROLE } from './stack-under-test';

let aws: EmulatedAws;

beforeAll(async () => {
  aws = await startAws({ functionUrl: (name) => `http://127.0.0.1:1/${name}/` });
});

afterAll(() => aws.stop());

const TEMPLATE = {
  Resources: {
    Role: LAMBDA_ROLE,
    Receiver: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'receiver',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
        MemorySize: 256,
        Environment: { Variables: { STACK: { Ref: 'AWS::StackName' } } },
        LoggingConfig: { LogGroup: '/receiver', LogFormat: 'JSON' },
      },
    },
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { 'Fn::GetAtt': ['Receiver', 'Arn'] } } },
  },
  Outputs: { Url: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } } },
};

const signedFor = (service: string) => ({
  authorization: `Credential=testing/20260801/us-east-1/${service}/aws4_request`,
});

async function cloudFormation(Action: string, parameters: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ Action, ...parameters });
  return (await fetch(aws.url, { method: 'POST', body, headers: signedFor('cloudformation') })).text();
}

test('a function is deployed with its code, settings and URL', async () => {
  await fetch(`${aws.url}/assets/code.zip`, { method: 'PUT', body: 'zip bytes' });
  const change = { StackName: 'Tiny', ChangeSetName: 'first' };
  await cloudFormation('CreateChangeSet', { ...change, TemplateBody: JSON.stringify(TEMPLATE) });
  await cloudFormation('ExecuteChangeSet', change);

  expect(await cloudFormation('DescribeStacks', { StackName: 'Tiny' })).toContain(
    '<OutputKey>Url</OutputKey><OutputValue>http://127.0.0.1:1/receiver/</OutputValue>',
  );
  expect(aws.functionNames()).toEqual(['receiver']);
  const deployed = aws.deployedFunction('receiver');
  expect(deployed).toMatchObject({
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:receiver',
    handler: 'index.handler',
    timeoutSeconds: 3,
    memorySizeMb: 256,
    environment: { STACK: 'Tiny' },
    logGroupName: '/receiver',
    logFormat: 'JSON',
  });
  expect(Buffer.from(deployed.zip).toString()).toBe('zip bytes');
});

test('GetFunction has the configuration, and the place of the code', async () => {
  const response = await fetch(`${aws.url}/2015-03-31/functions/receiver`, { headers: signedFor('lambda') });
  const { Code, Configuration } = (await response.json()) as { Code: { Location: string }; Configuration: object };
  expect(Configuration).toMatchObject({ FunctionName: 'receiver', Runtime: 'nodejs24.x', Timeout: 3, CodeSize: 9 });
  expect(await (await fetch(Code.Location)).text()).toBe('zip bytes');
});

test('GetFunctionConfiguration has the configuration', async () => {
  const path = '/2015-03-31/functions/receiver/configuration';
  const response = await fetch(`${aws.url}${path}`, { headers: signedFor('lambda') });
  expect(await response.json()).toMatchObject({
    FunctionName: 'receiver',
    Environment: { Variables: { STACK: 'Tiny' } },
    LoggingConfig: { LogGroup: '/receiver' },
  });
  expect(aws.calls.at(-1)).toBe('lambda.GetFunctionConfiguration');
});

test('the account has limits of simultaneous and of unreserved executions', async () => {
  const small = await startAws({ concurrencyLimit: 10 });
  const answer = await fetch(`${small.url}/2016-08-19/account-settings/`, { headers: signedFor('lambda') });
  await small.stop();
  expect(await answer.json()).toEqual({
    AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 },
    AccountUsage: { FunctionCount: 0 },
  });
});

test('more than 4 KB of environment variables are refused, measured as JSON', async () => {
  const Receiver = structuredClone(TEMPLATE.Resources.Receiver);
  const change = { StackName: 'Large', ChangeSetName: 'first' };
  const deploy = async (quotes: number) => {
    Object.assign(Receiver.Properties.Environment.Variables, { ROUTES: '"'.repeat(quotes) });
    const TemplateBody = JSON.stringify({ Resources: { Role: LAMBDA_ROLE, Receiver } });
    await cloudFormation('CreateChangeSet', { ...change, TemplateBody });
    await cloudFormation('ExecuteChangeSet', change);
    return await cloudFormation('DescribeStackEvents', { StackName: 'Large' });
  };
  // Each quote is two characters of JSON.
  expect(await deploy(2_000)).not.toContain('CREATE_FAILED');
  expect(await deploy(2_100)).toContain('exceeded the 4KB limit. String measured: {');
});
