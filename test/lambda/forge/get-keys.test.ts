import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getKeys } from '../../../lambda/forge/fetch-keys';

let server: Server;
let answer: RequestListener;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const request = (changes: Partial<Parameters<typeof getKeys>[1]> = {}) => ({
  redirect: 'manual' as const,
  signal: AbortSignal.timeout(5_000),
  headers: { accept: 'application/json', connection: 'close' },
  ...changes,
});

async function read(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('answers with status, headers and body, as fetch does', async () => {
  let asked: unknown;
  answer = ({ method, url: path, headers }, response) => {
    asked = [method, path, headers.accept, headers.connection];
    response.writeHead(203, { 'content-type': 'application/json' });
    response.write('{"keys"');
    response.end(':[]}');
  };
  const { status, body } = await getKeys(url, request());
  expect(status).toBe(203);
  expect(await read(body)).toBe('{"keys":[]}');
  expect(asked).toEqual(['GET', '/keys', 'application/json', 'close']);
});

test('follows no redirect', async () => {
  let calls = 0;
  answer = (_request, response) => {
    calls += 1;
    response.writeHead(302, { location: url });
    response.end();
  };
  expect((await getKeys(url, request())).status).toBe(302);
  expect(calls).toBe(1);
});

test('says that the request is on its way, before there is an answer', async () => {
  const order: string[] = [];
  let sent: () => void = () => undefined;
  const onItsWay = new Promise<void>((resolve) => {
    sent = resolve;
  });
  answer = (_request, response) => void onItsWay.then(() => response.end());
  const onSent = () => {
    order.push('sent');
    sent();
  };
  await getKeys(url, request({ onSent }));
  order.push('answered');
  expect(order).toEqual(['sent', 'answered']);
});

test('a server that is not there is an error with its reason as the cause', async () => {
  const nowhere = getKeys('http://127.0.0.1:1/keys', request());
  await expect(nowhere).rejects.toBeInstanceOf(TypeError);
  await expect(nowhere).rejects.toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNREFUSED' } });
});

test('a body that is cut off ends in an error', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{');
    response.socket?.end();
  };
  const { body } = await getKeys(url, request());
  await expect(read(body)).rejects.toMatchObject({ message: 'terminated', cause: { code: 'ECONNRESET' } });
});

test('ends when the signal says so, before the answer and within it', async () => {
  const early = new AbortController();
  answer = () => early.abort();
  await expect(getKeys(url, request({ signal: early.signal }))).rejects.toMatchObject({
    cause: { name: 'AbortError' },
  });

  const late = new AbortController();
  answer = (_request, response) => {
    response.writeHead(200);
    response.write('{');
  };
  const { body } = await getKeys(url, request({ signal: late.signal }));
  late.abort();
  await expect(read(body)).rejects.toMatchObject({ message: 'terminated' });
});

test('a body that nobody wants is cancelled, and its connection with it', async () => {
  const closed = new Promise<void>((resolve) => {
    answer = (message, response) => {
      message.socket.once('close', resolve);
      response.writeHead(200);
      response.write('{');
    };
  });
  const { body } = await getKeys(url, request({ signal: new AbortController().signal }));
  await body?.cancel();
  await closed;
});
