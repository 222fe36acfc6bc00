import { type HttpRequest, toEvent, toResponse } from '../../function-url/payload';

const NOW = Date.UTC(2026, 7, 1, 9, 5, 3);

const event = (request: Partial<HttpRequest>) =>
  toEvent(
    {
      method: 'POST',
      url: '/',
      httpVersion: '1.1',
      rawHeaders: [],
      sourceIp: '127.0.0.1',
      body: Buffer.of(),
      ...request,
    },
    NOW,
  );

describe('a request becomes an event', () => {
  test('with the request context that AWS documents', () => {
    expect(event({ url: '/forge/token?x=1', rawHeaders: ['User-Agent', 'Forge'] })).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      requestContext: {
        accountId: 'anonymous',
        domainName: expect.stringMatching(/^\w+\.lambda-url\.us-east-1\.on\.aws$/),
        http: { method: 'POST', path: '/forge/token', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'Forge' },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        stage: '$default',
        time: '01/Aug/2026:09:05:03 +0000',
        timeEpoch: NOW,
      },
    });
  });

  test('with header names in lower case, and several values joined by a comma', () => {
    const { headers } = event({
      rawHeaders: ['Authorization', 'Bearer a', 'AUTHORIZATION', 'Bearer b', 'X-B3-TraceId', '1'],
    });
    expect(headers).toMatchObject({ authorization: 'Bearer a,Bearer b', 'x-b3-traceid': '1' });
  });

  test('with the headers that AWS sets, whatever the caller sent', () => {
    const { headers } = event({ rawHeaders: ['Host', 'evil.example', 'X-Forwarded-For', '10.0.0.1'] });
    expect(headers).toMatchObject({
      host: expect.stringContaining('.lambda-url.'),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    });
  });

  test('with cookies beside the headers', () => {
    const made = event({ rawHeaders: ['Cookie', 'a=1; b=2', 'Cookie', 'c=3'] });
    expect(made.cookies).toEqual(['a=1', 'b=2', 'c=3']);
    expect(made.headers).not.toHaveProperty('cookie');
  });

  test('with the path as it came, and the query both raw and parsed', () => {
    expect(event({ url: '/a%2Fb%20c?x=1&x=2&y=a%20b?' })).toMatchObject({
      rawPath: '/a%2Fb%20c',
      rawQueryString: 'x=1&x=2&y=a%20b?',
      queryStringParameters: { x: '1,2', y: 'a b?' },
    });
  });

  test('without what is not there', () => {
    const made = event({});
    expect(made).not.toHaveProperty('body');
    expect(made).not.toHaveProperty('cookies');
    expect(made).not.toHaveProperty('queryStringParameters');
    expect(made).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });

  test.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['application/problem+json', false],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', false],
    ['application/octet-stream', true],
    ['image/png', true],
  ])('with a body of type %s in base64: %s', (type, encoded) => {
    const made = event({ rawHeaders: ['Content-Type', type], body: Buffer.from('é') });
    expect([made.isBase64Encoded, made.body]).toEqual([encoded, encoded ? 'w6k=' : 'é']);
  });

  test('with a body of no type in base64', () => {
    expect(event({ body: Buffer.from('{}') })).toMatchObject({ isBase64Encoded: true, body: 'e30=' });
  });
});

describe('a result becomes a response', () => {
  test.each([
    ['an object', { message: 'hi' }, '{"message":"hi"}'],
    ['a string', 'hi', '"hi"'],
    ['nothing', undefined, 'null'],
  ])('of 200 when it has no status code: %s', (_what, result, body) => {
    expect(toResponse(result)).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body });
  });

  test('of its own status, headers, cookies and body', () => {
    const result = {
      statusCode: 201,
      headers: { 'Content-Type': 'text/plain', 'X-A': 1 },
      cookies: ['a=1'],
      body: 'hi',
    };
    expect(toResponse(result)).toEqual({
      status: 201,
      headers: { 'content-type': 'text/plain', 'x-a': '1', 'set-cookie': ['a=1'] },
      body: 'hi',
    });
  });

  test('of bytes when it is base64', () => {
    const response = toResponse({ statusCode: 200, body: '/wA=', isBase64Encoded: true });
    expect(response?.body).toEqual(Buffer.of(0xff, 0));
  });

  test.each([['abc'], [99], [600], [200.5]])('or none when its status code is %s', (statusCode) => {
    expect(toResponse({ statusCode })).toBeUndefined();
  });
});
