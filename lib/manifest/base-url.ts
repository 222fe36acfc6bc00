/** The base URL that the template comes with; RFC 2606 keeps `.invalid` from ever resolving. */
export const PLACEHOLDER_BASE_URL = 'https://not-deployed-yet.invalid';

/** Names of this very machine: traffic to them stays on it. */
export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why `text` can't be a remote's base URL; `undefined` when it can.
 *
 * Atlassian's validator takes any string. Forge then appends the endpoint's path to it as it is, which is why anything
 * after the host name, a slash included, ends in calls to the wrong path.
 *
 * @param allowLoopback whether http: to this machine is fine, as in a local run
 */
export function baseUrlProblem(text: string, allowLoopback: boolean): string | undefined {
  if (text === '') return 'it is empty';
  if (/\s/.test(text)) return 'it contains white space';
  if (!URL.canParse(text)) return 'it is not a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'Forge calls remotes over https: only';
  if (url.protocol === 'http:' && !(allowLoopback && LOOPBACK_HOSTS.includes(url.hostname))) {
    return 'Forge calls remotes over https: only';
  }
  if (url.username !== '' || url.password !== '') return 'it contains a user name or password';
  if (text.includes('?') || text.includes('#')) return 'it contains a query or a fragment';
  if (url.pathname !== '/') return 'it contains a path, and Forge appends the path of each endpoint to it';
  if (text.endsWith('/')) return 'it ends with a slash, and the path of each endpoint starts with one';
  if (url.origin !== text) return `it is not in its plain form, which is ${url.origin}`;
  return undefined;
}

/** What a base URL looks like, for the end of an error. */
export const BASE_URL_ALLOWED =
  'Allowed is https:// and a host name, such as https://abc123.lambda-url.eu-central-1.on.aws';
