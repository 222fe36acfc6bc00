import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecretStore } from '../../../lambda/slots/secret-slots';
import type { Delivery } from '../../../lambda/slots/slot-writer';
import { startSlots } from '../../support/emulated-slot';
import { NOW_MS, NOW_SECONDS, systemToken } from '../../support/forge-call';
import { withoutPausesOfTheSdk } from '../../support/sdk-pauses';

const HOUR = 3600;
let slots: Awaited<ReturnType<typeof startSlots>>;
let slotNumber = 0;

beforeAll(async () => {
  slots = await startSlots(() => NOW_MS);
});
afterAll(() => slots.stop());
beforeEach(() => slots.aws.intercept(undefined));

const signal = () => AbortSignal.timeout(4_000);
const emptySlot = () => slots.emptySlot(`slot-${slotNumber++}`);

const INSTALLATION = '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';
const lasting = async (hours: number): Promise<Delivery> => ({
  token: await systemToken(NOW_SECONDS + hours * HOUR),
  installation: INSTALLATION,
  installationId: `ari:cloud:ecosystem::installation/${INSTALLATION}`,
  apiBaseUrl: 'https://api.atlassian.com/ex/confluence/1',
  contexts: [{ name: 'confluence', siteAri: 'ari:cloud:confluence::site/1' }],
});

/** The calls to Secrets Manager that `work` makes. */
async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = slots.aws.calls.length;
  await work();
  return slots.aws.calls.slice(before).map((call) => call.replace('secretsmanager.', ''));
}

test('calls: none when warm and unchanged, one when cold and unchanged, at most three for a rotation', async () => {
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
  expect(slot.read().token).toBe(second.token);
});

describe('a store', () => {
  const value = (token: string) => ({ token, expiresAt: '', installationId: '', apiBaseUrl: '', contexts: [] });
  const [first, second, third] = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [string, string, string];

  /** The store of a slot that holds `first`, with `second` written beside it. */
  async function storeOfTwo() {
    const name = `slot-${slotNumber++}`;
    slots.aws.secrets.create({ Name: name });
    const store = createSecretStore(slots.client, name);
    await expect(store.put(first, value('first'), undefined, signal())).resolves.toBe(true);
    await expect(store.put(second, value('second'), undefined, signal())).resolves.toBe(false);
    return store;
  }
  const currentOf = async (store: Awaited<ReturnType<typeof storeOfTwo>>) =>
    ((await store.describe(signal())) ?? []).filter(({ current }) => current).map(({ id }) => id);

  test('makes the first version current by itself, and a later one by a swap', async () => {
    const store = await storeOfTwo();
    expect(await currentOf(store)).toEqual([first]);
    await expect(store.swapCurrent(second, first, signal())).resolves.toBe(true);
    expect(await currentOf(store)).toEqual([second]);
  });

  test('loses a swap from a version that is no longer current, and changes nothing', async () => {
    const store = await storeOfTwo();
    await store.put(third, value('third'), undefined, signal());
    await store.swapCurrent(second, first, signal());
    await expect(store.swapCurrent(third, first, signal())).resolves.toBe(false);
    expect(await currentOf(store)).toEqual([second]);
  });

  test('loses a swap in a secret that is gone, and does not mind that when it removes one', async () => {
    const store = createSecretStore(slots.client, 'gone');
    await expect(store.swapCurrent(second, first, signal())).resolves.toBe(false);
    await expect(store.remove(signal())).resolves.toBeUndefined();
  });

  test.each(['UpdateSecretVersionStage', 'PutSecretValue', 'DescribeSecret', 'CreateSecret', 'DeleteSecret'])(
    'tells a refused %s from what another call has done, and makes none when the time is over',
    async (operation) => {
      const store = await storeOfTwo();
      const call = {
        UpdateSecretVersionStage: (at: AbortSignal) => store.swapCurrent(second, first, at),
        PutSecretValue: (at: AbortSignal) => store.put(third, value('third'), undefined, at),
        DescribeSecret: (at: AbortSignal) => store.describe(at),
        CreateSecret: (at: AbortSignal) =>
          createSecretStore(slots.client, `slot-${slotNumber++}`, {
            description: '',
            tags: {},
            kmsKeyArn: undefined,
          }).create(third, value('third'), at),
        DeleteSecret: (at: AbortSignal) => store.remove(at),
      }[operation];
      if (!call) throw new Error(`No such call: ${operation}`);
      expect(
        await callsOf(() =>
          call(AbortSignal.abort()).catch((error) => expect(error).toMatchObject({ reason: 'slot-unavailable' })),
        ),
      ).toEqual([]);
      slots.aws.intercept((at) =>
        at === `secretsmanager.${operation}`
          ? { status: 400, code: 'AccessDeniedException', message: 'no' }
          : undefined,
      );
      await expect(call(signal())).rejects.toMatchObject({
        reason: 'slot-unavailable',
        detail: 'AccessDeniedException: no',
      });
    },
  );

  test('takes other data under an id that exists for something that is there already', async () => {
    const store = await storeOfTwo();
    await expect(store.put(second, value('other'), undefined, signal())).resolves.toBe(false);
  });
});

describe('trouble at Secrets Manager', () => {
  withoutPausesOfTheSdk();

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
    expect(error).toMatchObject({ reason: 'slot-unavailable' });
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: error.cause })).not.toContain(
      next.token,
    );
  });
});

test("the first value has the time that AWS takes to make an account's key; a later one is tried again sooner", async () => {
  const limits: unknown[] = [];
  const client = {
    async send(_command: unknown, { requestTimeout }: { requestTimeout?: number } = {}) {
      limits.push(requestTimeout);
      return {};
    },
  } as unknown as SecretsManagerClient;
  const store = createSecretStore(client, 'slot');
  const { token, ...others } = await lasting(4);
  const value = { ...others, token, expiresAt: '' };
  await store.put('one', value, undefined, signal());
  await store.put('two', value, { id: 'one', current: true, labels: [], parsed: undefined }, signal());
  expect(limits).toEqual([4_000, undefined]);
});

test('a secret that somebody has marked for deletion is a trouble that says so, whatever token comes', async () => {
  const slot = slots.emptySlot('marked');
  const first = await lasting(3);
  await slot.newWriter()(first, signal());
  slots.aws.secrets.delete({ SecretId: 'marked', RecoveryWindowInDays: 7 });
  for (const delivery of [first, await lasting(4)]) {
    await expect(slot.newWriter()(delivery, signal())).rejects.toMatchObject({
      reason: 'slot-unavailable',
      detail: expect.stringMatching(/marked for deletion.*restore-secret --secret-id/),
    });
  }
});
