import type { Aws } from '../../../bin/doctor/aws';
import { createAws } from '../../../bin/doctor/sdk';
import { type EmulatedAws, startAws } from '../../../tools/emulator/aws/server';
import { addTable } from '../../support/emulated-table';

// What a deployed stage with one slot doesn't show: many slots, long lists, and what is gone.

let emulated: EmulatedAws;
let aws: Aws;

beforeAll(async () => {
  emulated = await startAws();
  aws = createAws('us-east-1', emulated.url);
});
afterAll(() => emulated.stop());

test('all slots under a prefix, over several pages, and no others', async () => {
  for (let index = 0; index < 120; index += 1) emulated.secrets.create({ Name: `dev/slot/${index}` });
  emulated.secrets.create({ Name: 'dev/slots' });
  emulated.secrets.create({ Name: 'other/dev/slot/1' });
  const secrets = await aws.secrets('dev/slot/');
  expect(secrets).toHaveLength(120);
  const atMs = expect.any(Number);
  expect(secrets[0]).toEqual({ id: 'dev/slot/0', versions: {}, createdAtMs: atMs, changedAtMs: atMs });
});

test('a secret that is gone, and one that is going', async () => {
  emulated.secrets.create({ Name: 'going' });
  emulated.secrets.delete({ SecretId: 'going' });
  await expect(aws.secret('nowhere')).resolves.toBeUndefined();
  await expect(aws.secret('going')).resolves.toMatchObject({ id: 'going', deletedAtMs: expect.any(Number) });
});

test('more alarms than one request may name', async () => {
  const names = Array.from({ length: 130 }, (_, index) => `alarm-${index}`);
  for (const name of names) emulated.alarms.put({ name, type: 'CompositeAlarm', description: undefined });
  expect((await aws.alarms(names)).map(({ name }) => name)).toEqual(names);
});

test('the latest part of a log that is too long to be read, and that it is a part', async () => {
  for (let index = 0; index < 2_001; index += 1) emulated.logs.put('/log', JSON.stringify({ reason: String(index) }));
  const { lines, complete } = await aws.log('/log', 0, '{ $.reason = "*" }');
  expect([lines.length, complete]).toEqual([2_000, false]);
  expect(lines[0]?.message).toBe('{"reason":"2000"}');
  expect((await aws.log('/log', Date.now() + 60_000)).complete).toBe(true);
});

test('a stack that does not exist', async () => {
  await expect(aws.stack('nowhere')).resolves.toBeUndefined();
});

test('all items of a table, over several pages, by what is beside the token', async () => {
  const table = addTable(emulated, 'slots');
  for (let index = 0; index < 30; index += 1) {
    table.put({
      installation: { S: String(index) },
      versionId: { S: `version-${index}` },
      value: { S: '{"token":"never read"}' },
      sites: { S: 'x'.repeat(100_000) },
      writtenAt: { N: '1900000000' },
    });
  }
  table.put({ installation: { S: 'by-hand' } });
  const items = await aws.items('slots');
  expect(items).toHaveLength(31);
  expect(items[0]).toEqual({
    id: 'slots/0',
    versions: { 'version-0': ['AWSCURRENT'] },
    sites: ['x'.repeat(100_000)],
    changedAtMs: 1_900_000_000_000,
  });
  expect(items[30]).toEqual({ id: 'slots/by-hand', versions: {} });
});
