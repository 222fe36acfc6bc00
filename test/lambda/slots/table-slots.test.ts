import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TaggedDelivery } from '../../../lambda/slots/slot-writer';
import { createTableSlots } from '../../../lambda/slots/table-slots';
import type { FaultRule } from '../../../tools/emulator/aws/fault';
import type { ItemTable } from '../../../tools/emulator/aws/item-table';
import { addTable, startTables } from '../../support/emulated-table';
import { NOW_SECONDS, systemToken } from '../../support/forge-call';
import { withoutPausesOfTheSdk } from '../../support/sdk-pauses';

const HOUR = 3600;
const DAY = 24 * HOUR;
const TABLE = 'slots';
const [ONE, TWO] = ['0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70', 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00'] as const;

let nowSeconds: number;
let emulation: Awaited<ReturnType<typeof startTables>>;
let table: ItemTable;
beforeEach(async () => {
  nowSeconds = NOW_SECONDS;
  emulation = await startTables(() => nowSeconds * 1000);
  table = addTable(emulation.aws, TABLE);
});
afterEach(() => emulation.stop());

const signal = () => AbortSignal.timeout(4_000);
const newInstance = () =>
  createTableSlots(emulation.client, {
    table: TABLE,
    keepDays: 30,
    timing: { now: () => nowSeconds * 1000, sleep: async () => undefined },
  });

async function delivery(installation: string, hours = 4): Promise<TaggedDelivery> {
  return {
    token: await systemToken(nowSeconds + hours * HOUR),
    installation,
    installationId: `ari:cloud:ecosystem::installation/${installation}`,
    apiBaseUrl: 'https://api.atlassian.com/ex/confluence/1',
    contexts: [{ name: 'confluence', siteAri: 'ari:cloud:confluence::site/1' }],
    environment: 'DEVELOPMENT',
  };
}

const itemOf = (installation: string): Readonly<Record<string, AttributeValue>> => table.get(installation) ?? {};
const tokenOf = (installation: string) => JSON.parse(itemOf(installation).value?.S ?? '{}').token;

/** The calls to DynamoDB that `work` makes. */
async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = emulation.aws.calls.length;
  await work();
  return emulation.aws.calls.slice(before).map((call) => call.replace('dynamodb.', ''));
}

describe('an item for each installation', () => {
  test('is made by the first delivery, and says whose it is, until when, and when it may go', async () => {
    const first = await delivery(ONE);
    await expect(newInstance().write(first, signal())).resolves.toBe('stored');
    expect(tokenOf(ONE)).toBe(first.token);
    const { value, ...beside } = itemOf(ONE);
    expect(beside).toEqual({
      installation: { S: ONE },
      versionId: { S: expect.stringMatching(new RegExp(`^${NOW_SECONDS + 4 * HOUR}-${ONE.replaceAll('-', '')}-`)) },
      sites: { S: expect.stringMatching(/^[0-9a-f]{20}$/) },
      environment: { S: 'DEVELOPMENT' },
      createdAt: { N: String(NOW_SECONDS) },
      writtenAt: { N: String(NOW_SECONDS) },
      deleteAt: { N: String(NOW_SECONDS + 4 * HOUR + 30 * DAY) },
    });
    expect(JSON.stringify(beside)).not.toContain(first.token);
  });

  test('keeps when it was made, and which token it held before', async () => {
    const slots = newInstance();
    await slots.write(await delivery(ONE), signal());
    const { versionId: before } = itemOf(ONE);
    nowSeconds += 2 * HOUR;
    await slots.write(await delivery(ONE), signal());
    expect(itemOf(ONE)).toMatchObject({
      previousId: before,
      createdAt: { N: String(NOW_SECONDS) },
      writtenAt: { N: String(nowSeconds) },
      deleteAt: { N: String(nowSeconds + 4 * HOUR + 30 * DAY) },
    });
  });

  test('has the site of a reinstall in common with the item before, but not that of another environment', async () => {
    const slots = newInstance();
    const THREE = 'c3a1f0a2-58b5-4d0e-9a52-b4c1f5d7e900';
    await slots.write({ ...(await delivery(ONE)), environmentId: 'a' }, signal());
    await slots.write({ ...(await delivery(TWO)), environmentId: 'a' }, signal());
    await slots.write({ ...(await delivery(THREE)), environmentId: 'b' }, signal());
    const [one, two, three] = [ONE, TWO, THREE].map((installation) => itemOf(installation).sites?.S);
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });

  test('says nothing of sites where the installation has none', async () => {
    await newInstance().write({ ...(await delivery(ONE)), contexts: [] }, signal());
    expect(itemOf(ONE).sites).toBeUndefined();
  });

  test('is its own: another installation does not find it taken', async () => {
    const slots = newInstance();
    await slots.write(await delivery(ONE), signal());
    await expect(slots.write(await delivery(TWO), signal())).resolves.toBe('stored');
    expect(table.all()).toHaveLength(2);
  });

  test('is one, whoever is first of many, and holds the token that expires last', async () => {
    const deliveries = await Promise.all([1, 2, 3, 4, 4, 3, 2, 1].map((hours) => delivery(ONE, hours)));
    await Promise.all(deliveries.map((one) => newInstance().write(one, signal())));
    expect(table.all()).toHaveLength(1);
    expect(itemOf(ONE).versionId?.S).toMatch(new RegExp(`^${NOW_SECONDS + 4 * HOUR}-`));
  });

  test('calls: none when warm and unchanged, one when cold and unchanged, two for a rotation', async () => {
    const warm = newInstance();
    const [first, second] = [await delivery(ONE, 3), await delivery(ONE, 4)];
    expect(await callsOf(() => warm.write(first, signal()))).toEqual(['GetItem', 'PutItem']);
    expect(await callsOf(() => warm.write(first, signal()))).toEqual([]);
    expect(await callsOf(() => newInstance().write(first, signal()))).toEqual(['GetItem']);
    expect(await callsOf(() => newInstance().write(second, signal()))).toEqual(['GetItem', 'PutItem']);
    expect(await callsOf(() => newInstance().write(first, signal()))).toEqual(['GetItem']);
    expect(tokenOf(ONE)).toBe(second.token);
  });

  test('is gone after an uninstall, however often that is told', async () => {
    const slots = newInstance();
    await slots.write(await delivery(ONE), signal());
    await expect(slots.remove(ONE, signal())).resolves.toBe('removed');
    await expect(slots.remove(ONE, signal())).resolves.toBe('removed');
    await expect(newInstance().remove(TWO, signal())).resolves.toBe('removed');
    expect(table.all()).toEqual([]);
  });

  test('that was removed is made anew by a later delivery, even of a token that was seen before', async () => {
    const slots = newInstance();
    const first = await delivery(ONE);
    await slots.write(first, signal());
    await slots.remove(ONE, signal());
    nowSeconds += 1;
    await expect(slots.write(first, signal())).resolves.toBe('stored');
    expect(itemOf(ONE)).toMatchObject({ createdAt: { N: String(nowSeconds) } });
  });

  test('outlives its token by as many days as it is told, and then it is gone', async () => {
    await newInstance().write(await delivery(ONE), signal());
    nowSeconds += 4 * HOUR + 30 * DAY - 1;
    expect(tokenOf(ONE)).toBeDefined();
    nowSeconds += 1;
    expect(table.all()).toEqual([]);
  });
});

