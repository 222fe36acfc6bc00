import { commercialApiHosts, refuseApiBaseUrl } from '../../../lambda/forge/claims';

describe('hosts of the commercial cloud', () => {
  test("are Bitbucket's only for a Bitbucket installation", () => {
    expect(commercialApiHosts([])).toEqual(['api.atlassian.com']);
    expect(commercialApiHosts([{ name: 'jira' }, { name: 'confluence' }])).toEqual(['api.atlassian.com']);
    expect(commercialApiHosts([{ name: 'jira' }, { name: 'Bitbucket' }])).toEqual([
      'api.atlassian.com',
      'api.bitbucket.org',
    ]);
  });
});

describe('an API base URL', () => {
  const hosts = ['api.atlassian.com', 'api-2.isolated.example'];

  test.each([
    'https://api.atlassian.com',
    'https://api.atlassian.com/',
    'https://api.atlassian.com/ex/confluence/0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70',
    'https://api.atlassian.com/ex/a.b_c~d:e%20f/',
    'https://api-2.isolated.example/ex',
  ])('is allowed: %s', (url) => {
    expect(() => refuseApiBaseUrl(url, hosts)).not.toThrow();
  });

  test.each([
    '',
    'api.atlassian.com',
    'http://api.atlassian.com/',
    'HTTPS://api.atlassian.com/',
    ' https://api.atlassian.com/',
    'see https://api.atlassian.com/',
    'https://evil.example/',
    'https://api.atlassian.com.evil.example/',
    'https://evil-api.atlassian.com/',
    'https://API.atlassian.com/',
    'https://api.atlassian.com:8443/',
    'https://api.atlassian.com:443',
    'https://me@api.atlassian.com/',
    'https://api.atlassian.com@evil.example/',
    'https://api.atlassian.com\\@evil.example/',
    'https://api.atlassian.com/ex?to=evil',
    'https://api.atlassian.com?to=evil',
    'https://api.atlassian.com/#evil',
    'https://api.atlassian.com/ex evil',
    'https://api.atlassian.com/\n',
  ])('is refused: %j', (url) => {
    expect(() => refuseApiBaseUrl(url, hosts)).toThrow(
      expect.objectContaining({
        reason: 'api-base-url-not-allowed',
        // The URL that came, and the hosts that would do.
        detail: expect.stringMatching(/^app\.apiBaseUrl is ".*api\.atlassian\.com, api-2\.isolated\.example/),
      }),
    );
  });
});

describe('a local run', () => {
  const requireLocal = (url: string) => refuseApiBaseUrl(url, ['api.atlassian.com'], 'http://127.0.0.1:4000');
  const refused = expect.objectContaining({ reason: 'api-base-url-not-allowed' });

  test('has its own API beside the real ones', () => {
    expect(() => requireLocal('http://127.0.0.1:4000/ex/jira/1')).not.toThrow();
    expect(() => requireLocal('https://api.atlassian.com/ex/jira/1')).not.toThrow();
  });

  test.each(['http://127.0.0.1:40001/ex', 'http://127.0.0.1:4000@evil.example/', 'http://127.0.0.1:4000', ''])(
    'has no other: %j',
    (url) => {
      expect(() => requireLocal(url)).toThrow(refused);
    },
  );

  test('is the only one that has it', () => {
    expect(() => refuseApiBaseUrl('http://127.0.0.1:4000/ex', ['api.atlassian.com'])).toThrow(refused);
    expect(() => refuseApiBaseUrl('undefined/ex', ['api.atlassian.com'])).toThrow(refused);
  });
});
