import { createUserTokens } from '../../../lambda/atlassian/user-tokens';
import { BASE_URL, createApi, FIRST_TOKEN, INSTALLATION, SECOND_TOKEN, SITE_ARI, status } from './simulated-api';

const ALICE = '5b10ac8d82e05b22cc7d4ef5';
const BOB = '712020:0e99b8f4-5d1b-4f0c-b8c6-5a4b2e6f7a10';
const GRAPHQL = 'https://api.atlassian.com/graphql';

const madeToken = (token: string, ttl: unknown = 3_600) =>
  Response.json({ data: { offlineUserAuthToken: { success: true, errors: null, authToken: { token, ttl } } } });
const refused = (...messages: string[]) =>
  Response.json({
    data: {
      offlineUserAuthToken: { success: false, errors: messages.map((message) => ({ message })), authToken: null },
    },
  });

type Api = ReturnType<typeof createApi>;
/** The tokens that arrived at the product's API, and how many exchanges there were. */
const usedTokens = ({ arrived }: Api) =>
  arrived.filter(({ url }) => url !== GRAPHQL).map(({ authorization }) => authorization?.replace('Bearer ', ''));
const exchanges = ({ arrived }: Api) => arrived.filter(({ url }) => url === GRAPHQL);

test('the app’s token is exchanged for the user’s, for the site of the API base URL', async () => {
  const api = createApi();
  api.answers = [madeToken('token-of-alice')];
  const response = await api.atlassian.asUser(ALICE).fetch('/wiki/rest/api/user/current');
  expect(response.status).toBe(200);
  const [exchange, request] = api.arrived;
  expect(exchange).toMatchObject({ method: 'POST', url: GRAPHQL, authorization: `Bearer ${FIRST_TOKEN}` });
  const { query, variables } = JSON.parse(exchange?.body ?? '');
  expect(query).toContain('offlineUserAuthToken(input: $input)');
  expect(variables).toEqual({ input: { contextIds: [SITE_ARI], userId: ALICE } });
  expect(request).toMatchObject({
    url: `${BASE_URL}/wiki/rest/api/user/current`,
    authorization: 'Bearer token-of-alice',
  });
});

describe('a user’s token', () => {
  test('is used again, for that user alone', async () => {
    const api = createApi();
    api.answers = [madeToken('of-alice'), status(200), status(200), madeToken('of-bob'), status(200)];
    await api.atlassian.asUser(ALICE).fetch('/a');
    await api.atlassian.asUser(ALICE).fetch('/b');
    await api.atlassian.asUser(BOB).fetch('/c');
    await api.atlassian.fetch('/d');
    expect(usedTokens(api)).toEqual(['of-alice', 'of-alice', 'of-bob', FIRST_TOKEN]);
    expect(exchanges(api)).toHaveLength(2);
  });

  test('is made once, however many ask for it at once', async () => {
    const api = createApi();
    api.answers = [madeToken('of-alice')];
    await Promise.all(['/a', '/b', '/c'].map((path) => api.atlassian.asUser(ALICE).fetch(path)));
    expect(usedTokens(api)).toEqual(['of-alice', 'of-alice', 'of-alice']);
    expect(exchanges(api)).toHaveLength(1);
  });

  test.each([
    ['until a minute before its end', 3_600, 3_540],
    ['for four fifths of a short life', 100, 80],
  ])('is used %s', async (_how, ttl, seconds) => {
    const api = createApi();
    api.answers = [madeToken('first', ttl), status(200), status(200), madeToken('second', ttl)];
    await api.atlassian.asUser(ALICE).fetch('/x');
    api.nowMs += seconds * 1_000 - 1;
    await api.atlassian.asUser(ALICE).fetch('/x');
    api.nowMs += 1;
    await api.atlassian.asUser(ALICE).fetch('/x');
    expect(usedTokens(api)).toEqual(['first', 'first', 'second']);
  });

  test('that is answered with 401 is exchanged for another, once', async () => {
    const api = createApi();
    api.answers = [madeToken('first'), status(401), madeToken('second'), status(401), madeToken('third')];
    const error = api.atlassian.asUser(ALICE).fetch('/x');
    await expect(error).rejects.toMatchObject({ code: 'AtlassianUnauthorized' });
    await expect(error).rejects.toThrow('allowImpersonation');
    expect(usedTokens(api)).toEqual(['first', 'second']);
    expect(api.invalidated).toEqual([]);
  });

  test('stays with its installation when clients share a cache', async () => {
    const userTokens = createUserTokens();
    const elsewhere = 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00';
    const [here, there] = [createApi({ userTokens }), createApi({ userTokens, installation: elsewhere })];
    here.answers = [madeToken('here')];
    there.answers = [madeToken('there')];
    await here.atlassian.asUser(ALICE).fetch('/x');
    await there.atlassian.asUser(ALICE).fetch('/x');
    const again = createApi({ userTokens, installation: INSTALLATION });
    await again.atlassian.asUser(ALICE).fetch('/x');
    expect([usedTokens(here), usedTokens(there), usedTokens(again)]).toEqual([['here'], ['there'], ['here']]);
  });
});