describe('trouble at DynamoDB', () => {
  withoutPausesOfTheSdk();

  test.each<[string, FaultRule]>([
    ['a fault', () => ({ status: 500, code: 'InternalServerError', message: 'The request processing has failed.' })],
    ['throttling', () => ({ status: 400, code: 'ThrottlingException', message: 'Rate exceeded' })],
    ['a missing right', () => ({ status: 400, code: 'AccessDeniedException', message: 'not authorized' })],
    ['garbage', () => ({ body: '<html>' })],
    ['a connection that is cut', () => 'reset'],
  ])('%s is our trouble, and the next delivery succeeds', async (_name, fault) => {
    const slots = newInstance();
    const next = await delivery(ONE);
    for (const call of ['GetItem', 'PutItem']) {
      emulation.aws.intercept((at) => (at === `dynamodb.${call}` ? fault(at) : undefined));
      await expect(slots.write(next, signal())).rejects.toMatchObject({ reason: 'slot-unavailable' });
    }
    emulation.aws.intercept(undefined);
    await expect(slots.write(next, signal())).resolves.toBe('stored');
    expect(tokenOf(ONE)).toBe(next.token);
  });

  test('a call that hangs is given up on when the time is over', async () => {
    emulation.aws.intercept(() => 'hang');
    const written = newInstance().write(await delivery(ONE), AbortSignal.timeout(100));
    await expect(written).rejects.toMatchObject({ reason: 'slot-unavailable' });
  });

  test('an item that can not be removed, and a table that is gone, are trouble of ours', async () => {
    emulation.aws.intercept(() => ({ status: 400, code: 'AccessDeniedException', message: 'no' }));
    await expect(newInstance().remove(ONE, signal())).rejects.toMatchObject({ reason: 'slot-unavailable' });
    emulation.aws.intercept(undefined);
    emulation.aws.tables.deleteTable(TABLE);
    await expect(newInstance().write(await delivery(ONE), signal())).rejects.toMatchObject({
      reason: 'slot-unavailable',
      detail: expect.stringContaining('ResourceNotFoundException'),
    });
  });

  test('a put whose answer is lost is tried again, and finds its token there', async () => {
    const next = await delivery(ONE);
    let puts = 0;
    // The client gives up on a try after 200 ms; the put takes effect all the same.
    emulation.aws.intercept((call) => (call.endsWith('PutItem') && puts++ === 0 ? { delayMs: 300 } : undefined));
    await expect(newInstance().write(next, signal())).resolves.toMatch(/stored|unchanged/);
    expect(tokenOf(ONE)).toBe(next.token);
  });

  test('no error names the token', async () => {
    const next = await delivery(ONE);
    emulation.aws.intercept((call) =>
      call.endsWith('PutItem') ? { status: 400, code: 'ValidationException', message: 'no' } : undefined,
    );
    const error: Error = await newInstance()
      .write(next, signal())
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ reason: 'slot-unavailable' });
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: error.cause })).not.toContain(
      next.token,
    );
  });
});
