import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { createAtlassian } from '../../../lambda/atlassian/client';
import { connectionReset, createApi, errorOf, FIRST_TOKEN, SECOND_TOKEN, status } from './simulated-api';

const USER_TOKEN = 'opaque-token-of-a-user-0123456789';

/** All that a log could show of `value`. */
const shown = (value: unknown) =>
  [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
    JSON.stringify(value),
    ...(value instanceof Error ? [value.message, value.stack, inspect(value.cause, { depth: 9 })] : []),
  ].join('\n');

function expectNoToken(value: unknown) {
  for (const token of [FIRST_TOKEN, SECOND_TOKEN, USER_TOKEN, FIRST_TOKEN.slice(0, 30)]) {
    expect(shown(value)).not.toContain(token);
  }
}

const echo = (code: number) => (request: Request) =>
  Response.json(
    { message: `You sent ${request.headers.get('authorization')}, and I don't like ${FIRST_TOKEN.slice(0, 40)}` },
    { status: code },
  );
const success = (token: string, errors: unknown) =>
  Response.json({ data: { offlineUserAuthToken: { success: true, authToken: { token, ttl: 60 } } }, errors });

test.each<[string, Parameters<typeof createApi>[0], () => ReturnType<typeof createApi>['answers']]>([
  ['401 that echoes the token', {}, () => [echo(401)]],
  ['403 that echoes the token', {}, () => [echo(403)]],
  ['broken connections', {}, () => Array.from({ length: 4 }, connectionReset)],
  [
    'a failure that quotes the headers',
    {},
    () => Array.from({ length: 4 }, () => new TypeError(`headers: Bearer ${FIRST_TOKEN}`)),
  ],
  ['a deadline', { deadlineMs: 1_900_000_000_100 }, () => [status(429, { 'retry-after': '9' })]],
])('%s: the error shows no token', async (_name, options, answers) => {
  const api = createApi(options);
  api.answers = answers();
  const error = await errorOf(api.atlassian.fetch('/x'));
  expect(error).toHaveProperty('code');
  expectNoToken(error);
});

test.each<[string, () => ReturnType<typeof createApi>['answers']]>([
  ['an exchange that echoes the app’s token', () => [success('', [{ message: `Bad: ${FIRST_TOKEN}` }])]],
  ['an exchange with a token and an error that quotes it', () => [success(USER_TOKEN, [{ message: USER_TOKEN }])]],
  ['an exchange cut off within the token', () => [new Response(`{"data":{"authToken":"${USER_TOKEN}`)]],
  ['401 to the user’s token', () => [success(USER_TOKEN, []), echo(401), success(USER_TOKEN, []), echo(401)]],
])('%s: the error shows no token', async (_name, answers) => {
  const api = createApi();
  api.answers = answers();
  const error = await errorOf(api.atlassian.asUser('alice').fetch('/x'));
  expect(error).toHaveProperty('code');
  expectNoToken(error);
});

test('a client shows no token, before and after it was used', async () => {
  const api = createApi();
  api.answers = [success(USER_TOKEN, [])];
  const user = api.atlassian.asUser('alice');
  await user.fetch('/x');
  for (const value of [api.atlassian, user]) expectNoToken(value);
});

test('401 shows what Atlassian said, in short, and no web page', async () => {
  const api = createApi();
  api.answers = [
    new Response(`scope  does\nnot match ${'x'.repeat(5_000)}`, { status: 403 }),
    new Response('<html>Log in', { status: 403, headers: { 'content-type': 'text/html; charset=utf-8' } }),
    new Response('y'.repeat(70_000), { status: 403 }),
  ];
  const long = errorOf(api.atlassian.fetch('/x'));
  await expect(long).resolves.toMatchObject({ message: expect.stringContaining('(scope does not match x') });
  expect(shown(await long)).not.toContain('x'.repeat(400));
  expect(shown(await errorOf(api.atlassian.fetch('/x')))).not.toContain('Log in');
  expect(shown(await errorOf(api.atlassian.fetch('/x')))).not.toContain('yyy');
});

describe('over the wire', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** A server on this machine that notes the tokens that reach it. */
  async function serve(answer: Parameters<typeof createServer>[1]) {
    const tokens: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      tokens.push(request.headers.authorization);
      answer?.(request, response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return { tokens, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  const clientOf = (apiBaseUrl: string) =>
    createAtlassian({
      installation: 'any',
      tokens: {
        get: async () => ({ token: FIRST_TOKEN, expiresAtMs: Infinity, installationId: '', apiBaseUrl, contexts: [] }),
        invalidate: () => undefined,
      },
      sleep: async () => undefined,
    });

  test('a redirect is the answer: the token does not go along', async () => {
    const stranger = await serve((_request, response) => response.end('got it'));
    const api = await serve((_request, response) => {
      response.writeHead(303, { location: `${stranger.url}/file?signature=1` }).end();
    });
    const response = await clientOf(api.url).fetch('/attachment/1');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`${stranger.url}/file?signature=1`);
    expect(api.tokens).toEqual([`Bearer ${FIRST_TOKEN}`]);
    expect(stranger.tokens).toEqual([]);
  });

  test('a connection that is cut is tried again, and named by its code', async () => {
    const api = await serve((request) => request.socket.destroy());
    const error = await errorOf(clientOf(api.url).fetch('/x'));
    expect(error).toMatchObject({
      code: 'AtlassianUnreachable',
      tries: 4,
      failure: expect.stringMatching(/^[A-Z_]+$/),
    });
    expect(api.tokens).toHaveLength(4);
    expectNoToken(error);
  });

  test('bodies of answers that are tried again do not keep their connections', async () => {
    let calls = 0;
    const api = await serve((_request, response) => {
      calls += 1;
      response.writeHead(calls < 4 ? 503 : 200).end('z'.repeat(200_000));
    });
    const response = await clientOf(api.url).fetch('/x');
    expect([response.status, calls, (await response.text()).length]).toEqual([200, 4, 200_000]);
  });
});