describe('a cache of users’ tokens', () => {
  const NOW_MS = 1_900_000_000_000;
  const createCache = () => {
    const cache = createUserTokens({ now: () => NOW_MS });
    let made = 0;
    const get = (accountId: string) =>
      cache.get({ installation: INSTALLATION, accountId }, async () => {
        made += 1;
        return { token: `token-${made}`, expiresAtMs: NOW_MS + 3_600_000 };
      });
    return { cache, get, made: () => made };
  };

  test('keeps a newer token than the one that was refused', async () => {
    const { cache, get } = createCache();
    const first = await get(ALICE);
    cache.drop({ installation: INSTALLATION, accountId: ALICE }, first);
    const second = await get(ALICE);
    cache.drop({ installation: INSTALLATION, accountId: ALICE }, first);
    expect([first, second, await get(ALICE)]).toEqual(['token-1', 'token-2', 'token-2']);
  });

  test('is bounded: the oldest goes', async () => {
    const { get, made } = createCache();
    for (let user = 0; user < 1_000; user++) await get(`user-${user}`);
    await get('user-0');
    expect(made()).toBe(1_000);
    await get('user-1000');
    await get('user-0');
    expect(made()).toBe(1_002);
  });
});

describe('the exchange', () => {
  test('goes on with a newer app token', async () => {
    const api = createApi();
    api.slot = [FIRST_TOKEN, SECOND_TOKEN];
    api.answers = [status(401), madeToken('of-alice')];
    await api.atlassian.asUser(ALICE).fetch('/x');
    expect(exchanges(api).map(({ authorization }) => authorization)).toEqual([
      `Bearer ${FIRST_TOKEN}`,
      `Bearer ${SECOND_TOKEN}`,
    ]);
  });

  test('is repeated after a fault, and each try takes its place in the pace', async () => {
    const userTokens = createUserTokens({ now: () => 0, exchangesPerMinute: 60 });
    const api = createApi({ userTokens });
    api.answers = [status(500), madeToken('of-alice')];
    await api.atlassian.asUser(ALICE).fetch('/x');
    expect(Array.from({ length: 19 }, () => userTokens.bucket.take()).slice(-2)).toEqual([0, 1_000]);
  });

  test('waits for its place', async () => {
    const api = createApi();
    const users = Array.from({ length: 22 }, (_, number) => `user-${number}`);
    api.answers = users.map(
      (user) =>
        ({ url }: Request) =>
          url === GRAPHQL ? madeToken(user) : status(200),
    );
    for (const user of users) {
      api.answers = [madeToken(user), status(200)];
      await api.atlassian.asUser(user).fetch('/x');
    }
    expect(api.pauses).toEqual([600, 600]);
  });

  test('of one caller goes on for others when he gives up', async () => {
    const api = createApi();
    const controller = new AbortController();
    api.answers = [
      async () => {
        controller.abort(new Error('not needed any more'));
        return madeToken('of-alice');
      },
    ];
    const alice = api.atlassian.asUser(ALICE);
    const [given, other] = [alice.fetch('/a', { signal: controller.signal }), alice.fetch('/b')];
    await expect(given).rejects.toThrow('not needed any more');
    expect((await other).status).toBe(200);
    expect(exchanges(api)).toHaveLength(1);
  });
});

