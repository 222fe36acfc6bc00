import { Refusal } from '../../../lambda/contract/outcomes';
import { CLOCK_SKEW_SECONDS, createReplays } from '../../../lambda/forge/verify';
import { type CallReport, type Dependencies, handle } from '../../../lambda/receiver/handler';
import type { Delivery } from '../../../lambda/slots/slot-writer';
import { dataResidency } from '../../support/data-residency';
import {
  authorize,
  createTestVerifier,
  functionUrlEvent,
  goodClaims,
  NOW_MS,
  NOW_SECONDS,
  PATH,
  systemToken,
} from '../../support/forge-call';

const LIFE_SECONDS = 25;
const USE = [PATH, 'a token'];
/** The most tokens that are kept in mind. */
const MOST_TOKENS = 10_000;

describe('a token that was used', () => {
  let nowSeconds: number;
  const newReplays = () => createReplays(() => nowSeconds * 1000, CLOCK_SKEW_SECONDS);
  /** A proven call whose token has this id, issued now. */
  const invocation = async (tokenId: string) => {
    const verify = await createTestVerifier(() => nowSeconds * 1000);
    const proven = await verify(await authorize(goodClaims({ nowSeconds })));
    return { ...proven, tokenId };
  };

  beforeEach(() => {
    nowSeconds = NOW_SECONDS;
  });

  test('is known by its id', async () => {
    const seen = newReplays();
    const first = await invocation('first');
    expect(await seen.has(first, USE)).toBe(false);
    seen.add(first, USE);
    expect(await seen.has(first, USE)).toBe(true);
    expect(await seen.has({ ...first, tokenId: 'second' }, USE)).toBe(false);
  });

  test('is kept in mind for as long as it could pass, clock skew included, and no longer than needed', async () => {
    const seen = newReplays();
    const first = await invocation('first');
    seen.add(first, USE);
    nowSeconds += LIFE_SECONDS + CLOCK_SKEW_SECONDS - 1;
    seen.add(await invocation('second'), USE);
    expect(await seen.has(first, USE)).toBe(true);
    nowSeconds += 1;
    seen.add(await invocation('third'), USE);
    expect(await seen.has(first, USE)).toBe(false);
  });

  test(`is forgotten before its time only when ${MOST_TOKENS} others came after it`, async () => {
    const seen = newReplays();
    const one = await invocation('0');
    const numbered = (number: number) => ({ ...one, tokenId: String(number) });
    for (let number = 0; number < MOST_TOKENS; number++) seen.add(numbered(number), USE);
    expect(await seen.has(one, USE)).toBe(true);
    seen.add(numbered(MOST_TOKENS), USE);
    expect(await seen.has(one, USE)).toBe(false);
    const kept = await Promise.all(
      Array.from({ length: MOST_TOKENS + 1 }, (_, number) => seen.has(numbered(number), USE)),
    );
    expect(kept.filter(Boolean)).toHaveLength(MOST_TOKENS);
  });
});

