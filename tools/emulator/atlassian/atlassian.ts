import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AnsweredCall, type AtlassianAnswers, answerTo } from './answers';
import { getSpaces } from './spaces';
import { createUserTokens, noPermissions, readInput, siteOf } from './user-tokens';

/** The path of a site's API: `/ex/<product>/<cloud id><path>`. */
const SITE_PATH = /^\/ex\/([a-z]+)\/([0-9a-f-]{36})(\/.*)$/;

export interface AtlassianOptions {
  /** Whether an app's bearer token is valid at a site. Not called for user tokens, which are made here. */
  readonly isValid: (bearer: string, cloudId: string) => boolean | Promise<boolean>;
  /** Prepared answers. @default "Get spaces" of Confluence, with `spaces` spaces */
  readonly answers?: AtlassianAnswers;
  /** Receives each call without an answer. */
  readonly onUnanswered?: (call: Pick<AnsweredCall, 'method' | 'path'>) => void;
  /** Number of spaces of every site. @default 3 */
  readonly spaces?: number;
  /** Lifetime of user tokens, in seconds. Atlassian documents none, and clients use `ttl`. @default 3600 */
  readonly userTokenLifeSeconds?: number;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** A received request, without its bearer token. */
export interface AtlassianRequest {
  readonly method: string;
  /** Path with the query. */
  readonly path: string;
}

/** A simulated Atlassian API. It gives prepared answers, or lists spaces to the app and to users. */
export interface SimulatedAtlassian {
  /** Its origin, used instead of https://api.atlassian.com. */
  readonly url: string;
  /** All requests, oldest first, failed ones included. */
  readonly requests: readonly AtlassianRequest[];
  /**
   * Makes requests fail from now on: see failures.ts. `undefined` ends it.
   *
   * @param times number of requests to fail. @default all
   */
  misbehave(listener: RequestListener | undefined, times?: number): void;
  stop(): Promise<void>;
}

interface Reply {
  readonly status: number;
  /** JSON, or text as it is. */
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts a simulated Atlassian API on 127.0.0.1. */
export async function startAtlassian(options: AtlassianOptions): Promise<SimulatedAtlassian> {
  const { isValid, spaces = 3, userTokenLifeSeconds = 3600, now = Date.now } = options;
  const userTokens = createUserTokens(userTokenLifeSeconds, now);
  const requests: AtlassianRequest[] = [];
  let misbehaviour: { readonly listener: RequestListener; left: number } | undefined;

  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '' });
    if (misbehaviour && misbehaviour.left > 0) {
      misbehaviour.left -= 1;
      misbehaviour.listener(request, response);
    } else {
      // The client may give up while it gets its answer.
      answer(request).then(
        (reply) => send(response, reply),
        () => response.destroy(),
      );
    }
  });

  async function answer(request: IncomingMessage): Promise<Reply> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer === undefined) return UNAUTHORIZED;
    if (request.method === 'POST' && pathname === '/graphql') return await makeUserToken(request, bearer);
    const [, product, cloudId = '', path = ''] = SITE_PATH.exec(pathname) ?? [];
    const isAllowed = userTokens.userOf(bearer, cloudId) !== undefined || (await isValid(bearer, cloudId));
    if (!isAllowed) return UNAUTHORIZED;
    const method = request.method ?? '';
    if (options.answers) {
      const answer = await answerTo(options.answers, {
        method,
        path,
        query: searchParams,
        body: await readJson(request),
      });
      if (answer) return await replyOf(answer);
    } else if (product === 'confluence' && method === 'GET' && path === '/wiki/api/v2/spaces') {
      const { next, ...reply } = { next: undefined, ...getSpaces(searchParams, spaces) };
      return next === undefined ? reply : { ...reply, headers: { link: `<${next}>; rel="next"` } };
    }
    options.onUnanswered?.({ method, path });
    return {
      status: 404,
      body: { message: `${method} ${path} has no answer here. Add one to test/own/atlassian.ts.` },
    };
  }

  async function makeUserToken(request: IncomingMessage, bearer: string): Promise<Reply> {
    const input = readInput(await readJson(request));
    if (!input) {
      const message =
        'Only the mutation offlineUserAuthToken with variables { input: { contextIds, userId } } is simulated.';
      return { status: 400, body: { errors: [{ message }] } };
    }
    const cloudId = siteOf(input);
    if (cloudId === undefined) return { status: 200, body: { data: { offlineUserAuthToken: noPermissions(input) } } };
    if (!(await isValid(bearer, cloudId))) return UNAUTHORIZED;
    const authToken = userTokens.issue(input.userId, cloudId);
    return { status: 200, body: { data: { offlineUserAuthToken: { success: true, errors: [], authToken } } } };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    misbehave(listener, times = Number.POSITIVE_INFINITY) {
      misbehaviour = listener && { listener, left: times };
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const UNAUTHORIZED: Reply = { status: 401, body: { code: 401, message: 'Unauthorized' } };

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}

async function replyOf(answer: Response): Promise<Reply> {
  return { status: answer.status, body: await answer.text(), headers: Object.fromEntries(answer.headers) };
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}
