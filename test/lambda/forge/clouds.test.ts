import { Refusal } from '../../../lambda/contract/outcomes';
import { createCloudKeys, type OtherClouds } from '../../../lambda/forge/clouds';
import { commercialKeys, createKeySet, type KeySetOptions } from '../../../lambda/forge/key-set';
import type { SigningKey } from '../../../tools/emulator/forge/signing-key';
import { signingKeys } from '../../support/signing-keys';

const COMMERCIAL_URL = 'https://keys.invalid/jwks.json';
const TEMPLATE = 'https://{icLabel}.isolated.invalid/jwks.json';
const COOLDOWN_MS = 10_000;
const API_HOSTS = ['api.isolated.invalid'];

let commercialKey: SigningKey;
let isolatedKey: SigningKey;
let otherKey: SigningKey;
beforeAll(async () => {
  [commercialKey, isolatedKey, otherKey] = await signingKeys();
});

/** Key servers in memory: the commercial cloud's, and that of the Isolated Cloud `acme`. Any other can't be reached. */
function createFake({ fetch, ...clouds }: OtherClouds & Partial<Pick<KeySetOptions, 'fetch'>> = {}) {
  const fake = {
    fetched: [] as string[],
    nowMs: 1_000_000,
    answers: new Map([
      [COMMERCIAL_URL, () => Response.json(commercialKey.jwks)],
      ['https://acme.isolated.invalid/jwks.json', () => Response.json(isolatedKey.jwks)],
    ]),
  };
  const fetchFake: KeySetOptions['fetch'] = async (url) => {
    fake.fetched.push(url);
    const answer = fake.answers.get(url);
    if (!answer) throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') });
    return answer();
  };
  const keySet = (url: string) =>
    createKeySet({ url, cooldownMs: COOLDOWN_MS, fetch: fetch ?? fetchFake, now: () => fake.nowMs });
  const isolatedCloud = { jwksUrlTemplate: TEMPLATE, apiHosts: API_HOSTS };
  const commercial = keySet(COMMERCIAL_URL);
  const keys = createCloudKeys(commercial, keySet, { isolatedCloud, ...clouds });
  /** Asks for a key, and proves its label, as the verifier does for a token whose signature is right; and says what came of it: `found`, or the reason of the refusal. */
  async function ask(label: unknown, { keyId } = isolatedKey): Promise<string> {
    try {
      const { prove } = await keys.key(label, keyId);
      prove?.();
      return 'found';
    } catch (error) {
      if (error instanceof Refusal) return error.reason;
      throw error;
    }
  }
  return Object.assign(fake, { commercial, keys, ask });
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
    fake.answers.set('https://other.isolated.invalid/jwks.json', () => Response.json(otherKey.jwks));
    expect(await fake.ask('other', otherKey)).toBe('found');
    fake.nowMs += COOLDOWN_MS;
    expect(await fake.ask('other', isolatedKey)).toBe('key-unknown');
    expect(await fake.ask('acme', otherKey)).toBe('key-unknown');
  });

  test('only the commercial keys are fetched ahead', async () => {
    const fake = createFake();
    fake.commercial.prefetch();
    expect(fake.fetched).toEqual([COMMERCIAL_URL]);
    expect(await fake.ask(undefined, commercialKey)).toBe('found');
    expect(fake.fetched).toEqual([COMMERCIAL_URL]);
  });
});

describe('a label', () => {
  test.each(['a', 'acme', 'acme-eu_2', '0', 'x'.repeat(50)])('%s takes its place in the URL', async (label) => {
    const fake = createFake({
      isolatedCloud: { jwksUrlTemplate: 'https://keys.invalid/{icLabel}/jwks.json', apiHosts: API_HOSTS },
    });
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
    ['is a number', 7],
    ['is a list', ['acme']],
    ['is an object', { toString: 'acme' }],
  ])('that %s is refused before any fetch', async (_what, label) => {
    const fake = createFake();
    await expect(fake.keys.key(label, isolatedKey.keyId)).rejects.toMatchObject({
      reason: 'claim-invalid',
      detail: expect.stringMatching(/^icLabel is .*, not a label$/s),
    });
    expect(fake.fetched).toEqual([]);
  });

  test.each<[unknown]>([['acme'], ['ACME'], ['']])('%j is refused where no Isolated Cloud is served', async (label) => {
    const keySet = createKeySet({ url: COMMERCIAL_URL, fetch: () => Promise.reject(new Error('not to be asked')) });
    for (const keys of [commercialKeys(keySet), createCloudKeys(keySet, () => keySet, {})]) {
      await expect(keys.key(label, 'any')).rejects.toMatchObject({
        reason: 'isolated-cloud-not-served',
        detail: `icLabel is ${JSON.stringify(label)}`,
      });
      expect(await keys.knownKey(label, 'any')).toBeUndefined();
    }
  });

  test('that is null is none', async () => {
    expect(await createFake().ask(null, commercialKey)).toBe('found');
  });

  test('that is not among those configured is refused before any fetch; one that is needs no proof', async () => {
    const fake = createFake({ isolatedCloud: { jwksUrlTemplate: TEMPLATE, apiHosts: API_HOSTS, labels: ['acme'] } });
    expect(await fake.ask('made-up')).toBe('isolated-cloud-not-served');
    expect(fake.fetched).toEqual([]);
    expect(await fake.ask('acme')).toBe('found');
  });
});

