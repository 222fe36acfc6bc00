import { quote, Refusal } from '../refusal';
import type { InstallationContext } from './invocation';

/** The commercial cloud's API host, and Bitbucket's, which is for Bitbucket's installations only. */
const API_HOST = 'api.atlassian.com';
const BITBUCKET_API_HOST = 'api.bitbucket.org';

/** Hosts to which a live token may be sent for an installation in the commercial cloud. */
export function commercialApiHosts(contexts: readonly InstallationContext[]): readonly string[] {
  const isBitbucket = contexts.some(({ name }) => name.toLowerCase() === 'bitbucket');
  return isBitbucket ? [API_HOST, BITBUCKET_API_HOST] : [API_HOST];
}

/**
 * Our own calls, with a live token, follow this URL: it has to be HTTPS, on one of `hosts`.
 *
 * @throws {Refusal} `api-base-url-not-allowed`
 */
export function requireAllowedApiBaseUrl(text: string, hosts: readonly string[]): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.username === '' && url.password === '' && url.port === '';
  if (url?.protocol !== 'https:' || !isPlain || !hosts.includes(url.hostname)) {
    throw new Refusal(
      'api-base-url-not-allowed',
      `app.apiBaseUrl is ${quote(text)}; allowed: https on ${hosts.join(', ')}`,
    );
  }
}