describe('a call', () => {
  /** A receiver with a clock that a test moves, whose writer notes what it is given and can be made to fail. */
  async function startReceiver() {
    const receiver = {
      nowMs: NOW_MS,
      written: [] as Delivery[],
      reports: [] as CallReport[],
      failure: undefined as Error | undefined,
    };
    const now = () => receiver.nowMs;
    const dependencies: Dependencies = {
      routes: { [PATH]: { kind: 'scheduledTrigger' }, '/gone': { kind: 'preUninstall' } },
      verify: await createTestVerifier(now),
      replays: createReplays(now, CLOCK_SKEW_SECONDS),
      dataResidency: async () => dataResidency,
      services: async () => ({
        slots: {
          write: async (delivery) => {
            if (receiver.failure) throw receiver.failure;
            receiver.written.push(delivery);
            return 'stored';
          },
          remove: async () => 'acknowledged',
        },
      }),
      report: (call) => receiver.reports.push(call),
      now,
    };
    const call = async (headers: Record<string, string>, path = PATH) => {
      const { statusCode, body } = await handle(functionUrlEvent({ headers, path }), dependencies);
      return [statusCode, JSON.parse(body)];
    };
    return Object.assign(receiver, { call });
  }

  test('that is replayed gets a good answer, and has no second effect', async () => {
    const receiver = await startReceiver();
    const headers = { authorization: await authorize(), 'x-forge-oauth-system': await systemToken(NOW_SECONDS + 3600) };
    expect(await receiver.call(headers)).toEqual([200, { outcome: 'stored' }]);
    expect(await receiver.call(headers)).toEqual([200, { outcome: 'replayed' }]);
    expect(receiver.written).toHaveLength(1);
  });

  test("that is replayed can't bring a system token of its own", async () => {
    const receiver = await startReceiver();
    const authorization = await authorize();
    const genuine = await systemToken(NOW_SECONDS + 3600);
    await receiver.call({ authorization, 'x-forge-oauth-system': genuine });
    receiver.nowMs += (LIFE_SECONDS + CLOCK_SKEW_SECONDS) * 1000 - 1;
    const anothers = await systemToken(NOW_SECONDS + 7200);
    // One of the two is a thief's. Whose call comes second hears of it, so that Forge delivers again.
    const conflict = [409, { reason: 'replay-conflict' }];
    expect(await receiver.call({ authorization, 'x-forge-oauth-system': anothers })).toEqual(conflict);
    expect(await receiver.call({ authorization, 'x-forge-oauth-system': genuine })).toEqual([
      200,
      { outcome: 'replayed' },
    ]);
    expect(receiver.reports[1]).toMatchObject({ reason: 'replay-conflict', signed: true });
    expect(receiver.written.map(({ token }) => token)).toEqual([genuine]);
  });

  test('that is replayed on another route is known all the same', async () => {
    const receiver = await startReceiver();
    const authorization = await authorize();
    expect(await receiver.call({ authorization }, '/gone')).toEqual([200, { outcome: 'acknowledged' }]);
    const headers = { authorization, 'x-forge-oauth-system': await systemToken(NOW_SECONDS + 3600) };
    expect(await receiver.call(headers)).toEqual([409, { reason: 'replay-conflict' }]);
    expect(receiver.written).toEqual([]);
  });

  test('that is replayed after the life of its token is refused', async () => {
    const receiver = await startReceiver();
    const headers = { authorization: await authorize(), 'x-forge-oauth-system': await systemToken(NOW_SECONDS + 3600) };
    await receiver.call(headers);
    receiver.nowMs += (LIFE_SECONDS + CLOCK_SKEW_SECONDS) * 1000;
    expect(await receiver.call(headers)).toEqual([401, { reason: 'token-expired' }]);
    expect(receiver.written).toHaveLength(1);
  });

  test.each([
    ['could not be stored', new Refusal('slot-unavailable'), 503],
    ['met a fault in this backend', new RangeError('unforeseen'), 500],
  ])('that %s is not remembered: it can be made again', async (_what, failure, status) => {
    const receiver = await startReceiver();
    const headers = { authorization: await authorize(), 'x-forge-oauth-system': await systemToken(NOW_SECONDS + 3600) };
    receiver.failure = failure;
    expect((await receiver.call(headers))[0]).toBe(status);
    receiver.failure = undefined;
    expect(await receiver.call(headers)).toEqual([200, { outcome: 'stored' }]);
  });

  test('that brought no system token is not remembered either', async () => {
    const receiver = await startReceiver();
    const authorization = await authorize();
    expect((await receiver.call({ authorization }))[0]).toBe(422);
    const headers = { authorization, 'x-forge-oauth-system': await systemToken(NOW_SECONDS + 3600) };
    expect(await receiver.call(headers)).toEqual([200, { outcome: 'stored' }]);
  });
});
