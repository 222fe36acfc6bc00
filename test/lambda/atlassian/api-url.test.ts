import fc from 'fast-check';
import { apiUrl } from '../../../lambda/atlassian/api-url';
import { BASE_URL, createApi } from './simulated-api';

test.each([
  ['/wiki/api/v2/spaces', `${BASE_URL}/wiki/api/v2/spaces`],
  [
    '/rest/api/3/search?jql=a%20%3D%20b&next=https://x//y/../z',
    `${BASE_URL}/rest/api/3/search?jql=a%20%3D%20b&next=https://x//y/../z`,
  ],
  ['/wiki/Straße/a.b/..c/...', `${BASE_URL}/wiki/Stra%C3%9Fe/a.b/..c/...`],
  ['/', `${BASE_URL}/`],
])('%s leads to %s', (path, url) => expect(apiUrl(BASE_URL, path).href).toBe(url));

test('a slash at the end of the base does not double', () => {
  expect(apiUrl(`${BASE_URL}/`, '/x').href).toBe(`${BASE_URL}/x`);
  expect(apiUrl('http://127.0.0.1:8080', '/x').href).toBe('http://127.0.0.1:8080/x');
});

const REFUSED = [
  '',
  'wiki',
  'https://evil.example/x',
  '//evil.example/x',
  '/\\evil.example',
  '/wiki//x',
  '/..',
  '/../jira/1',
  '/wiki/../../x',
  '/wiki/./x',
  '/wiki/%2e%2E/x',
  '/wiki/.%2e',
  '/wiki/..%2fx',
  '/wiki%2f..%2fx',
  '/wiki/..%5cx',
  '/\t/evil.example',
  '/wiki\n/x',
  '/a b',
  '/a\u0000b',
  '@evil.example/x',
  ':8443/x',
];

test.each(REFUSED)('%j is refused, with its reason', (path) => {
  expect(() => apiUrl(BASE_URL, path)).toThrow(expect.objectContaining({ code: 'PathNotAllowed' }));
  expect(() => apiUrl(BASE_URL, path)).toThrow(JSON.stringify(path));
});

test('nothing is sent for a path that is refused', async () => {
  const api = createApi();
  await expect(api.atlassian.fetch('//evil.example/x')).rejects.toMatchObject({ code: 'PathNotAllowed' });
  expect(api.arrived).toEqual([]);
});

test('whatever the path, the URL stays under the base', () => {
  const piece = fc.constantFrom('/', '\\', '.', '..', '%2e', '%2f', '@', ':', '?', '#', '\t', 'evil.example', 'a', 'é');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      let url: URL;
      try {
        url = apiUrl(BASE_URL, pieces.join(''));
      } catch (error) {
        expect(error).toMatchObject({ code: 'PathNotAllowed' });
        return;
      }
      expect(url.href.startsWith(`${BASE_URL}/`)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
