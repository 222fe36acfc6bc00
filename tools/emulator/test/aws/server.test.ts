import { CreateSecretCommand, DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LOCAL_CREDENTIALS } from '../../aws/account';
import type { Fault } from '../../aws/fault';
import { type EmulatedAws, startAws } from '../../aws/server';

let aws: EmulatedAws;
let client: SecretsManagerClient;

beforeEach(async () => {
  aws = await startAws();
  aws.secrets.create({ Name: 'slot' });
  client = new SecretsManagerClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const describeSlot = () => client.send(new DescribeSecretCommand({ SecretId: 'slot' }));

/** A request that looks signed for `service`. */
const call = (service: string, body: string, headers: Record<string, string> = {}) =>
  fetch(aws.url, {
    method: 'POST',
    body,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=testing/20260801/us-east-1/${service}/aws4_request`,
      ...headers,
    },
  });

test('every call is recorded by service and operation', async () => {
  await describeSlot();
  await call('sts', 'Action=GetCallerIdentity');
  expect(aws.calls).toEqual(['secretsmanager.DescribeSecret', 'sts.GetCallerIdentity']);
});

describe('a fault', () => {
  test.each<[string, Fault, object]>([
    [
      'answers an error',
      { status: 400, code: 'ThrottlingException', message: 'slow' },
      { name: 'ThrottlingException' },
    ],
    [
      'answers a server error',
      { status: 500, code: 'InternalServiceError', message: 'no' },
      { name: 'InternalServiceError' },
    ],
    ['cuts the connection', 'reset', { message: expect.stringContaining('socket hang up') }],
    ['answers garbage', { body: '<html>' }, { name: 'SyntaxError' }],
  ])('%s', async (_what, fault, expected) => {
    aws.intercept(() => fault);
    await expect(describeSlot()).rejects.toMatchObject(expected);
  });

  test('hangs until the emulation stops', async () => {
    aws.intercept(() => 'hang');
    const answered = describeSlot().then(
      () => 'answered',
      (error: Error) => error.name,
    );
    while (aws.calls.length === 0) await new Promise(setImmediate);
    await aws.stop();
    await expect(answered).resolves.not.toBe('answered');
  });

  test('delays the operation, which then succeeds', async () => {
    aws.intercept(() => ({ delayMs: 20 }));
    const startedAt = performance.now();
    await expect(describeSlot()).resolves.toMatchObject({ Name: 'slot' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(19);
  });

  test('is chosen by the call, and ends when it is cleared', async () => {
    aws.intercept((name) => (name === 'secretsmanager.DescribeSecret' ? 'reset' : undefined));
    await expect(describeSlot()).rejects.toThrow();
    expect((await call('sts', 'Action=GetCallerIdentity')).status).toBe(200);
    aws.intercept(undefined);
    await expect(describeSlot()).resolves.toMatchObject({ Name: 'slot' });
  });
});

describe('unsupported requests fail, and the error names them', () => {
  test.each([
    [
      'an operation in JSON',
      'secretsmanager',
      '{}',
      { 'x-amz-target': 'secretsmanager.RotateSecret' },
      'secretsmanager.RotateSecret',
    ],
    ['an operation in XML', 'cloudformation', 'Action=DetectStackDrift', {}, 'cloudformation.DetectStackDrift'],
    ['an operation of Lambda', 'lambda', '', {}, 'lambda.POST /'],
    ['a service', 'kinesis', '{}', { 'x-amz-target': 'Kinesis_20131202.GetItem' }, 'The service kinesis'],
  ])('%s', async (_what, service, body, headers, name) => {
    const response = await call(service, body, headers as Record<string, string>);
    expect(response.status).toBe(501);
    expect(await response.text()).toContain(`not emulated: ${name}`);
  });
});

test('an unknown function is an error that lists the deployed ones', () => {
  expect(() => aws.deployedFunction('nobody')).toThrow('Function not found: nobody. Deployed are: none.');
});

test('a port in use is an error', async () => {
  await expect(startAws({ port: aws.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('regions are separate, and ARNs contain them', async () => {
  const inEurope = new SecretsManagerClient({
    endpoint: aws.url,
    region: 'eu-central-1',
    credentials: LOCAL_CREDENTIALS,
  });
  const created = await inEurope.send(new CreateSecretCommand({ Name: 'european', SecretString: 'x' }));
  expect(created.ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:/);
  const namesIn = (region: string) =>
    aws
      .region(region)
      .secrets.list({})
      .SecretList.map(({ Name }) => Name);
  expect(namesIn('eu-central-1')).toEqual(['european']);
  expect(namesIn('us-east-1')).toEqual(['slot']);
  await expect(client.send(new DescribeSecretCommand({ SecretId: 'european' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  inEurope.destroy();
});