test('labels that are configured are all held, however many', async () => {
  const labels = Array.from({ length: 30 }, (_, n) => `label-${n}`);
  const fake = createFake({ isolatedCloud: { jwksUrlTemplate: TEMPLATE, apiHosts: API_HOSTS, labels } });
  for (const label of [...labels, ...labels]) await fake.ask(label);
  expect(fake.fetched).toHaveLength(30);
  await expect(fake.keys.key('made-up', 'kid')).rejects.toMatchObject({
    detail: expect.stringContaining('icLabel is "made-up"; labels: label-0, label-1, '),
  });
});

test('a key comes with the API hosts of its cloud', async () => {
  const fake = createFake();
  expect(await fake.keys.key('acme', isolatedKey.keyId)).toMatchObject({ apiHosts: API_HOSTS });
  expect(await fake.keys.key(undefined, commercialKey.keyId)).toEqual({ key: expect.anything() });
});

test('a known key is one of its own cloud, and of a label that was met', async () => {
  const fake = createFake();
  expect(await fake.keys.knownKey('acme', isolatedKey.keyId)).toBeUndefined();
  await fake.keys.key('acme', isolatedKey.keyId);
  await fake.keys.key(undefined, commercialKey.keyId);
  expect(await fake.keys.knownKey('acme', isolatedKey.keyId)).toBeDefined();
  expect(await fake.keys.knownKey('acme', commercialKey.keyId)).toBeUndefined();
  expect(await fake.keys.knownKey(undefined, isolatedKey.keyId)).toBeUndefined();
});

test('all clouds settle: the commercial one, those apart, the isolated ones', async () => {
  const APART = 'https://keys.gov.invalid/jwks.json';
  for (const slow of [COMMERCIAL_URL, APART, 'https://acme.isolated.invalid/jwks.json']) {
    const answers = new Map<string, () => void>();
    const fake = createFake({
      clouds: { government: { jwksUrl: APART, apiHosts: ['api.gov.invalid'] } },
      fetch: (url) =>
        new Promise((resolve) => answers.set(String(url), () => resolve(Response.json(isolatedKey.jwks)))),
    });
    const asked = [fake.keys.key(undefined, 'none'), fake.keys.key('acme', 'none')].map((key) =>
      key.catch(() => undefined),
    );
    const turn = () => new Promise(setImmediate);
    await turn();
    for (const [url, answer] of answers) if (url !== slow) answer();
    for (let turns = 0; turns < 10; turns++) await turn();
    // A cloud apart is asked only once the commercial one has answered.
    for (const [url, answer] of answers) if (url !== slow) answer();
    let isSettled = false;
    const settled = fake.keys.settled().then(() => {
      isSettled = true;
    });
    for (let turns = 0; turns < 10; turns++) await turn();
    expect({ slow, isSettled }).toEqual({ slow, isSettled: false });
    answers.get(slow)?.();
    await settled;
    for (let turns = 0; turns < 10; turns++) await turn();
    for (const answer of answers.values()) answer();
    await Promise.all(asked);
  }
});

describe('a flood of made-up labels', () => {
  const madeUp = (count: number, round = 0) => Array.from({ length: count }, (_, n) => `made-up-${round}-${n}`);
  const flood = async (fake: ReturnType<typeof createFake>, count: number, round = 0) => {
    for (const label of madeUp(count, round)) expect(await fake.ask(label)).toBe('key-server-unavailable');
  };

  test('does not keep out a real label, however fast it is: it has its fetch at once', async () => {
    const fake = createFake();
    for (let second = 0; second < 30; second++) {
      await flood(fake, 5, second);
      fake.nowMs += 1_000;
    }
    expect(await fake.ask('acme')).toBe('found');
  });

  test('costs a fetch for each call at the most, and none where the same label comes again', async () => {
    const fake = createFake();
    await flood(fake, 10);
    await flood(fake, 10);
    expect(fake.fetched).toHaveLength(10);
  });

  test('does not push out a proven label, nor have it fetched again', async () => {
    const fake = createFake();
    expect(await fake.ask('acme')).toBe('found');
    await flood(fake, 200);
    expect(await fake.ask('acme')).toBe('found');
    expect(fake.fetched.filter((url) => url.includes('acme'))).toHaveLength(1);
  });

  test('takes no more memory the longer it lasts: the oldest makes room', async () => {
    const fake = createFake();
    await flood(fake, 200);
    const before = fake.fetched.length;
    // The last 20 are held and in their cooldown; those before them were forgotten.
    for (const label of madeUp(200).slice(180)) await fake.ask(label);
    expect(fake.fetched).toHaveLength(before);
    await fake.ask('made-up-0-0');
    expect(fake.fetched).toHaveLength(before + 1);
  });
});

describe('a cloud apart', () => {
  const URL = 'https://keys.gov.invalid/jwks.json';
  const clouds = { government: { jwksUrl: URL, apiHosts: ['api.gov.invalid'] } };

  test('has its own keys and APIs; the commercial ones are asked first', async () => {
    const fake = createFake({ clouds });
    fake.answers.set(URL, () => Response.json(isolatedKey.jwks));
    expect(await fake.keys.key(undefined, commercialKey.keyId)).not.toHaveProperty('apiHosts');
    expect(await fake.keys.key(undefined, isolatedKey.keyId)).toMatchObject({ apiHosts: ['api.gov.invalid'] });
    // Known from now on, without a look at the commercial keys.
    const before = fake.fetched.length;
    fake.nowMs += COOLDOWN_MS;
    expect(await fake.keys.knownKey(undefined, isolatedKey.keyId)).toBeDefined();
    expect(await fake.keys.key(undefined, isolatedKey.keyId)).toMatchObject({ apiHosts: ['api.gov.invalid'] });
    expect(fake.fetched).toHaveLength(before);
    expect(await fake.ask(undefined, { ...commercialKey, keyId: 'nobody' })).toBe('key-unknown');
  });
});
