/** Unreserved characters of a URL (RFC 3986): they look the same to Forge, to the Function URL and to the receiver. */
const PLAIN_SEGMENT = /^[A-Za-z0-9._~-]+$/;

/** Why `path` can't be an endpoint's `route.path`; `undefined` when it can. */
export function routePathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not start with a slash, and Forge appends it to the base URL as it is';
  if (path === '/') return undefined;
  if (path.includes('?') || path.includes('#')) return 'it contains a query or a fragment';
  if (path.endsWith('/')) return 'it ends with a slash';
  const segments = path.slice(1).split('/');
  if (segments.includes('')) return 'it contains two slashes in a row';
  if (segments.includes('.') || segments.includes('..'))
    return 'it contains a "." or ".." segment, which HTTP clients resolve';
  if (!segments.every((segment) => PLAIN_SEGMENT.test(segment))) {
    return 'it contains a character that may arrive in another form';
  }
  return undefined;
}
