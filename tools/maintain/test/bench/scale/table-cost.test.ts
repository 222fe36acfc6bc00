import { createTableSlots } from '../../../../../lambda/slots/table-slots';
import { addTable, startTables } from '../../../../../test/support/emulated-table';
import { sizeOf } from '../../../../emulator/aws/item-rules';
import { BESIDE_TOKEN_BYTES, INDEX_ITEM_BYTES, tableCost } from '../../../bench/scale/table-cost';

const HOURS = 24;
const TOKEN_BYTES = 2_000;

test('an item has the bytes that it is reckoned with', async () => {
  let nowMs = Date.UTC(2026, 7, 1);
  const now = () => nowMs;
  const tables = await startTables(now);
  const table = addTable(tables.aws, 'slots');
  const installation = '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';
  const site = 'ari:cloud:confluence::site/0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';
  const slots = createTableSlots(tables.client, { table: 'slots', keepDays: 30, timing: { now } });
  for (const letter of ['x', 'y']) {
    await slots.write(
      {
        token: letter.repeat(TOKEN_BYTES),
        installation,
        installationId: `ari:cloud:ecosystem::installation/${installation}`,
        apiBaseUrl: 'https://api.atlassian.com/ex/confluence/0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70',
        contexts: [{ name: 'confluence', siteAri: site }],
        environment: 'PRODUCTION',
      },
      AbortSignal.timeout(4_000),
    );
    // A token without a readable expiry lasts from when it comes.
    nowMs += 60_000;
  }
  await tables.stop();
  const [copy = {}] = table.scan('metadata', {}).items;
  expect(sizeOf(copy)).toBe(INDEX_ITEM_BYTES);
  expect(sizeOf(table.get(installation) ?? {})).toBe(BESIDE_TOKEN_BYTES + TOKEN_BYTES);
});

test('a day of 100,000 installations', () => {
  const cost = tableCost({
    installations: 100_000,
    gets: HOURS * (101_799 + 100_000),
    puts: HOURS * 50_425,
    tokenBytes: TOKEN_BYTES,
  });
  expect(cost.writes).toBeCloseTo(90.77, 1);
  expect(cost.reads).toBeCloseTo(18.16, 1);
  expect(cost.scans).toBeCloseTo(2.32, 1);
  expect(cost.storage).toBeCloseTo(0.07, 1);
  expect(cost.total).toBeCloseTo(111.3, 0);
});

test('one installation costs less than the secret that it would have', () => {
  const { total } = tableCost({ installations: 1, gets: 48, puts: 12, tokenBytes: TOKEN_BYTES });
  expect(total).toBeLessThan(0.002);
});
