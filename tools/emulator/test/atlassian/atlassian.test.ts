import { randomUUID } from 'node:crypto';
import { type AnsweredCall, type AtlassianAnswers, linesFor } from '../../atlassian/answers';
import { type AtlassianOptions, type SimulatedAtlassian, startAtlassian } from '../../atlassian/atlassian';
import { hang, status, tooManyRequests } from '../../atlassian/failures';

const CLOUD: string = randomUUID();
const OTHER_CLOUD: string = randomUUID();
const SITE = `ari:cloud:confluence::site/${CLOUD}`;
const MUTATION = `mutation forge_remote($input: OfflineUserAuthTokenInput!) {
  offlineUserAuthToken(input: $input) { success errors { message } authToken { token ttl } }
}`;

interface SpacesPage {
  readonly results: { readonly name: string }[];
  readonly _links: { readonly next?: string };
}

interface UserTokenAnswer {
  readonly data: { readonly offlineUserAuthToken: { readonly authToken: { readonly token: string } } };
  readonly errors?: unknown;
}

let now: number;
let atlassian: SimulatedAtlassian;

async function start(options: Partial<AtlassianOptions> = {}): Promise<void> {
  now = Date.UTC(2026, 7, 1);
  const isValid = (bearer: string, cloudId: string) => bearer === 'app-token' && cloudId === CLOUD;
  atlassian = await startAtlassian({ isValid, now: () => now, ...options });
}

afterEach(() => atlassian.stop());

const bearer = (token?: string) => (token === undefined ? {} : { authorization: `Bearer ${token}` });

const get = (path: string, token?: string, cloudId = CLOUD) =>
  fetch(`${atlassian.url}/ex/confluence/${cloudId}${path}`, { headers: bearer(token) });

const getSpaces = (query: string, token = 'app-token') => get(`/wiki/api/v2/spaces${query}`, token);

const readPage = async (response: Response) => (await response.json()) as SpacesPage;

async function userToken(input: object, token?: string) {
  const body = JSON.stringify({ query: MUTATION, variables: { input } });
  const headers = { 'content-type': 'application/json', ...bearer(token) };
  const response = await fetch(`${atlassian.url}/graphql`, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as UserTokenAnswer };
}

describe('the spaces of a site', () => {
  test('come in pages, and the next page is linked', async () => {
    await start({ spaces: 5 });
    const names: string[] = [];
    let next: string | undefined = '/wiki/api/v2/spaces?limit=2';
    const pages: number[] = [];
    while (next !== undefined) {
      const response = await get(next, 'app-token');
      const { results, _links } = await readPage(response);
      pages.push(results.length);
      names.push(...results.map(({ name }) => name));
      next = _links.next;
      expect(response.headers.get('link')).toBe(next === undefined ? null : `<${next}>; rel="next"`);
    }
    expect(pages).toEqual([2, 2, 1]);
    expect(names).toEqual(['Space 1', 'Space 2', 'Space 3', 'Space 4', 'Space 5']);
  });

  test('are 25 on a page unless asked otherwise', async () => {
    await start({ spaces: 26 });
    expect((await readPage(await getSpaces(''))).results).toHaveLength(25);
    expect((await readPage(await getSpaces('?limit=250'))).results).toHaveLength(26);
  });

  test.each(['?limit=0', '?limit=251', '?limit=many', '?cursor=nonsense'])('%s is a bad request', async (query) => {
    await start();
    expect((await getSpaces(query)).status).toBe(400);
  });
});

describe('a bearer', () => {
  test.each<[string, string | undefined, string, number]>([
    ['of this site', 'app-token', CLOUD, 200],
    ['of another site', 'app-token', OTHER_CLOUD, 401],
    ['that nobody made', 'other-token', CLOUD, 401],
    ['that is missing', undefined, CLOUD, 401],
  ])('%s', async (_what, token, cloudId, expected) => {
    await start();
    expect((await get('/wiki/api/v2/spaces', token, cloudId)).status).toBe(expected);
  });

  test('may be validated asynchronously', async () => {
    await start({ isValid: async () => true });
    expect((await getSpaces('', 'anything')).status).toBe(200);
  });
});

test('a call without an answer gets a 404 that says so, and is reported', async () => {
  const unanswered: object[] = [];
  await start({ onUnanswered: (call) => unanswered.push(call) });
  const response = await get('/wiki/api/v2/pages?limit=1', 'app-token');
  expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('has no answer here')]);
  expect(unanswered).toEqual([{ method: 'GET', path: '/wiki/api/v2/pages' }]);
});

