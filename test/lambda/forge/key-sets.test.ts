import { createKeySets, type KeySetsOptions } from '../../../lambda/forge/key-sets';
import { Refusal } from '../../../lambda/refusal';
import { createSigningKey, type SigningKey } from '../../../tools/emulator/forge/signing-key';

const COMMERCIAL_URL = 'https://keys.invalid/jwks.json';
const TEMPLATE = 'https://{icLabel}.isolated.invalid/jwks.json';
const COOLDOWN_MS = 10_000;
/** Key sets that never came of which the receiver asks for at a time. */
const MOST_UNPROVEN = 4;

let commercialKey: SigningKey;
let isolatedKey: SigningKey;
beforeAll(async () => {
  [commercialKey, isolatedKey] = await Promise.all([createSigningKey(), createSigningKey()]);
});

/** Key servers in memory: the commercial cloud's, and that of the Isolated Cloud `acme`. Any other can't be reached. */
function createFake(options: Partial<KeySetsOptions> = {}) {
  const fake = {
    fetched: [] as string[],
    nowMs: 1_000_000,
    answers: new Map([
      [COMMERCIAL_URL, () => Response.json(commercialKey.jwks)],
      ['https://acme.isolated.invalid/jwks.json', () => Response.json(isolatedKey.jwks)],
    ]),
  };
  const keys = createKeySets({
    url: COMMERCIAL_URL,
    isolatedUrlTemplate: TEMPLATE,
    cooldownMs: COOLDOWN_MS,
    fetch: async (url) => {
      fake.fetched.push(String(url));
      const answer = fake.answers.get(String(url));
      if (!answer) throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') });
      return answer();
    },
    now: () => fake.nowMs,
    ...options,
  });
  /** Asks for a key, and proves its label, as the verifier does for a token whose signature is right; and says what came of it: `found`, or the reason of the refusal. */
  async function ask(label: unknown, { keyId } = isolatedKey): Promise<string> {
    try {
      await keys.for(label).key(keyId);
      keys.prove(label);
      return 'found';
    } catch (error) {
      if (error instanceof Refusal) return error.reason;
      throw error;
    }
  }
  return Object.assign(fake, { keys, ask });
}

describe('the commercial cloud and Isolated Clouds never mix', () => {
  test('each has its own key set, at its own URL', async () => {
    const fake = createFake();
    expect(await fake.ask(undefined, commercialKey)).toBe('found');
    expect(await fake.ask('acme', isolatedKey)).toBe('found');
    expect(fake.fetched).toEqual([COMMERCIAL_URL, 'https://acme.isolated.invalid/jwks.json']);
  });

  test('a key of one is unknown in the other', async () => {
    const fake = createFake();
    expect(await fake.ask(undefined, isolatedKey)).toBe('key-unknown');
    expect(await fake.ask('acme', commercialKey)).toBe('key-unknown');
  });

  test('a key of one Isolated Cloud is unknown in another', async () => {
    const fake = createFake();
    const otherKey = await createSigningKey();
    fake.answers.set('https://other.isolated.invalid/jwks.json', () => Response.json(otherKey.jwks));
    expect(await fake.ask('other', otherKey)).toBe('found');
    expect(await fake.ask('other', isolatedKey)).toBe('key-unknown');
    expect(await fake.ask('acme', otherKey)).toBe('key-unknown');
  });

  test('only the commercial keys are fetched ahead', async () => {
    const fake = createFake();
    fake.keys.prefetch();
    expect(fake.fetched).toEqual([COMMERCIAL_URL]);
    expect(await fake.ask(undefined, commercialKey)).toBe('found');
    expect(fake.fetched).toEqual([COMMERCIAL_URL]);
  });
});

describe('a label', () => {
  test.each(['a', 'acme', 'acme-eu_2', '0', 'x'.repeat(50)])('%s takes its place in the URL', async (label) => {
    const fake = createFake({ isolatedUrlTemplate: 'https://keys.invalid/{icLabel}/jwks.json' });
    await fake.ask(label);
    expect(fake.fetched).toEqual([`https://keys.invalid/${label}/jwks.json`]);
  });

  test.each<[string, unknown]>([
    ['is empty', ''],
    ['has 51 characters', 'x'.repeat(51)],
    ['is in upper case', 'ACME'],
    ['has a dot', 'evil.example'],
    ['has a slash', 'a/b'],
    ['leads upwards', '..'],
    ['has a user in it', 'a@evil'],
    ['starts a query', 'a?b'],
    ['is percent-encoded', '%2e'],
    ['has a space', 'a b'],
    ['ends with a line end', 'acme\n'],
    ['has a NUL', 'a\0'],
    ['is not ASCII', 'аcme'],
    ['is a pattern of replacement', '$&'],
    ['is null', null],
    ['is a number', 7],
    ['is a list', ['acme']],
    ['is an object', { toString: 'acme' }],
  ])('that %s is refused before any fetch', async (_what, label) => {
    const fake = createFake();
    expect(() => fake.keys.for(label)).toThrow(
      expect.objectContaining({
        reason: 'claim-invalid',
        detail: expect.stringMatching(/^icLabel is .*, not a label$/s),
      }),
    );
    expect(fake.fetched).toEqual([]);
  });

  test.each<[unknown]>([['acme'], ['ACME'], [''], [null]])(
    '%j is refused where no Isolated Cloud is served',
    (label) => {
      const keys = createKeySets({ url: COMMERCIAL_URL, fetch: () => Promise.reject(new Error('not to be asked')) });
      expect(() => keys.for(label)).toThrow(
        expect.objectContaining({ reason: 'isolated-cloud-not-served', detail: `icLabel is ${JSON.stringify(label)}` }),
      );
    },
  );
});

