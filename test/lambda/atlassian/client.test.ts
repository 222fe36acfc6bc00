import { BASE_URL, connectionReset, createApi, FIRST_TOKEN, SECOND_TOKEN, status } from './simulated-api';

describe('a request', () => {
  test('goes to the API base URL with the token of the slot', async () => {
    const api = createApi();
    const response = await api.atlassian.fetch('/wiki/api/v2/spaces?limit=1', { headers: { accept: 'text/plain' } });
    expect(response.status).toBe(200);
    expect(api.arrived).toHaveLength(1);
    expect(api.arrived[0]).toMatchObject({
      method: 'GET',
      url: `${BASE_URL}/wiki/api/v2/spaces?limit=1`,
      authorization: `Bearer ${FIRST_TOKEN}`,
    });
    expect(api.arrived[0]?.headers.get('accept')).toBe('text/plain');
  });

  test('carries what it is given, but for an authorization of its own', async () => {
    const api = createApi();
    await api.atlassian.fetch('/x', { method: 'post', body: '{"a":1}', headers: { authorization: 'Basic abc' } });
    expect(api.arrived[0]).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
      authorization: `Bearer ${FIRST_TOKEN}`,
    });
  });

  test.each([200, 204, 400, 404, 409])('answered with %i is the caller’s to judge', async (code) => {
    const api = createApi();
    api.answers = [new Response(null, { status: code })];
    expect((await api.atlassian.fetch('/x')).status).toBe(code);
    expect(api.arrived).toHaveLength(1);
  });

  test('that can not be one is an error at once', async () => {
    const api = createApi();
    await expect(api.atlassian.fetch('/x', { body: 'a GET has none' })).rejects.toThrow('cannot have body');
    await expect(api.atlassian.fetch('/x', { headers: { 'not a name': 'x' } })).rejects.toThrow('not a name');
    expect(api.arrived).toEqual([]);
  });
});

describe('401', () => {
  test('with a newer token in the slot: the request is sent again with it', async () => {
    const api = createApi();
    api.slot = [FIRST_TOKEN, SECOND_TOKEN];
    api.answers = [status(401), new Response('after all')];
    const response = await api.atlassian.fetch('/x', { method: 'POST', body: 'once more' });
    expect(await response.text()).toBe('after all');
    expect(api.arrived.map(({ authorization, body }) => [authorization, body])).toEqual([
      [`Bearer ${FIRST_TOKEN}`, 'once more'],
      [`Bearer ${SECOND_TOKEN}`, 'once more'],
    ]);
  });

  test('with no newer token is an error that names the usual causes, in order', async () => {
    const api = createApi();
    api.answers = [Response.json({ code: 401, message: 'Unauthorized; scope does not match' }, { status: 401 })];
    const error = api.atlassian.fetch('/wiki/api/v2/spaces?cql=private');
    await expect(error).rejects.toMatchObject({ code: 'AtlassianUnauthorized', name: 'AtlassianUnauthorized' });
    await expect(error).rejects.toThrow(`GET ${BASE_URL}/wiki/api/v2/spaces was answered 401`);
    await expect(error).rejects.toThrow('scope does not match');
    await expect(error).rejects.toThrow(/1\. .*api\.atlassian\.com; 2\. .*read:app-system-token.*; 3\. .*uninstalled/);
    await expect(error).rejects.not.toThrow('private');
    expect(api.invalidated).toEqual([FIRST_TOKEN]);
    expect(api.arrived).toHaveLength(1);
  });

  test('to the newer token, too, is an error: there is no third try', async () => {
    const api = createApi();
    api.slot = [FIRST_TOKEN, SECOND_TOKEN, 'third'];
    api.answers = [status(401), status(401)];
    await expect(api.atlassian.fetch('/x')).rejects.toMatchObject({ code: 'AtlassianUnauthorized' });
    expect(api.arrived).toHaveLength(2);
  });
});

