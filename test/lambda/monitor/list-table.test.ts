import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { formatVersionId } from '../../../lambda/contract/slot';
import { CLIENT_SETTINGS, summarize } from '../../../lambda/monitor/handler';
import { listTableSlots } from '../../../lambda/monitor/table';
import type { ItemTable } from '../../../tools/emulator/aws/item-table';
import { type EmulatedAws, startAws } from '../../../tools/emulator/aws/server';
import { addTable } from '../../support/emulated-table';
import { withoutPausesOfTheSdk } from '../../support/sdk-pauses';
import { NOW } from './slots';

const [ONE, TWO] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;

let aws: EmulatedAws;
let client: DynamoDBClient;
let table: ItemTable;
beforeEach(async () => {
  aws = await startAws({ clock: () => NOW * 1000 });
  table = addTable(aws, 'slots');
  client = new DynamoDBClient({
    ...CLIENT_SETTINGS,
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

withoutPausesOfTheSdk();

const never = new AbortController().signal;
const list = (signal = never) => listTableSlots(client, { table: 'slots' }, signal);

/** An item with a token that has so many minutes left, made so many seconds ago. */
function addItem(installation: string, minutesLeft: number, secondsAgo = 0, site = 'a'): void {
  table.put({
    installation: { S: installation },
    versionId: {
      S: formatVersionId({ installation, expiresAtSeconds: NOW + minutesLeft * 60, tokenHash: '0'.repeat(20) }),
    },
    value: { S: '{"token":"never read"}' },
    sites: { S: site },
    createdAt: { N: String(NOW - secondsAgo) },
  });
}

test('each item says whose token it holds and until when, of which sites, and since when it is there', async () => {
  addItem(ONE, 90, 60, 'a b');
  expect(await list()).toEqual([
    {
      id: `slots/${ONE}`,
      token: { installation: ONE, expiresAtSeconds: NOW + 90 * 60 },
      sites: ['a', 'b'],
      createdAtMs: (NOW - 60) * 1000,
    },
  ]);
});

test('nothing but the index is read', async () => {
  addItem(ONE, 90);
  await list();
  expect(aws.calls).toEqual(['dynamodb.Scan']);
  const { items } = table.scan('metadata', {});
  expect(JSON.stringify(items)).not.toContain('never read');
});

test('what somebody wrote by hand is empty', async () => {
  table.put({ installation: { S: ONE }, value: { S: 'by hand' } });
  table.put({ installation: { S: TWO }, versionId: { S: 'by-hand' } });
  expect(await list()).toEqual([{ id: `slots/${ONE}` }, { id: `slots/${TWO}` }]);
});

test('an installation that has followed an earlier one on its site is told as a reinstall', async () => {
  addItem(ONE, -30, 600);
  addItem(TWO, 90, 60);
  const summary = summarize(await list(), NOW, { intervalMinutes: 60, licensedOnly: false });
  expect(summary).toMatchObject({
    total: 2,
    reinstalled: [{ installation: TWO, before: ONE }],
    minSecondsLeft: 90 * 60,
  });
});

test('all pages are read', async () => {
  for (let n = 0; n < 40; n += 1) {
    table.put({ installation: { S: String(n) }, sites: { S: 'x'.repeat(100_000) } });
  }
  expect(await list()).toHaveLength(40);
  expect(aws.calls.length).toBeGreaterThan(1);
});

test('a page that fails is an error: half a picture would look like good news', async () => {
  for (let n = 0; n < 40; n += 1) {
    table.put({ installation: { S: String(n) }, sites: { S: 'x'.repeat(100_000) } });
  }
  let scans = 0;
  aws.intercept(() => (scans++ > 0 ? { status: 400, code: 'AccessDeniedException', message: 'no' } : undefined));
  await expect(list()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('throttling is waited out', async () => {
  addItem(ONE, 90);
  let left = 2;
  aws.intercept(() =>
    left-- > 0 ? { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' } : undefined,
  );
  expect(await list()).toHaveLength(1);
});

test('it ends when it is told to', async () => {
  aws.intercept(() => 'hang');
  await expect(list(AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'AbortError' });
});
