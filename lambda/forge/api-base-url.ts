import { quote, Refusal } from '../refusal';
import type { InstallationContext } from './invocation';

/** Hosts of Atlassian's APIs, to which a live token may be sent; Bitbucket's for its own installations only. */
const API_HOST = 'api.atlassian.com';
const BITBUCKET_API_HOST = 'api.bitbucket.org';

/**
 * Our own calls, with a live token, follow this URL: it has to be one of Atlassian's hosts, over HTTPS.
 *
 * @throws {Refusal} `api-base-url-not-allowed`
 */
export function requireAllowedApiBaseUrl(text: string, contexts: readonly InstallationContext[]): void {
  const hosts = contexts.some(({ name }) => name.toLowerCase() === 'bitbucket')
    ? [API_HOST, BITBUCKET_API_HOST]
    : [API_HOST];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.username === '' && url.password === '' && url.port === '';
  if (url?.protocol !== 'https:' || !plain || !hosts.includes(url.hostname)) {
    throw new Refusal(
      'api-base-url-not-allowed',
      `app.apiBaseUrl is ${quote(text)}; allowed: https on ${hosts.join(', ')}`,
    );
  }
}
