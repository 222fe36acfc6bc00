import { randomUUID } from 'node:crypto';
import type { Delivery } from '../../../lambda/slots/write-newest';
import { startSlots } from '../../support/emulated-slot';
import { NOW_SECONDS, systemToken } from '../../support/forge-call';

const HOUR = 3600;
let nowSeconds: number;
let slots: Awaited<ReturnType<typeof startSlots>>;
let slotNumber = 0;

beforeAll(async () => {
  slots = await startSlots(() => nowSeconds * 1000);
});
afterAll(() => slots.stop());
beforeEach(() => {
  nowSeconds = NOW_SECONDS;
  slots.aws.intercept(undefined);
});

const signal = () => AbortSignal.timeout(4_000);
const emptySlot = () => slots.emptySlot(`slot-${slotNumber++}`);

const HOME = '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';
const ELSEWHERE = 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00';
const delivery = (token: string, installation = HOME): Delivery => ({
  token,
  installation,
  installationId: `ari:cloud:ecosystem::installation/${installation}`,
  apiBaseUrl: 'https://api.atlassian.com/ex/confluence/1',
});
const lasting = async (hours: number, installation?: string) =>
  delivery(await systemToken(nowSeconds + hours * HOUR), installation);

/** The calls to Secrets Manager that `work` makes. */
async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = slots.aws.calls.length;
  await work();
  return slots.aws.calls.slice(before).map((call) => call.replace('secretsmanager.', ''));
}

describe('one delivery after the other', () => {
  test('fills an empty slot, with what a consumer needs', async () => {
    const slot = emptySlot();
    const first = await lasting(4);
    await expect(slot.newWriter()(first, signal())).resolves.toBe('stored');
    expect(slot.read()).toEqual({
      token: first.token,
      expiresAt: new Date((nowSeconds + 4 * HOUR) * 1000).toISOString(),
      installationId: first.installationId,
      apiBaseUrl: first.apiBaseUrl,
    });
  });

  test('replaces a token by one that lasts longer', async () => {
    const slot = emptySlot();
    const write = slot.newWriter();
    await write(await lasting(3), signal());
    const next = await lasting(4);
    await expect(write(next, signal())).resolves.toBe('stored');
    expect(slot.read().token).toBe(next.token);
  });

  test('drops a token that is late', async () => {
    const slot = emptySlot();
    const write = slot.newWriter();
    const newest = await lasting(4);
    await write(newest, signal());
    await expect(write(await lasting(3), signal())).resolves.toBe('older');
    expect(slot.read().token).toBe(newest.token);
    expect(slot.versions()).toHaveLength(1);
  });

  test('keeps a token whose expiry can not be read as one, however often it comes', async () => {
    const slot = emptySlot();
    const opaque = delivery(`opaque-${randomUUID()}`);
    await expect(slot.newWriter()(opaque, signal())).resolves.toBe('stored');
    nowSeconds += HOUR;
    await expect(slot.newWriter()(opaque, signal())).resolves.toBe('unchanged');
    expect(slot.versions()).toHaveLength(1);
    expect(slot.read().expiresAt).toBe(new Date((NOW_SECONDS + 2 * HOUR) * 1000).toISOString());
  });

  test('an opaque token that comes once more after its successor is older', async () => {
    const slot = emptySlot();
    const [first, second] = [delivery(`opaque-${randomUUID()}`), delivery(`opaque-${randomUUID()}`)];
    await slot.newWriter()(first, signal());
    nowSeconds += 60;
    await slot.newWriter()(second, signal());
    nowSeconds += 60;
    await expect(slot.newWriter()(first, signal())).resolves.toBe('older');
    expect(slot.read().token).toBe(second.token);
  });

  test('the same token with another API base URL is unchanged', async () => {
    const slot = emptySlot();
    const first = await lasting(4);
    await slot.newWriter()(first, signal());
    const moved = { ...first, apiBaseUrl: 'https://api.atlassian.com/ex/jira/2' };
    await expect(slot.newWriter()(moved, signal())).resolves.toBe('unchanged');
  });

  test('finishes what another instance began: a version that was written and never made current', async () => {
    const slot = emptySlot();
    await slot.newWriter()(await lasting(3), signal());
    const next = await lasting(4);
    slots.aws.intercept((call) =>
      call.endsWith('UpdateSecretVersionStage')
        ? { status: 400, code: 'AccessDeniedException', message: 'no' }
        : undefined,
    );
    await expect(slot.newWriter()(next, signal())).rejects.toMatchObject({ reason: 'slot-unavailable' });
    slots.aws.intercept(undefined);
    await expect(slot.newWriter()(next, signal())).resolves.toBe('stored');
    expect(slot.read().token).toBe(next.token);
    expect(slot.versions()).toHaveLength(2);
  });

  test('an expired or oversized token is refused before any call', async () => {
    const write = emptySlot().newWriter();
    const calls = await callsOf(async () => {
      await expect(write(await lasting(-1), signal())).rejects.toMatchObject({ reason: 'system-token-expired' });
      await expect(write(delivery('x'.repeat(60_001)), signal())).rejects.toMatchObject({
        reason: 'system-token-too-large',
      });
    });
    expect(calls).toEqual([]);
  });
});