describe('prepared answers', () => {
  const answers: AtlassianAnswers = {
    'GET /rest/api/3/issue/{key}': ({ params, query }: AnsweredCall) => ({
      key: params.key,
      fields: query.get('fields'),
    }),
    'GET /rest/api/3/issue/createmeta': { projects: [] },
    'POST /rest/api/3/issue': ({ body }: AnsweredCall) => Response.json({ made: body }, { status: 201 }),
    'DELETE /rest/api/3/issue/{key}': () => new Response(null, { status: 204 }),
  };
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${atlassian.url}/ex/jira/${CLOUD}${path}`, {
      method,
      headers: bearer('app-token'),
      ...(body && { body: JSON.stringify(body) }),
    });
    return [response.status, await response.text()];
  };
  beforeEach(() => start({ answers }));

  test('are taken by method and path, for any product', async () => {
    expect(await call('GET', '/rest/api/3/issue/A-1?fields=summary')).toEqual([
      200,
      '{"key":"A-1","fields":"summary"}',
    ]);
  });

  test('an exact path wins over one with a name', async () => {
    expect(await call('GET', '/rest/api/3/issue/createmeta')).toEqual([200, '{"projects":[]}']);
  });

  test('may be a whole response, built from the body', async () => {
    expect(await call('POST', '/rest/api/3/issue', { fields: {} })).toEqual([201, '{"made":{"fields":{}}}']);
    expect(await call('DELETE', '/rest/api/3/issue/A-1')).toEqual([204, '']);
  });

  test('leave all other calls unanswered, also the sample of spaces', async () => {
    expect((await call('PUT', '/rest/api/3/issue/A-1'))[0]).toBe(404);
    expect((await call('GET', '/wiki/api/v2/spaces'))[0]).toBe(404);
    expect((await call('GET', '/rest/api/3/issue/A-1/comment'))[0]).toBe(404);
  });

  test('need a token', async () => {
    const response = await fetch(`${atlassian.url}/ex/jira/${CLOUD}/rest/api/3/issue/createmeta`);
    expect(response.status).toBe(401);
  });

  test('the line to add for a call', () => {
    expect(linesFor({ method: 'GET', path: "/wiki/it's" })).toBe("  'GET /wiki/it\\'s': {},");
  });
});

describe('acting for a user', () => {
  test('gets a token that is valid at the site until it expires', async () => {
    await start({ userTokenLifeSeconds: 60 });
    const { status: code, body } = await userToken({ contextIds: [SITE], userId: 'user-1' }, 'app-token');
    expect([code, body]).toEqual([
      200,
      {
        data: {
          offlineUserAuthToken: { success: true, errors: [], authToken: { token: expect.any(String), ttl: 60 } },
        },
      },
    ]);
    const { token } = body.data.offlineUserAuthToken.authToken;
    expect((await getSpaces('', token)).status).toBe(200);
    expect((await get('/wiki/api/v2/spaces', token, OTHER_CLOUD)).status).toBe(401);
    now += 60_000;
    expect((await getSpaces('', token)).status).toBe(401);
  });

  test.each([
    ['the bare cloud id', [CLOUD]],
    ['a workspace', [`ari:cloud:confluence:${CLOUD}:workspace/${CLOUD}`]],
    ['the installation', ['ari:cloud:ecosystem::installation/0d9a5c3c-7a11-4f1d-8a44-6b9f2b0e3f0c']],
    ['the installation beside the site', [SITE, 'ari:cloud:ecosystem::installation/0d9a5c3c']],
    ['nothing', []],
  ])('fails for a context that is %s', async (_what, contextIds) => {
    await start();
    const { status: code, body } = await userToken({ contextIds, userId: 'user-1' }, 'app-token');
    expect(code).toBe(200);
    expect(body.data.offlineUserAuthToken).toEqual({
      success: false,
      errors: [{ message: expect.stringContaining('Could not load permissions for app user') }],
      authToken: null,
    });
  });

  test('needs an app token of that site', async () => {
    await start();
    const input = { contextIds: [SITE], userId: 'user-1' };
    expect((await userToken(input)).status).toBe(401);
    expect((await userToken(input, 'other-token')).status).toBe(401);
    const other = { ...input, contextIds: [`ari:cloud:jira::site/${OTHER_CLOUD}`] };
    expect((await userToken(other, 'app-token')).status).toBe(401);
  });

  test('is a bad request without a user', async () => {
    await start();
    const { status: code, body } = await userToken({ contextIds: [SITE] }, 'app-token');
    expect([code, body.errors]).toEqual([
      400,
      [{ message: expect.stringContaining('{ input: { contextIds, userId } }') }],
    ]);
  });
});

describe('fails on request:', () => {
  test('too many requests, a number of times', async () => {
    await start();
    atlassian.misbehave(tooManyRequests(7), 2);
    const answers = [await getSpaces(''), await getSpaces(''), await getSpaces('')];
    expect(answers.map((answer) => [answer.status, answer.headers.get('retry-after')])).toEqual([
      [429, '7'],
      [429, '7'],
      [200, null],
    ]);
  });

  test('any status, until it ends', async () => {
    await start();
    atlassian.misbehave(status(500));
    expect((await getSpaces('')).status).toBe(500);
    atlassian.misbehave(undefined);
    expect((await getSpaces('')).status).toBe(200);
  });

  test('no answer', async () => {
    await start();
    atlassian.misbehave(hang);
    const answered = getSpaces('').then(
      () => 'answered',
      () => 'cut',
    );
    while (atlassian.requests.length === 0) await new Promise(setImmediate);
    await atlassian.stop();
    await expect(answered).resolves.toBe('cut');
    await start();
  });
});

test('requests are recorded without their bearer tokens', async () => {
  await start();
  await getSpaces('?limit=1');
  expect(atlassian.requests).toEqual([{ method: 'GET', path: `/ex/confluence/${CLOUD}/wiki/api/v2/spaces?limit=1` }]);
});
