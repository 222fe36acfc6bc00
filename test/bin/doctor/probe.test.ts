import { isOurCall, probe } from '../../../bin/doctor/probe';

const URL = 'https://abc.lambda-url.us-east-1.on.aws/forge/token';

test('calls as somebody from outside would, under a trace id that is known again', async () => {
  const sent: RequestInit[] = [];
  const answer = await probe(async (_url, init = {}) => {
    sent.push(init);
    return new Response('{"reason":"authorization-missing"}', { status: 401 });
  }, URL);
  expect(answer).toEqual({ status: 401, body: '{"reason":"authorization-missing"}', ms: expect.any(Number) });
  const headers = new Headers(sent[0]?.headers);
  expect([...headers.keys()]).toEqual(['content-type', 'x-b3-traceid']);
  expect(headers.get('x-b3-traceid')).toMatch(/^[0-9a-f]{32}$/);
  expect(isOurCall(headers.get('x-b3-traceid') ?? '')).toBe(true);
  expect(isOurCall('463ac35c9f6413ad48485a3953bb6124')).toBe(false);
});

test('a redirect is an answer: Forge follows none', async () => {
  await probe(async (_url, init) => {
    expect(init?.redirect).toBe('manual');
    return new Response('');
  }, URL);
});

test.each<[string, unknown, string]>([
  [
    'a cause',
    new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND abc') }),
    'Error: getaddrinfo ENOTFOUND abc',
  ],
  ['no cause', new TypeError('Failed to parse URL'), 'TypeError: Failed to parse URL'],
  ['silence', new DOMException('The operation was aborted due to timeout', 'TimeoutError'), 'no answer in 10 seconds'],
  ['something odd', 'no', 'no'],
])('a failure with %s', async (_what, failure, error) => {
  await expect(probe(() => Promise.reject(failure), URL)).resolves.toEqual({ error });
});
