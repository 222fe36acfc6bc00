import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecretReader } from '../../../lambda/slots/secret-reader';
import { createSecretSlots } from '../../../lambda/slots/secret-slots';
import type { TaggedDelivery } from '../../../lambda/slots/slot-writer';
import { createTokenSource, SETTLING_MS } from '../../../lambda/slots/token-source';
import { LOCAL_ACCOUNT } from '../../../tools/emulator/aws/account';
import { fixedLag, type Lag, randomLag } from '../../../tools/emulator/aws/lag';
import { SecretsManager } from '../../../tools/emulator/aws/secrets-manager';
import { directClient } from '../../support/direct-client';
import { createRandom, VirtualTime } from '../../support/virtual-time';
import { ELSEWHERE, HOME, lastingUntil } from './deliveries';
import { NOW_SECONDS } from './tokens';

/** Time in which Forge's call has to be answered. */
const BUDGET_MS = 4_000;
const ONE = { secretArn: 'slot' };
const MANY = { prefix: 'app/slot' };

/** An account whose Secrets Manager is behind, seen by receivers and workers in as many instances as are asked for. */
function createWorld(lag: Lag, seed = 1) {
  const time = new VirtualTime(NOW_SECONDS * 1000);
  const random = createRandom(seed);
  const secrets = new SecretsManager(LOCAL_ACCOUNT, time.now);
  secrets.create({ Name: ONE.secretArn });
  secrets.lag(lag);
  const calls: string[] = [];
  const client = directClient<SecretsManagerClient>(secrets.operations, async (operation, call, signal) => {
    calls.push(operation);
    await time.sleep(5 + 10 * random(), signal);
    return call();
  });
  const timing = { now: time.now, sleep: time.sleep, random };
  const newInstance = (location: typeof ONE | typeof MANY) =>
    createSecretSlots(client, { location, app: 'app', stage: 'test', timing });
  return {
    time,
    calls,
    secrets,
    /** As a cold start does it: the instance remembers nothing. */
    deliver: (location: typeof ONE | typeof MANY, delivery: TaggedDelivery) =>
      newInstance(location).write(delivery, time.timeout(BUDGET_MS)),
    remove: (location: typeof ONE | typeof MANY, installation: string) =>
      newInstance(location).remove(installation, time.timeout(BUDGET_MS)),
    newWorker: (location: typeof ONE | typeof MANY) =>
      createTokenSource(createSecretReader(client, location), {
        now: time.now,
        sleep: time.sleep,
        settlingMs: SETTLING_MS,
      }),
    /** What is in a slot, whatever AWS shows. */
    stored(name: string): string {
      secrets.lag(undefined);
      return JSON.parse(secrets.get({ SecretId: name }).SecretString ?? '{}').token;
    },
  };
}

const delivery = async (hours: number, installation = HOME): Promise<TaggedDelivery> => ({
  ...(await lastingUntil(NOW_SECONDS + hours * 3600, installation)),
  environment: 'DEVELOPMENT',
});

const LAGS: readonly [string, (seed: number) => Lag][] = [
  ['none', () => fixedLag(0)],
  ['100 ms', () => fixedLag(100)],
  ['1 s', () => fixedLag(1_000)],
  ['anything up to 1 s, anew for each call', (seed) => randomLag(1_000, createRandom(seed + 1_000))],
];

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

