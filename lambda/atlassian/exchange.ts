import { BEARER_TOKEN } from '../contract/slot';
import type { AppToken } from '../slots/token-source';
import { isRecord } from '../values';
import { SiteUnknown, UserTokenRefused } from './errors';
import { discard, readable, readText } from './excerpt';
import type { UserToken } from './user-tokens';

/** From Atlassian's documentation of Forge Remote, "Offline user impersonation". */
const MUTATION = `mutation forge_remote_offlineUserAuthToken($input: OfflineUserAuthTokenInput!) {
  offlineUserAuthToken(input: $input) {
    success
    errors { message }
    authToken { token ttl }
  }
}`;

/** URL of Atlassian's GraphQL API, for an installation with this API base URL. */
export const graphqlUrl = (apiBaseUrl: string) => new URL('/graphql', apiBaseUrl);

/**
 * Exchanges the app's token for one that acts for an absent user.
 *
 * @param app the app's token
 * @param send sends a request to {@link graphqlUrl} with the app's token
 * @param now the time in milliseconds since 1970
 * @throws {SiteUnknown} when no site of the installation is known
 * @throws {UserTokenRefused} when Atlassian refuses
 */
export async function exchangeUserToken(
  accountId: string,
  app: AppToken,
  send: (init: RequestInit) => Promise<Response>,
  now: () => number,
): Promise<UserToken> {
  const contextAri = siteAriOf(app);
  const variables = { input: { contextIds: [contextAri], userId: accountId } };
  // The token's life begins before its answer arrives.
  const askedAtMs = now();
  const response = await send({
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ query: MUTATION, variables }),
  });
  const answer = await readAnswer(response);
  const { token, ttl } = answer.authToken;
  if (answer.problem === undefined && isToken(token) && isLife(ttl)) {
    return { token, expiresAtMs: askedAtMs + ttl * 1000 };
  }
  const problem = answer.problem ?? `status ${response.status}, with neither a token and its ttl nor an error`;
  throw new UserTokenRefused(accountId, contextAri, readable(problem, app.token, ...(isToken(token) ? [token] : [])));
}

const isToken = (value: unknown): value is string => typeof value === 'string' && BEARER_TOKEN.test(value);
const isLife = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;

/** The mutation's result, and its errors, if any. */
interface Answer {
  readonly problem: string | undefined;
  readonly authToken: Readonly<Record<string, unknown>>;
}

async function readAnswer(response: Response): Promise<Answer> {
  const body = parse(await readText(response));
  await discard(response);
  const { data, errors } = record(body);
  const payload = record(record(data).offlineUserAuthToken);
  const messages = [...messagesIn(errors), ...messagesIn(payload.errors)];
  const authToken = record(payload.authToken);
  if (messages.length > 0) return { problem: messages.join('; '), authToken };
  if (!response.ok) return { problem: `status ${response.status}`, authToken };
  return { problem: payload.success === true ? undefined : 'success is not true, and no error is named', authToken };
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    // The parser's error quotes the text, which may be a token.
    return undefined;
  }
}

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

function messagesIn(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => {
    const { message } = record(error);
    return typeof message === 'string' ? message : 'an error without a message';
  });
}

/** API base URLs of products with sites: `https://api.atlassian.com/ex/<product>/<cloudId>`. */
const PRODUCT_PATH = /^\/ex\/(?<product>[^/]+)\/(?<cloudId>[^/]+)/;

/**
 * The ARI of the site of the installation's API base URL, `ari:cloud:<product>::site/<cloudId>`. An installation may cover
 * several products. The ARI of another product is refused.
 *
 * @throws {SiteUnknown} when the contexts have none
 */
function siteAriOf({ apiBaseUrl, contexts }: AppToken): string {
  const { product, cloudId } = PRODUCT_PATH.exec(new URL(apiBaseUrl).pathname)?.groups ?? {};
  const ofProduct = contexts.filter(({ name }) => name.toLowerCase() === product);
  const aris = ofProduct.flatMap(({ siteAri }) => (siteAri === undefined ? [] : [siteAri]));
  const ari = aris.find((one) => one.endsWith(`::site/${cloudId}`)) ?? aris[0];
  if (ari !== undefined) return ari;
  throw new SiteUnknown(
    apiBaseUrl,
    contexts.map(({ name, siteAri }) => (siteAri === undefined ? `${name} (without a site)` : name)),
  );
}