describe('a refusal', () => {
  test.each([
    ['of the mutation', refused('Could not load permissions', 'and more'), 'Could not load permissions; and more'],
    ['of GraphQL', Response.json({ errors: [{ message: 'Access denied' }], data: null }), 'Access denied'],
    [
      'of GraphQL, with status 400',
      Response.json({ errors: [{ message: 'Bad input' }] }, { status: 400 }),
      'Bad input',
    ],
    ['without words', Response.json({ data: { offlineUserAuthToken: { success: false } } }), 'no error is named'],
    ['with odd errors', Response.json({ errors: ['x', { message: 1 }] }), 'an error without a message'],
    ['that is no JSON', new Response('<html>', { status: 200 }), 'no error is named'],
    ['by status', new Response('', { status: 404 }), 'status 404'],
    ['with a token that can’t be sent', madeToken('not\na token'), 'neither a token and its ttl'],
    ['with a ttl that is none', madeToken('of-alice', 'soon'), 'neither a token and its ttl'],
    ['with a ttl of 0', madeToken('of-alice', 0), 'neither a token and its ttl'],
  ])('%s is an error with what Atlassian said, and the usual causes', async (_of, answer, said) => {
    const api = createApi();
    api.answers = [answer];
    const error = api.atlassian.asUser(ALICE).fetch('/x');
    await expect(error).rejects.toMatchObject({
      code: 'UserTokenRefused',
      accountId: ALICE,
      contextAri: SITE_ARI,
      message: expect.stringContaining(said),
    });
    await expect(error).rejects.toThrow(/1\. the context ARI .*; 2\. .*read:app-user-token.*; 3\. the user/);
    expect(usedTokens(api)).toEqual([]);
  });

  test('is not remembered', async () => {
    const api = createApi();
    api.answers = [refused('not yet'), madeToken('of-alice')];
    await expect(api.atlassian.asUser(ALICE).fetch('/x')).rejects.toMatchObject({ code: 'UserTokenRefused' });
    expect((await api.atlassian.asUser(ALICE).fetch('/x')).status).toBe(200);
  });
});

describe('the site', () => {
  const contextsAsked = async (token: Parameters<typeof createApi>[1]) => {
    const api = createApi({}, token);
    api.answers = [madeToken('of-alice')];
    await api.atlassian.asUser(ALICE).fetch('/x');
    return JSON.parse(exchanges(api)[0]?.body ?? '').variables.input.contextIds;
  };
  const jira = { name: 'Jira', siteAri: 'ari:cloud:jira::site/1' };
  const otherJira = { name: 'jira', siteAri: 'ari:cloud:jira::site/2' };
  const confluence = { name: 'confluence', siteAri: 'ari:cloud:confluence::site/1' };

  test('is that of the product and the cloud that the API base URL is for', async () => {
    const apiBaseUrl = 'https://api.atlassian.com/ex/jira/2';
    expect(await contextsAsked({ apiBaseUrl, contexts: [confluence, jira, otherJira] })).toEqual([otherJira.siteAri]);
    expect(await contextsAsked({ apiBaseUrl, contexts: [confluence, jira] })).toEqual([jira.siteAri]);
  });

  test.each([
    ['no contexts', BASE_URL, [], 'empty'],
    ['another product', BASE_URL, [jira], 'Jira'],
    ['a context without a site', BASE_URL, [{ name: 'confluence' }], 'confluence (without a site)'],
    ['a URL of another kind', 'https://api.bitbucket.org/2.0', [{ name: 'bitbucket' }], 'bitbucket'],
  ])('is unknown with %s: an error that says so', async (_with, apiBaseUrl, contexts, known) => {
    const api = createApi({}, { apiBaseUrl, contexts });
    const error = api.atlassian.asUser(ALICE).fetch('/x');
    await expect(error).rejects.toMatchObject({ code: 'SiteUnknown' });
    await expect(error).rejects.toThrow(apiBaseUrl);
    await expect(error).rejects.toThrow(known);
    expect(api.arrived).toEqual([]);
  });
});

test('an account id that is none is an error at once', () => {
  expect(() => createApi().atlassian.asUser(' ')).toThrow(RangeError);
});
