import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LOCAL_CREDENTIALS } from '../../aws/account';
import { type EmulatedAws, startAws } from '../../aws/server';

let aws: EmulatedAws;
let client: SSMClient;
beforeEach(async () => {
  aws = await startAws({ clock: () => 1_800_000_000_000 });
  client = new SSMClient({ endpoint: aws.url, region: 'us-east-1', credentials: LOCAL_CREDENTIALS, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const read = (Name: string) => client.send(new GetParameterCommand({ Name })).then(({ Parameter }) => Parameter);
const put = (Name: string, Value: string, more: object = {}) =>
  client.send(new PutParameterCommand({ Name, Value, ...more }));

test('a parameter is created, read, and overwritten on request', async () => {
  await put('keys', 'one', { Type: 'String' });
  await expect(put('keys', 'two', { Type: 'String' })).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  await put('keys', 'two', { Overwrite: true });
  expect(await read('keys')).toMatchObject({
    Name: 'keys',
    Value: 'two',
    Version: 2,
    ARN: 'arn:aws:ssm:us-east-1:123456789012:parameter/keys',
    LastModifiedDate: new Date(1_800_000_000_000),
  });
});

test('a missing parameter is an error, and so is one without a type', async () => {
  await expect(read('none')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  await expect(put('none', 'one', { Overwrite: true })).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a standard parameter has up to 4,096 characters, an advanced one up to 8,192', async () => {
  aws.parameters.set('keys', 'none');
  const overwrite = (length: number, Tier?: string) => put('keys', 'x'.repeat(length), { Overwrite: true, Tier });
  await expect(overwrite(4_097)).rejects.toMatchObject({ name: 'ValidationException' });
  expect(await overwrite(4_096, 'Intelligent-Tiering')).toMatchObject({ Tier: 'Standard' });
  expect(await overwrite(8_192, 'Intelligent-Tiering')).toMatchObject({ Tier: 'Advanced' });
  await expect(overwrite(8_193, 'Intelligent-Tiering')).rejects.toMatchObject({ name: 'ValidationException' });
});