describe('a flood of made-up labels', () => {
  const madeUp = (count: number, round = 0) => Array.from({ length: count }, (_, n) => `made-up-${round}-${n}`);

  test('is an outage, not a forgery: nobody can tell which', async () => {
    const fake = createFake();
    const reasons = await Promise.all(madeUp(50).map((label) => fake.ask(label)));
    expect(new Set(reasons)).toEqual(new Set(['key-server-unavailable']));
    expect(() => fake.keys.for('one-more')).toThrow(
      expect.objectContaining({ detail: expect.stringContaining(`${MOST_UNPROVEN} unknown Isolated Clouds`) }),
    );
  });

  test(`causes at most ${MOST_UNPROVEN} fetches a cooldown`, async () => {
    const fake = createFake();
    const fetchesOfRound: number[] = [];
    for (let round = 0; round < 6; round++) {
      const before = fake.fetched.length;
      await Promise.all(madeUp(100, round).map((label) => fake.ask(label)));
      fetchesOfRound.push(fake.fetched.length - before);
      fake.nowMs += COOLDOWN_MS;
    }
    expect(fetchesOfRound).toEqual(Array(6).fill(MOST_UNPROVEN));
  });

  test(`causes at most ${MOST_UNPROVEN} fetches a cooldown when it comes second by second`, async () => {
    const fake = createFake();
    for (let second = 0; second < 60; second++) {
      await Promise.all(madeUp(20, second).map((label) => fake.ask(label)));
      fake.nowMs += 1_000;
    }
    expect(fake.fetched.length).toBeLessThanOrEqual(6 * MOST_UNPROVEN);
  });

  test('in which those that are held come again causes no more fetches', async () => {
    const fake = createFake();
    for (let round = 0; round < 6; round++) {
      const before = fake.fetched.length;
      const held = madeUp(MOST_UNPROVEN, round - 1);
      for (const label of [...held, ...madeUp(100, round)]) await fake.ask(label);
      expect(fake.fetched.length - before).toBeLessThanOrEqual(MOST_UNPROVEN);
      fake.nowMs += COOLDOWN_MS;
    }
  });

  test('is bounded as well where the key server has keys for any label', async () => {
    const fake = createFake({ fetch: async () => Response.json(isolatedKey.jwks) });
    const given = madeUp(1_000).map((label) => {
      try {
        return fake.keys.for(label);
      } catch {
        return undefined;
      }
    });
    expect(given.filter((keys) => keys !== undefined)).toHaveLength(MOST_UNPROVEN);
  });

  test('does not push out a proven label, nor slow it down', async () => {
    const fake = createFake();
    expect(await fake.ask('acme')).toBe('found');
    const proven = fake.keys.for('acme');
    for (let round = 0; round < 20; round++) {
      await Promise.all(madeUp(20, round).map((label) => fake.ask(label)));
      expect(await fake.ask('acme')).toBe('found');
      fake.nowMs += COOLDOWN_MS;
    }
    expect(fake.keys.for('acme')).toBe(proven);
    expect(fake.fetched.filter((url) => url.includes('acme'))).toHaveLength(1);
  });

  test('does not keep out a real label for longer than its turn takes', async () => {
    const fake = createFake();
    await Promise.all(madeUp(20).map((label) => fake.ask(label)));
    expect(await fake.ask('acme')).toBe('key-server-unavailable');
    fake.nowMs += COOLDOWN_MS;
    expect(await fake.ask('acme')).toBe('found');
  });

  test('takes no more memory the longer it lasts', async () => {
    const fake = createFake();
    const given = new Map<string, unknown>();
    for (let round = 0; round < 200; round++) {
      for (const label of madeUp(10, round)) {
        try {
          given.set(label, fake.keys.for(label));
        } catch {
          // Refused: there are enough.
        }
      }
      fake.nowMs += COOLDOWN_MS;
    }
    fake.nowMs -= COOLDOWN_MS; // so that asking makes no room for new ones
    const isHeld = (label: string, keys: unknown) => {
      try {
        return fake.keys.for(label) === keys;
      } catch {
        return false;
      }
    };
    expect(given.size).toBe(200 * MOST_UNPROVEN);
    expect([...given].filter(([label, keys]) => isHeld(label, keys))).toHaveLength(MOST_UNPROVEN);
  });
});
