import type { PublicKey } from '../../../lambda/forge/fetch-keys';
import { createKeySet, type KeySetOptions } from '../../../lambda/forge/key-set';
import type { SigningKey } from '../../../tools/emulator/forge/signing-key';
import { signingKeys } from '../../support/signing-keys';

let key: SigningKey;
let newKey: SigningKey;
beforeAll(async () => {
  [key, newKey] = await signingKeys();
});

/** A key server in memory whose answer a test sets, with a clock that a test moves. */
function createFake(options: Partial<KeySetOptions> = {}) {
  const fake = {
    fetches: 0,
    nowMs: 1_000_000,
    answer: (): Response | Promise<Response> => Response.json(key.jwks),
    down: () => {
      fake.answer = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));
    },
  };
  const keys = createKeySet({
    url: 'https://keys.invalid/jwks.json',
    fetch: async () => {
      fake.fetches += 1;
      return fake.answer();
    },
    now: () => fake.nowMs,
    ...options,
  });
  return Object.assign(fake, { keys });
}

describe('a key set', () => {
  test('is fetched once, however many ask at once', async () => {
    const fake = createFake();
    await Promise.all(Array.from({ length: 20 }, () => fake.keys.key(key.keyId)));
    await fake.keys.key(key.keyId);
    expect(fake.fetches).toBe(1);
  });

  test('is fetched ahead, and shared by the first call', async () => {
    const fake = createFake();
    fake.keys.prefetch();
    expect(fake.fetches).toBe(1);
    await fake.keys.key(key.keyId);
    expect(fake.fetches).toBe(1);
  });

  test('survives a fetch ahead that fails: the next call after the cooldown succeeds', async () => {
    const fake = createFake({ cooldownMs: 10_000 });
    fake.down();
    fake.keys.prefetch();
    await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({ reason: 'key-server-unavailable' });
    fake.answer = () => Response.json(key.jwks);
    fake.nowMs += 10_000;
    await expect(fake.keys.key(key.keyId)).resolves.toBeDefined();
  });

  test('learns a new key by one more fetch', async () => {
    const fake = createFake({ cooldownMs: 10_000 });
    await fake.keys.key(key.keyId);
    fake.answer = () => Response.json({ keys: [...key.jwks.keys, ...newKey.jwks.keys] });
    fake.nowMs += 10_000;
    await expect(fake.keys.key(newKey.keyId)).resolves.toBeDefined();
    expect(fake.fetches).toBe(2);
  });

  test('is fetched at most once a cooldown by a flood of unknown key ids', async () => {
    const fake = createFake({ cooldownMs: 10_000 });
    await fake.keys.key(key.keyId);
    for (let second = 0; second < 60; second++) {
      fake.nowMs += 1_000;
      const unknown = Array.from({ length: 5 }, (_, n) => fake.keys.key(`stranger-${second}-${n}`));
      for (const { status } of await Promise.allSettled(unknown)) expect(status).toBe('rejected');
    }
    expect(fake.fetches).toBe(1 + 6);
  });

  test('is fetched at most once a cooldown while every fetch fails', async () => {
    const fake = createFake({ cooldownMs: 10_000 });
    fake.down();
    for (let second = 0; second < 60; second++) {
      await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({ reason: 'key-server-unavailable' });
      fake.nowMs += 1_000;
    }
    expect(fake.fetches).toBe(6);
  });

  test('does not call a key unknown while the key server can not be asked', async () => {
    const fake = createFake();
    await fake.keys.key(key.keyId);
    await expect(fake.keys.key('other')).rejects.toMatchObject({ reason: 'key-not-yet-known' });
    fake.down();
    fake.nowMs += 10_000;
    await expect(fake.keys.key('other')).rejects.toMatchObject({ reason: 'key-server-unavailable' });
  });

  test('is refreshed in the background: the call that finds it old does not wait', async () => {
    const fake = createFake({ refreshAfterMs: 600_000 });
    await fake.keys.key(key.keyId);
    fake.nowMs += 600_000;
    fake.answer = () => new Promise(() => undefined);
    await expect(fake.keys.key(key.keyId)).resolves.toBeDefined();
    expect(fake.fetches).toBe(2);
  });

  test('is used through an outage, up to its time', async () => {
    const fake = createFake({ useForMs: 24 * 3_600_000 });
    await fake.keys.key(key.keyId);
    fake.down();
    fake.nowMs += 24 * 3_600_000 - 1;
    await expect(fake.keys.key(key.keyId)).resolves.toBeDefined();
    fake.nowMs += 10_000;
    await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({ reason: 'key-server-unavailable' });
  });

  test('is trusted for 24 hours unless told otherwise, and not a millisecond longer', async () => {
    const fake = createFake();
    await fake.keys.key(key.keyId);
    fake.down();
    fake.nowMs += 24 * 3_600_000 - 1;
    await expect(fake.keys.key(key.keyId)).resolves.toBeDefined();
    fake.nowMs += 1;
    await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({
      reason: 'key-server-unavailable',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('is refreshed every 10 minutes unless told otherwise', async () => {
    const fake = createFake();
    await fake.keys.key(key.keyId);
    fake.nowMs += 600_000 - 1;
    await fake.keys.key(key.keyId);
    expect(fake.fetches).toBe(1);
    fake.nowMs += 1;
    await fake.keys.key(key.keyId);
    expect(fake.fetches).toBe(2);
  });

  test('past its time, but fetched too lately to be fetched again, is an outage and not a forgery', async () => {
    const fake = createFake({ useForMs: 1_000, cooldownMs: 10_000 });
    await fake.keys.key(key.keyId);
    fake.nowMs += 1_000;
    await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({
      reason: 'key-server-unavailable',
      detail: expect.stringContaining('too old'),
    });
    expect(fake.fetches).toBe(1);
  });

  test('calls a key unknown again once the key server is back', async () => {
    const fake = createFake();
    fake.down();
    await expect(fake.keys.key('other')).rejects.toMatchObject({ reason: 'key-server-unavailable' });
    fake.answer = () => Response.json(key.jwks);
    fake.nowMs += 10_000;
    await expect(fake.keys.key('other')).rejects.toMatchObject({ reason: 'key-unknown' });
  });

  test('is not replaced by an older answer that comes late', async () => {
    const fake = createFake({ cooldownMs: 10_000 });
    let answerLate: (response: Response) => void = () => undefined;
    let early: Promise<unknown> = Promise.resolve();
    await new Promise<void>((asked) => {
      fake.answer = () => {
        asked();
        return new Promise((resolve) => {
          answerLate = resolve;
        });
      };
      early = fake.keys.key(key.keyId);
    });
    fake.nowMs += 10_000;
    fake.answer = () => Response.json(newKey.jwks);
    await fake.keys.key(newKey.keyId);
    answerLate(Response.json(key.jwks));
    await expect(early).rejects.toMatchObject({ reason: 'key-unknown' });
    await expect(fake.keys.key(newKey.keyId)).resolves.toBeDefined();
  });

  test('drops a key that the key server has withdrawn', async () => {
    const fake = createFake({ refreshAfterMs: 600_000 });
    await fake.keys.key(key.keyId);
    fake.answer = () => Response.json(newKey.jwks);
    fake.nowMs += 600_000;
    await fake.keys.key(key.keyId); // the last time: this call starts the refresh
    await fake.keys.key(newKey.keyId);
    fake.nowMs += 10_000;
    await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({ reason: 'key-unknown' });
  });
});

describe('a clock that is set back', () => {
  test('does not make a new key unknown', async () => {
    const fake = createFake();
    await fake.keys.key(key.keyId);
    fake.nowMs -= 3_600_000;
    fake.answer = () => Response.json(newKey.jwks);
    await expect(fake.keys.key(newKey.keyId)).resolves.toBeDefined();
  });

  test('does not make keys good for ever', async () => {
    const fake = createFake({ useForMs: 24 * 3_600_000 });
    await fake.keys.key(key.keyId);
    fake.down();
    fake.nowMs -= 900_000;
    await fake.keys.key(key.keyId);
    fake.nowMs += 24 * 3_600_000;
    await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({ reason: 'key-server-unavailable' });
  });
});

describe('an instance that was frozen during a fetch', () => {
  test('asks once more, without a cooldown: what it asked before is dead', async () => {
    const fake = createFake({ timeoutMs: 2_000, cooldownMs: 10_000 });
    let wake: (error: Error) => void = () => undefined;
    fake.answer = () => new Promise((_, reject) => (wake = reject));
    const ahead = fake.keys.prefetch();
    fake.nowMs += 5_000;
    wake(new TypeError('fetch failed', { cause: new Error('socket hang up') }));
    await ahead;
    fake.answer = () => Response.json(key.jwks);
    await expect(fake.keys.key(key.keyId)).resolves.toBeDefined();
    expect(fake.fetches).toBe(2);
  });

  test('settles with the fetch that is under way', async () => {
    const fake = createFake();
    await fake.keys.settled();
    let answer: (response: Response) => void = () => undefined;
    fake.answer = () => new Promise((resolve) => (answer = resolve));
    void fake.keys.prefetch();
    let isSettled = false;
    const settled = fake.keys.settled().then(() => (isSettled = true));
    await new Promise(setImmediate);
    expect(isSettled).toBe(false);
    answer(Response.json(key.jwks));
    await settled;
  });
});

describe('the kept key set', () => {
  const publicKeys = () => key.jwks.keys.map(({ kty, kid, n, e }) => ({ kty, kid, n, e }) as PublicKey);
  function createKept(fetchedAt: (nowMs: number) => number, options: Partial<KeySetOptions> = {}) {
    const kept = { reads: 0 };
    const fake = createFake({
      readKept: async () => {
        kept.reads += 1;
        return { fetchedAt: fetchedAt(fake.nowMs), keys: publicKeys() };
      },
      ...options,
    });
    fake.nowMs = 100 * 3_600_000;
    return { fake, kept };
  }

  test('is not read while the key server answers', async () => {
    const { fake, kept } = createKept((nowMs) => nowMs);
    await fake.keys.key(key.keyId);
    await expect(fake.keys.key('other')).rejects.toMatchObject({ reason: 'key-not-yet-known' });
    expect(kept.reads).toBe(0);
  });

  test('is used by a cold instance when the key server is down, and read once for each failed fetch', async () => {
    const { fake, kept } = createKept((nowMs) => nowMs - 23 * 3_600_000);
    fake.down();
    await expect(fake.keys.key(key.keyId)).resolves.toBeDefined();
    await expect(fake.keys.key(key.keyId)).resolves.toBeDefined();
    for (const kid of ['a', 'b', 'c'])
      await expect(fake.keys.key(kid)).rejects.toMatchObject({ reason: 'key-server-unavailable' });
    expect(kept.reads).toBe(1);
    fake.answer = () => Response.json(newKey.jwks);
    fake.nowMs += 10_000;
    await expect(fake.keys.key(newKey.keyId)).resolves.toBeDefined();
    await expect(fake.keys.key(key.keyId)).rejects.toBeDefined();
  });

  test.each([
    ['too old', -24 * 3_600_000],
    ['from the future', 61_000],
  ])('is not used when it is %s', async (_what, ageMs) => {
    const { fake } = createKept((nowMs) => nowMs + ageMs);
    fake.down();
    await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({ reason: 'key-server-unavailable' });
  });

  test('may be ahead of this clock by a minute, and no more', async () => {
    for (const [aheadMs, isUsed] of [
      [60_000, true],
      [60_001, false],
    ] as const) {
      const { fake } = createKept((nowMs) => nowMs + aheadMs);
      fake.down();
      const asked = fake.keys.key(key.keyId);
      await (isUsed ? expect(asked).resolves.toBeDefined() : expect(asked).rejects.toBeDefined());
    }
  });

  test('takes the place of a held one only if it is newer', async () => {
    for (const [newerMs, reason] of [
      [0, 'key-server-unavailable'],
      [1, undefined],
    ] as const) {
      let fetchedAt = 0;
      const { fake } = createKept(() => fetchedAt + newerMs, { cooldownMs: 10_000 });
      fake.answer = () => Response.json(newKey.jwks);
      fetchedAt = fake.nowMs;
      await fake.keys.key(newKey.keyId);
      fake.nowMs += 10_000;
      fake.down();
      const asked = fake.keys.key(key.keyId);
      await (reason ? expect(asked).rejects.toMatchObject({ reason }) : expect(asked).resolves.toBeDefined());
    }
  });

  test('that is not there, or that nobody keeps, is not mentioned', async () => {
    for (const readKept of [undefined, async () => undefined]) {
      const fake = createFake(readKept && { readKept });
      fake.down();
      await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({
        reason: 'key-server-unavailable',
        detail: expect.not.stringContaining('kept'),
        cause: expect.any(Error),
      });
    }
  });

  test('makes room even for an answer that was overtaken', async () => {
    const { fake } = createKept((nowMs) => nowMs - 1, { cooldownMs: 10_000 });
    let late: (response: Response) => void = () => undefined;
    fake.answer = () => new Promise((resolve) => (late = resolve));
    const ahead = fake.keys.prefetch();
    fake.nowMs += 10_000;
    fake.down();
    await expect(fake.keys.key(key.keyId)).resolves.toBeDefined();
    late(Response.json(newKey.jwks));
    await ahead;
    await expect(fake.keys.knownKey(newKey.keyId)).resolves.toBeDefined();
  });

  test('with a key that can not be used is trouble, which names the key', async () => {
    const { fake } = createKept(() => 0, {
      readKept: async () => ({
        fetchedAt: fake.nowMs,
        keys: [{ kty: 'RSA', kid: 'broken', n: undefined as never, e: 'AQAB' }],
      }),
    });
    fake.down();
    await expect(fake.keys.key('broken')).rejects.toMatchObject({
      reason: 'key-server-unavailable',
      detail: expect.stringMatching(/^The key "broken" in https:\/\/keys\.invalid.* can't be used\.$/),
      cause: expect.anything(),
    });
    await expect(fake.keys.knownKey('broken')).resolves.toBeUndefined();
  });

  test('that can not be read is told beside the outage', async () => {
    const { fake } = createKept(() => 0, { readKept: () => Promise.reject(new Error('AccessDenied')) });
    fake.down();
    await expect(fake.keys.key(key.keyId)).rejects.toMatchObject({
      reason: 'key-server-unavailable',
      detail: expect.stringMatching(/ECONNREFUSED.*AccessDenied/),
    });
  });
});

describe('a key that is known', () => {
  test('is there once the fetch that is under way is over; no other is begun', async () => {
    const fake = createFake();
    expect(await fake.keys.knownKey(key.keyId)).toBeUndefined();
    expect(fake.fetches).toBe(0);
    void fake.keys.prefetch();
    expect(await fake.keys.knownKey(key.keyId)).toBeDefined();
    expect(await fake.keys.knownKey('another')).toBeUndefined();
    expect(fake.fetches).toBe(1);
  });

  test('is there without waiting for the fetch of newer ones', async () => {
    const fake = createFake({ cooldownMs: 10_000 });
    await fake.keys.key(key.keyId);
    fake.nowMs += 10_000;
    fake.answer = () => new Promise(() => undefined);
    void fake.keys.prefetch();
    expect(fake.fetches).toBe(2);
    expect(await fake.keys.knownKey(key.keyId)).toBeDefined();
  });
});

test('an unknown key is a forgery if it was asked for just now, and not yet known within the cooldown', async () => {
  const fake = createFake();
  await expect(fake.keys.key('another')).rejects.toMatchObject({ reason: 'key-unknown' });
  await expect(fake.keys.key('another')).rejects.toMatchObject({
    reason: 'key-not-yet-known',
    detail: 'kid "another" was not in https://keys.invalid/jwks.json, which was asked just now',
  });
});

test('a fetch that fails late, but in its time, was not frozen: nobody asks once more', async () => {
  const fake = createFake({ timeoutMs: 2_000, cooldownMs: 10_000 });
  let fail: (error: Error) => void = () => undefined;
  fake.answer = () => new Promise((_, reject) => (fail = reject));
  const asked = fake.keys.key(key.keyId);
  await new Promise(setImmediate);
  fake.nowMs += 2_000;
  fail(new TypeError('fetch failed'));
  await expect(asked).rejects.toMatchObject({ reason: 'key-server-unavailable' });
  expect(fake.fetches).toBe(1);
});

test('there is time for something else while a call waits and the request is on its way: not sooner, not later', async () => {
  const told: string[] = [];
  let send: () => void = () => undefined;
  let answer: () => void = () => undefined;
  const fetch: KeySetOptions['fetch'] = (_url, { onSent }) =>
    new Promise((resolve) => {
      send = () => onSent?.();
      answer = () => resolve(Response.json(key.jwks));
    });
  const turn = () => new Promise(setImmediate);
  const { keys } = createFake({ fetch, onWaiting: () => told.push('waiting') });
  void keys.prefetch();
  send();
  await turn();
  expect(told).toEqual([]);
  const asked = keys.key(key.keyId);
  await turn();
  expect(told).toEqual(['waiting']);
  answer();
  await asked;
  await expect(keys.key('another')).rejects.toThrow('key-not-yet-known');
  expect(told).toEqual(['waiting']);

  const late = createFake({ fetch, onWaiting: () => told.push('too soon') });
  const askedSooner = late.keys.key(key.keyId);
  await turn();
  expect(told).toEqual(['waiting']);
  answer();
  await askedSooner;
});

test('keys that can not be used are told, where there are some', async () => {
  const told: (readonly string[])[] = [];
  const fake = createFake({ onUnusableKeys: (problems) => told.push(problems), cooldownMs: 10_000 });
  await fake.keys.key(key.keyId);
  expect(told).toEqual([]);
  fake.answer = () => Response.json({ keys: [null, ...key.jwks.keys, ...newKey.jwks.keys] });
  fake.nowMs += 10_000;
  await fake.keys.key(newKey.keyId);
  expect(told).toEqual([[expect.any(String)]]);
});

describe('of what the key server publishes', () => {
  /** A key set whose key server always answers like this. */
  const answering = (answer: () => Response) =>
    createKeySet({ url: 'https://keys.invalid/jwks.json', fetch: async () => answer() });

  test.each<[string, () => object[]]>([
    ['for another algorithm', () => [{ ...key.jwks.keys[0], alg: 'RS512' }]],
    ['for encryption', () => [{ ...key.jwks.keys[0], use: 'enc' }]],
  ])('a key %s is none for us', async (_what, published) => {
    await expect(
      answering(() => Response.json({ keys: [...published(), ...newKey.jwks.keys] })).key(key.keyId),
    ).rejects.toMatchObject({
      reason: 'key-unknown',
      detail: expect.stringContaining(key.keyId),
    });
  });

  test.each<[string, () => object[]]>([
    ['that is not of RSA', () => [{ ...key.jwks.keys[0], kty: 'EC' }]],
    ['that is broken', () => [{ ...key.jwks.keys[0], n: undefined }]],
    ['with a foreign character at its end', () => [{ ...key.jwks.keys[0], n: `${key.jwks.keys[0]?.n}!` }]],
    ['with a foreign character at its beginning', () => [{ ...key.jwks.keys[0], n: `!${key.jwks.keys[0]?.n}` }]],
  ])('a key %s is trouble of the key server, where it is the only one', async (_what, published) => {
    await expect(answering(() => Response.json({ keys: published() })).key(key.keyId)).rejects.toMatchObject({
      reason: 'key-server-unavailable',
      detail: expect.stringContaining('without a usable key'),
    });
  });

  test('a key may say that it is for verifying, and not that it is for something else', async () => {
    const [published] = key.jwks.keys;
    const withOperations = (operations: unknown) =>
      answering(() => Response.json({ keys: [{ ...published, key_ops: operations }, ...newKey.jwks.keys] }));
    await expect(withOperations(['verify']).key(key.keyId)).resolves.toBeDefined();
    await expect(withOperations(['sign']).key(key.keyId)).rejects.toMatchObject({ reason: 'key-unknown' });
    await expect(withOperations('verify').key(key.keyId)).rejects.toMatchObject({ reason: 'key-unknown' });
  });

  test.each<[string, () => Response]>([
    ['an error', () => new Response('oops', { status: 500 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.invalid' } })],
    ['HTML', () => new Response('<html></html>')],
    ['JSON that is no key set', () => Response.json({})],
  ])('%s is an outage, not a forgery', async (_name, answer) => {
    await expect(answering(answer).key(key.keyId)).rejects.toMatchObject({ reason: 'key-server-unavailable' });
  });
});