describe('calls to Secrets Manager', () => {
  test('none when warm and unchanged, one when cold and unchanged, at most three for a rotation', async () => {
    const slot = emptySlot();
    const warm = slot.newWriter();
    const first = await lasting(3);
    const second = await lasting(4);
    expect(await callsOf(() => warm(first, signal()))).toEqual(['DescribeSecret', 'PutSecretValue']);
    expect(await callsOf(() => warm(first, signal()))).toEqual([]);
    expect(await callsOf(() => slot.newWriter()(first, signal()))).toEqual(['DescribeSecret']);
    expect(await callsOf(() => warm(second, signal()))).toEqual([
      'DescribeSecret',
      'PutSecretValue',
      'UpdateSecretVersionStage',
    ]);
  });
});

describe('a slot is bound to its installation', () => {
  test('and refuses another one, whatever it brings, while its token is valid', async () => {
    const slot = emptySlot();
    const mine = await lasting(3);
    await slot.newWriter()(mine, signal());
    await expect(slot.newWriter()(await lasting(4, ELSEWHERE), signal())).rejects.toMatchObject({
      reason: 'slot-bound-elsewhere',
      detail: expect.stringContaining(HOME),
    });
    expect(slot.read().token).toBe(mine.token);
  });

  test('and takes the other one once its token has expired', async () => {
    const slot = emptySlot();
    await slot.newWriter()(await lasting(3), signal());
    nowSeconds += 3 * HOUR;
    const theirs = await lasting(4, ELSEWHERE);
    await expect(slot.newWriter()(theirs, signal())).resolves.toBe('stored');
    expect(slot.read().token).toBe(theirs.token);
  });

  test('and the first of two that arrive at an empty slot together gets it', async () => {
    const slot = emptySlot();
    const both = [await lasting(3), await lasting(4, ELSEWHERE)];
    const results = await Promise.allSettled(both.map((one) => slot.newWriter()(one, signal())));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = both[results.findIndex(({ status }) => status === 'fulfilled')];
    expect(slot.read().token).toBe(winner?.token);
  });
});

describe('many deliveries at once', () => {
  test('50 deliveries of 5 tokens in random order end with the token that expires last, in at most 5 versions', async () => {
    const slot = emptySlot();
    const tokens = await Promise.all([1, 2, 3, 4, 5].map((hours) => lasting(hours)));
    const deliveries = tokens.flatMap((one) => Array.from({ length: 10 }, () => one)).sort(() => Math.random() - 0.5);
    const outcomes = await Promise.all(deliveries.map((one) => slot.newWriter()(one, signal())));
    expect(outcomes.filter((outcome) => outcome === 'stored').length).toBeGreaterThan(0);
    expect(slot.read().token).toBe(tokens[4]?.token);
    expect(slot.versions().length).toBeLessThanOrEqual(5);
  });
});

describe('trouble at Secrets Manager', () => {
  test.each<[string, Parameters<typeof slots.aws.intercept>[0]]>([
    [
      'a fault',
      () => ({ status: 500, code: 'InternalServiceError', message: 'An error occurred on the server side.' }),
    ],
    ['throttling', () => ({ status: 400, code: 'ThrottlingException', message: 'Rate exceeded' })],
    ['a missing right', () => ({ status: 400, code: 'AccessDeniedException', message: 'not authorized' })],
    ['garbage', () => ({ body: '<html>' })],
    ['a connection that is cut', () => 'reset'],
  ])('%s is our trouble, and the next delivery succeeds', async (_name, fault) => {
    const slot = emptySlot();
    const write = slot.newWriter();
    const next = await lasting(4);
    slots.aws.intercept(fault);
    await expect(write(next, signal())).rejects.toMatchObject({ reason: 'slot-unavailable' });
    slots.aws.intercept(undefined);
    await expect(write(next, signal())).resolves.toBe('stored');
    expect(slot.read().token).toBe(next.token);
  });

  test('a call that hangs is given up on when the time is over', async () => {
    const write = emptySlot().newWriter();
    slots.aws.intercept(() => 'hang');
    await expect(write(await lasting(4), AbortSignal.timeout(100))).rejects.toMatchObject({
      reason: 'slot-unavailable',
    });
  });

  test('no error names the token', async () => {
    const slot = emptySlot();
    const next = await lasting(4);
    slots.aws.intercept(() => ({ status: 400, code: 'InvalidRequestException', message: 'no' }));
    const error: Error = await slot
      .newWriter()(next, signal())
      .catch((thrown) => thrown);
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: error.cause })).not.toContain(
      next.token,
    );
  });
});
