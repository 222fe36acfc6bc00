import { connect } from 'node:net';
import { type FunctionUrl, startFunctionUrl } from '../../function-url/server';

let functionUrl: FunctionUrl;

beforeEach(async () => {
  functionUrl = await startFunctionUrl();
});

afterEach(() => functionUrl.stop());

const post = (body: string | Uint8Array) =>
  fetch(`${functionUrl.url}forge/token`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

test('its URL has no path, and ends in a slash', () => {
  expect(functionUrl.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
});

test('nothing is deployed yet: 503', async () => {
  expect((await post('{}')).status).toBe(503);
});

test('passes on the event, and answers with the result', async () => {
  functionUrl.attach(async ({ rawPath, body }) => ({
    statusCode: 202,
    body: `${rawPath} ${body}`,
    cookies: ['a=1', 'b=2'],
  }));
  const response = await post('{"a":1}');
  expect([response.status, await response.text()]).toEqual([202, '/forge/token {"a":1}']);
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test.each([
  ['the function fails', () => Promise.reject(new Error('detail'))],
  ['the result is malformed', async () => ({ statusCode: 'no' })],
  ['a header is malformed', async () => ({ statusCode: 200, headers: { 'x-a': 'one\r\ntwo' } })],
])('%s: 502, which says nothing', async (_what, invoke) => {
  functionUrl.attach(invoke);
  const response = await post('{}');
  expect([response.status, await response.text()]).toEqual([502, 'Internal Server Error']);
});

test('6 MB reach the function, a byte more is 413', async () => {
  functionUrl.attach(async ({ body }) => ({ statusCode: 200, body: String(body?.length) }));
  const most = 6 * 1024 * 1024;
  expect(await (await post(Buffer.alloc(most, 'a'))).text()).toBe(String(most));
  const refused = await post(Buffer.alloc(most + 1, 'a'));
  expect([refused.status, await refused.json()]).toEqual([
    413,
    { Message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation' },
  ]);
});

test('a caller that gives up half-way does no harm', async () => {
  const socket = connect(Number(new URL(functionUrl.url).port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf');
  await new Promise<void>((resolve) => socket.end(resolve));
  socket.destroy();
  functionUrl.attach(async () => 'fine');
  expect(await (await post('{}')).json()).toBe('fine');
});

test('a port that is taken is an error', async () => {
  const port = Number(new URL(functionUrl.url).port);
  await expect(startFunctionUrl({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