describe.each(LAGS)('Secrets Manager is behind by %s', (_name, lagOf) => {
  test.each([
    ['the one slot', ONE, ONE.secretArn],
    ['a slot that has to be made', MANY, `${MANY.prefix}/${HOME}`],
  ])('%s: first deliveries at once are all accepted, and the newest token stays', async (_what, location, name) => {
    const tokens = await Promise.all([1, 2, 3].map((hours) => delivery(hours)));
    for (const seed of SEEDS) {
      const world = createWorld(lagOf(seed), seed);
      const arriving = [...tokens, ...tokens].map(async (each, index) => {
        await world.time.sleep((seed * 37 * index) % 400);
        return world.deliver(location, each);
      });
      const outcomes = await world.time.run(Promise.all(arriving));
      expect(outcomes.filter((outcome) => !['stored', 'older', 'unchanged'].includes(outcome))).toEqual([]);
      expect(world.stored(name)).toBe(tokens.at(-1)?.token);
    }
  });

  test.each([
    ['the one slot', ONE, ONE.secretArn],
    ['a slot of its own', MANY, `${MANY.prefix}/${HOME}`],
  ])('%s: a token that follows on another within a moment gets in', async (_what, location, name) => {
    const [first, second, third] = await Promise.all([delivery(1), delivery(2), delivery(3)]);
    const world = createWorld(lagOf(1));
    const work = async () => {
      await world.deliver(location, first);
      await world.deliver(location, third);
      return world.deliver(location, second);
    };
    expect(['older', 'stored']).toContain(await world.time.run(work()));
    expect(world.stored(name)).toBe(third.token);
  });

  test('the worker that is called right after the first token was stored finds it, in its first read', async () => {
    const first = await delivery(2);
    const world = createWorld(lagOf(1));
    const work = async () => {
      await world.deliver(MANY, first);
      return world.newWorker(MANY).get(HOME);
    };
    expect((await world.time.run(work())).token).toBe(first.token);
  });

  test('the worker waits for the token that has just replaced one that had expired', async () => {
    const [old, fresh] = await Promise.all([delivery(1), delivery(3)]);
    const world = createWorld(lagOf(1));
    const work = async () => {
      await world.deliver(ONE, old);
      await world.time.sleep(2 * 3600_000);
      await world.deliver(ONE, fresh);
      return world.newWorker(ONE).get(HOME);
    };
    expect((await world.time.run(work())).token).toBe(fresh.token);
  });

  test('a slot is free after an uninstall that follows on a delivery at once', async () => {
    const [old, fresh, other] = await Promise.all([delivery(1), delivery(2), delivery(3, ELSEWHERE)]);
    for (const seed of SEEDS) {
      const world = createWorld(lagOf(seed), seed);
      const work = async () => {
        await world.deliver(ONE, old);
        await world.time.sleep(5_000);
        await world.deliver(ONE, fresh);
        expect(await world.remove(ONE, HOME)).toBe('released');
        await world.time.sleep(1_000);
        return world.deliver(ONE, other);
      };
      expect(await world.time.run(work())).toBe('reinstalled');
    }
  });

  test('a slot of its own is made anew right after it was deleted', async () => {
    const [first, second] = await Promise.all([delivery(1), delivery(2)]);
    const world = createWorld(lagOf(1));
    const work = async () => {
      await world.deliver(MANY, first);
      await world.time.sleep(5_000);
      await world.remove(MANY, HOME);
      return world.deliver(MANY, second);
    };
    expect(await world.time.run(work())).toBe('stored');
    expect(world.stored(`${MANY.prefix}/${HOME}`)).toBe(second.token);
  });
});

test('without a lag nobody waits: a first delivery takes a look and a write', async () => {
  const world = createWorld(fixedLag(0));
  await world.time.run(world.deliver(MANY, await delivery(1)));
  expect(world.calls).toEqual(['DescribeSecret', 'CreateSecret']);
  expect(world.time.now() - NOW_SECONDS * 1000).toBeLessThan(50);
});

test('a service that stays behind is a 503 within the time that a call has', async () => {
  const world = createWorld((operation) => (operation === 'UpdateSecretVersionStage' ? 60_000 : 0));
  const [first, second] = await Promise.all([delivery(1), delivery(2)]);
  const work = async () => {
    await world.deliver(ONE, first);
    const startedAtMs = world.time.now();
    await expect(world.deliver(ONE, second)).rejects.toMatchObject({ reason: 'slot-unavailable' });
    return world.time.now() - startedAtMs;
  };
  expect(await world.time.run(work())).toBeLessThanOrEqual(BUDGET_MS);
});
