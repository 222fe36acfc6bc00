import { type Atlassian, type AtlassianOptions, createAtlassian } from '../../../lambda/atlassian/client';
import type { AppToken, TokenSource } from '../../../lambda/slots/token-source';

export const INSTALLATION = '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';
export const CLOUD_ID = 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00';
export const BASE_URL = `https://api.atlassian.com/ex/confluence/${CLOUD_ID}`;
export const SITE_ARI = `ari:cloud:confluence::site/${CLOUD_ID}`;
export const FIRST_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.the-first-app-token.signature-of-it';
export const SECOND_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.the-second-app-token.signature-of-it';

/** A request as it arrived at the API. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly headers: Headers;
  readonly body: string;
}

type Answer = Response | Error | ((request: Request) => Response | Promise<Response>);

/** An API in memory that gives the answers a test sets, with a clock that moves by sleeping. */
export function createApi(options: Partial<AtlassianOptions> = {}, token: Partial<AppToken> = {}) {
  const api = {
    nowMs: 1_900_000_000_000,
    arrived: [] as Arrived[],
    /** Milliseconds of each pause. */
    pauses: [] as number[],
    /** Given one after the other; then 200. */
    answers: [] as Answer[],
    /** Tokens in the slot: `invalidate` moves to the next one, if there is one. */
    slot: [FIRST_TOKEN],
    invalidated: [] as string[],
    read: async (): Promise<AppToken> => ({
      token: api.slot[0] ?? '',
      expiresAtMs: api.nowMs + 3_600_000,
      installationId: `ari:cloud:ecosystem::installation/${INSTALLATION}`,
      apiBaseUrl: BASE_URL,
      contexts: [{ name: 'confluence', siteAri: SITE_ARI }],
      ...token,
    }),
  };
  const tokens: TokenSource = {
    get: () => api.read(),
    invalidate(_installation, refused) {
      api.invalidated.push(refused);
      if (api.slot[0] === refused && api.slot.length > 1) api.slot.shift();
    },
  };

  async function fetch(input: string | URL | Request): Promise<Response> {
    const request = input instanceof Request ? input : new Request(input);
    const { method, url, headers } = request;
    const body = await request.clone().text();
    api.arrived.push({ method, url, headers, body, authorization: headers.get('authorization') });
    const answer = api.answers.shift() ?? new Response('{}');
    if (answer instanceof Response) return answer;
    if (typeof answer === 'function') return answer(request);
    throw answer;
  }

  const atlassian: Atlassian = createAtlassian({
    installation: INSTALLATION,
    tokens,
    fetch,
    now: () => api.nowMs,
    sleep: async (ms) => {
      api.pauses.push(ms);
      api.nowMs += ms;
    },
    random: () => 1,
    ...options,
  });
  return Object.assign(api, { atlassian });
}

export const status = (code: number, headers: Record<string, string> = {}) =>
  new Response('', { status: code, headers });

/** What `fetch` throws when a connection breaks. */
export const connectionReset = () =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }) });

/** What `work` is rejected with. */
export const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error('It was expected to fail, and succeeded.');
    },
    (error: unknown) => error,
  );
