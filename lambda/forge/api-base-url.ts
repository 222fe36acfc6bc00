import type { InstallationContext } from '../contract/slot';
import { quote, Refusal } from '../refusal';

/** The commercial cloud's API host, and Bitbucket's, which is for Bitbucket's installations only. */
const API_HOST = 'api.atlassian.com';
const BITBUCKET_API_HOST = 'api.bitbucket.org';

/** Hosts to which a live token may be sent for an installation in the commercial cloud. */
export function commercialApiHosts(contexts: readonly InstallationContext[]): readonly string[] {
  const isBitbucket = contexts.some(({ name }) => name.toLowerCase() === 'bitbucket');
  return isBitbucket ? [API_HOST, BITBUCKET_API_HOST] : [API_HOST];
}

/**
 * A URL that every parser takes for the same: the host in plain lower case, no user, no port, nothing after the path.
 * Ours would repair other spellings, such as `https://api.atlassian.com\@elsewhere/`; whoever reads the slot may use a
 * parser that sends the token elsewhere instead.
 */
const PLAIN_URL = /^https:\/\/([a-z0-9.-]+)(?:\/[\w.~:%/-]*)?$/;

/**
 * Our own calls, with a live token, follow this URL: it has to be HTTPS, on one of `hosts`, in its plain spelling.
 *
 * @param localOrigin allowed as well; for local runs
 * @throws {Refusal} `api-base-url-not-allowed`
 */
export function requireAllowedApiBaseUrl(text: string, hosts: readonly string[], localOrigin?: string): void {
  if (localOrigin !== undefined && text.startsWith(`${localOrigin}/`)) return;
  const host = PLAIN_URL.exec(text)?.[1];
  if (host === undefined || !hosts.includes(host)) {
    throw new Refusal(
      'api-base-url-not-allowed',
      `app.apiBaseUrl is ${quote(text)}; allowed: https on ${hosts.join(', ')}, as a plain URL`,
    );
  }
}
