import { type EmulatedAws, startAws } from '../../aws/server';

let aws: EmulatedAws;

beforeAll(async () => {
  aws = await startAws();
});

afterAll(() => aws.stop());

const put = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(aws.url + path, { method: 'PUT', body, headers });

test('an object can be read after it was put; any other is NoSuchKey', async () => {
  await put('/assets/one.json', 'content');
  expect(await (await fetch(`${aws.url}/assets/one.json`)).text()).toBe('content');
  expect((await fetch(`${aws.url}/assets/one.json`, { method: 'HEAD' })).status).toBe(200);
  const missing = await fetch(`${aws.url}/assets/two.json`);
  expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('NoSuchKey')]);
});

test('a chunked upload is decoded', async () => {
  const chunks = '4;chunk-signature=ab\r\ncont\r\n3\r\nent\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n';
  await put('/assets/chunked', chunks, { 'content-encoding': 'aws-chunked' });
  expect(await (await fetch(`${aws.url}/assets/chunked`)).text()).toBe('content');
});

test('a malformed chunked upload is refused', async () => {
  const response = await put('/assets/broken', 'no size here', { 'content-encoding': 'aws-chunked' });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('IncompleteBody')]);
});

test('objects are listed by prefix', async () => {
  await put('/listed/a/1', 'x');
  await put('/listed/b/2', 'x');
  const list = await (await fetch(`${aws.url}/listed?list-type=2&prefix=a/`)).text();
  expect(list).toContain('<Key>a/1</Key>');
  expect(list).toContain('<KeyCount>1</KeyCount>');
});