test('403 is an error that names the usual causes, and keeps the token', async () => {
  const api = createApi();
  api.answers = [Response.json({ message: 'Current user not permitted' }, { status: 403 })];
  const error = api.atlassian.fetch('/x', { method: 'DELETE' });
  await expect(error).rejects.toMatchObject({ code: 'AtlassianForbidden', status: 403 });
  await expect(error).rejects.toThrow(/DELETE .*\/x was answered 403 .*not permitted/);
  await expect(error).rejects.toThrow(/1\. a scope is missing in manifest\.yml .*consent again/);
  expect(api.invalidated).toEqual([]);
});

describe('an answer that may change', () => {
  test('429 is waited out, for any method, as Retry-After asks', async () => {
    const api = createApi({ random: () => 0 });
    api.answers = [status(429, { 'retry-after': '7' }), new Response('done')];
    const response = await api.atlassian.fetch('/x', { method: 'POST', body: 'text' });
    expect(await response.text()).toBe('done');
    expect(api.pauses).toEqual([7_250]);
    expect(api.arrived.map(({ body }) => body)).toEqual(['text', 'text']);
  });

  test('503 is returned after four tries, with growing pauses between them', async () => {
    const api = createApi();
    api.answers = [503, 503, 503, 503, 200].map((code) => status(code));
    expect((await api.atlassian.fetch('/x')).status).toBe(503);
    expect(api.pauses).toEqual([500, 1_000, 2_000]);
    expect(api.arrived).toHaveLength(4);
  });

  test('a POST that may have been carried out is not sent again', async () => {
    const api = createApi();
    api.answers = [status(502)];
    expect((await api.atlassian.fetch('/x', { method: 'POST' })).status).toBe(502);
    expect(api.arrived).toHaveLength(1);
  });

  test('a Retry-After of more than a minute goes to the caller', async () => {
    const api = createApi();
    api.answers = [status(429, { 'retry-after': '61' })];
    expect((await api.atlassian.fetch('/x')).status).toBe(429);
    expect(api.pauses).toEqual([]);
  });

  test('a stream is sent once: there is nothing left to send again', async () => {
    const api = createApi();
    api.answers = [status(429), status(200)];
    const body = new Blob(['streamed']).stream();
    const response = await api.atlassian.fetch('/x', { method: 'PUT', body, duplex: 'half' });
    expect(response.status).toBe(429);
    expect(api.arrived.map((request) => request.body)).toEqual(['streamed']);
  });

  test('lets go of bodies that nobody will read, which would keep their connections', async () => {
    const api = createApi();
    api.slot = [FIRST_TOKEN, SECOND_TOKEN];
    const letGo: number[] = [];
    const unread = (code: number) =>
      new Response(new ReadableStream({ cancel: () => void letGo.push(code) }), { status: code });
    api.answers = [unread(503), unread(401), unread(429), new Response('done')];
    expect(await (await api.atlassian.fetch('/x')).text()).toBe('done');
    expect(letGo).toEqual([503, 401, 429]);
  });

  test('each try asks for nothing but the same request', async () => {
    const api = createApi();
    api.answers = [connectionReset(), status(500), new Response('done')];
    expect(await (await api.atlassian.fetch('/x')).text()).toBe('done');
    expect(new Set(api.arrived.map(({ method, url, authorization }) => `${method} ${url} ${authorization}`)).size).toBe(
      1,
    );
  });
});

describe('no answer', () => {
  test('after four tries is an error that says what broke', async () => {
    const api = createApi();
    api.answers = Array.from({ length: 4 }, connectionReset);
    const error = api.atlassian.fetch('/x');
    await expect(error).rejects.toMatchObject({ code: 'AtlassianUnreachable', tries: 4, failure: 'ECONNRESET' });
    await expect(error).rejects.toThrow('4 tries (ECONNRESET)');
  });

  test('to a POST is an error at once, since it may have been carried out', async () => {
    const api = createApi();
    api.answers = [connectionReset()];
    await expect(api.atlassian.fetch('/x', { method: 'POST' })).rejects.toMatchObject({ tries: 1 });
    expect(api.arrived).toHaveLength(1);
  });
});
