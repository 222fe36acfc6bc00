import { createSlotReader } from '../../../lambda/slots/slot-reader';
import { createTokenSource } from '../../../lambda/slots/token-source';
import { type EmulatedAws, startAws } from '../../../tools/emulator/aws/server';
import { addTable } from '../../support/emulated-table';
import { NOW_MS } from '../../support/forge-call';
import { HOME, handwritten } from './emulated-slots';

let aws: EmulatedAws;
beforeAll(async () => {
  aws = await startAws();
  aws.secrets.create({ Name: 'single', SecretString: JSON.stringify(handwritten) });
  aws.secrets.create({ Name: `many/${HOME}`, SecretString: JSON.stringify(handwritten) });
  addTable(aws, 'slots').put({ installation: { S: HOME }, value: { S: JSON.stringify(handwritten) } });
});
afterAll(() => aws.stop());
afterEach(() => {
  delete process.env.BUNDLED_FOR;
});

const readerOf = (location: Parameters<typeof createSlotReader>[0]) =>
  createSlotReader(location, {
    region: 'us-east-1',
    endpoint: aws.url,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });

test.each([
  [{ secretArn: 'single' }, 'single', 'secretsmanager.GetSecretValue'],
  [{ prefix: 'many' }, `many/${HOME}`, 'secretsmanager.GetSecretValue'],
  [{ table: 'slots' }, `slots/${HOME}`, 'dynamodb.GetItem'],
])('a token is read from %j, in one call', async (location, id, call) => {
  const before = aws.calls.length;
  const reader = readerOf(location);
  expect(reader.idOf(HOME)).toBe(id);
  const { token } = await createTokenSource(reader, { now: () => NOW_MS }).get(HOME);
  expect(token).toBe(handwritten.token);
  expect(aws.calls.slice(before)).toEqual([call]);
});

test.each([
  ['secretsmanager', { table: 'slots' }, 'Bundled for slots in another service'],
  ['dynamodb', { secretArn: 'single' }, 'Bundled for slots in another service'],
])('what was bundled for %s says so when it is to read %j', async (service, location, message) => {
  process.env.BUNDLED_FOR = service;
  await expect(readerOf(location).read(HOME)).rejects.toThrow(message);
});
