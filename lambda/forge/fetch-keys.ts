import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { asError, codeOf, isRecord, quote } from '../values';

/** A public RSA key as a JWK, with the fields that verifying needs. */
export interface PublicKey {
  readonly kty: 'RSA';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  readonly use?: string;
  readonly alg?: string;
}

/** What a key server answered: its usable keys, and what is wrong with the others. */
interface FetchedKeys {
  readonly keys: readonly PublicKey[];
  readonly problems: readonly string[];
}

/**
 * Forge's last good key set, as the monitor keeps it in an SSM parameter. A receiver that starts while Forge's key server
 * is down reads it there. Only the commercial cloud's set is kept.
 */
export interface KeptKeySet {
  /** When the key server answered with it, in milliseconds since 1970. */
  readonly fetchedAt: number;
  readonly keys: readonly PublicKey[];
}

/** A request to a key server. */
interface KeyRequest {
  /** Not `follow`: a redirect could lead to somebody else's keys. */
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  /** Called when the request is sent and only the answer is missing. The global `fetch` never calls it. */
  readonly onSent?: () => void;
}

/** The parts of a `Response` that are read. */
interface KeyResponse {
  readonly status: number;
  readonly body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null;
}

/** Asks a key server. The global `fetch` is one. */
export type GetKeys = (url: string, request: KeyRequest) => Promise<KeyResponse>;

/** Far more than Forge's key sets (a few keys of about 400 bytes each); stops an endless body. */
const MOST_BYTES = 256 * 1024;

/** Least size of an RSA key, in bytes: jose refuses smaller ones for RS256 (RFC 7518, 3.3). */
const LEAST_MODULUS_BYTES = 256;

/**
 * The keys at `url`. The content type of the answer doesn't matter.
 *
 * @throws {Error} that says what the key server answered, when it gives no usable key
 */
export async function fetchKeys(
  url: string,
  options: { readonly fetch: GetKeys; readonly timeoutMs: number; readonly onSent?: () => void },
): Promise<FetchedKeys> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  let response: KeyResponse | undefined;
  try {
    response = await options.fetch(url, {
      redirect: 'manual',
      signal,
      // Fetches are rare, and a kept connection dies while the instance is frozen.
      headers: { accept: 'application/json', connection: 'close' },
      ...(options.onSent && { onSent: options.onSent }),
    });
    if (response.status !== 200) throw new Error(`answered status ${response.status}, not 200`);
    return readKeySet(await readBody(response));
  } catch (error) {
    // An unread body keeps its connection busy.
    await response?.body?.cancel().catch(() => undefined);
    const what = signal.aborted ? `gave no whole answer within ${options.timeoutMs} ms` : messageOf(error);
    throw new Error(`The key server at ${url} ${what}.`, { cause: error });
  }
}

async function readBody(response: KeyResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new Error(`answered more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readKeySet(text: string): FetchedKeys {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Error('answered a body that is not JSON');
  }
  if (!isRecord(body) || !Array.isArray(body.keys)) throw new Error('answered JSON that is not a key set');
  const keys = new Map<string, PublicKey>();
  const problems = body.keys.flatMap((member, index) => {
    const key = publicKey(member);
    const problem = key ? problemOf(key, member, keys) : 'is not a public RSA key with an id';
    if (key && problem === undefined) keys.set(key.kid, key);
    return problem === undefined ? [] : [`key ${key ? quote(key.kid) : `number ${index + 1}`} ${problem}`];
  });
  if (keys.size === 0) throw new Error(`answered a key set without a usable key${problems.map((text) => `; ${text}`)}`);
  return { keys: [...keys.values()], problems };
}

/** The kept key set in `text`; `undefined` when there is none with a usable key in it. */
export function parseKeptKeySet(text: string): KeptKeySet | undefined {
  try {
    const { fetchedAt } = JSON.parse(text);
    return typeof fetchedAt === 'number' ? { fetchedAt, keys: readKeySet(text).keys } : undefined;
  } catch {
    return undefined;
  }
}

/** The fields that verifying needs; `undefined` when `member` is not a public RSA key with an id. */
function publicKey(member: unknown): PublicKey | undefined {
  if (!isRecord(member)) return undefined;
  const { kty, kid, n, e, use, alg } = member;
  if (kty !== 'RSA' || typeof kid !== 'string' || typeof n !== 'string' || typeof e !== 'string') return undefined;
  return { kty, kid, n, e, ...(typeof use === 'string' && { use }), ...(typeof alg === 'string' && { alg }) };
}

/** Why `key` can't be used, if so. The others are still used. */
function problemOf(key: PublicKey, member: unknown, others: ReadonlyMap<string, PublicKey>): string | undefined {
  if (![key.n, key.e].every((part) => /^[\w-]+$/.test(part))) return 'is not base64url';
  const bits = Buffer.from(key.n, 'base64url').length * 8;
  if (bits < LEAST_MODULUS_BYTES * 8) return `is weak: ${bits} bits`;
  const { key_ops: operations } = member as { key_ops?: unknown };
  const isForVerifying =
    (key.use ?? 'sig') === 'sig' &&
    (key.alg ?? 'RS256') === 'RS256' &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify')));
  if (!isForVerifying) return 'is not for verifying RS256';
  return others.has(key.kid) ? 'is there a second time' : undefined;
}

function messageOf(thrown: unknown): string {
  const error = asError(thrown);
  // The message of `fetch` is only "fetch failed"; the cause says why.
  return error.cause === undefined
    ? error.message
    : `could not be reached: ${asError(error.cause).message || codeOf(error.cause)}`;
}

/**
 * `fetch` with Node's older client, which follows no redirects. The global `fetch` loads undici at its first use, in every
 * cold start; the AWS SDK needs this client anyway.
 *
 * An import of `node:http` loads undici as well, for its `WebSocket`. Only a key server on this machine needs it, so it is
 * imported where it is used.
 *
 * @throws {TypeError} when there is no answer, with the reason as its cause, as `fetch` does
 */
export const getKeys: GetKeys = async (url, { signal, headers, onSent }) => {
  const isSecure = url.startsWith('https:');
  const { get } = isSecure ? https : await import('node:http');
  return await new Promise((resolve, reject) => {
    const request = get(url, { signal, headers: { ...headers } }, (response) =>
      resolve({ status: response.statusCode ?? 0, body: bodyOf(response) }),
    );
    const fail = (cause: Error) => reject(new TypeError('fetch failed', { cause }));
    request.on('error', fail);
    // Status 101. Without a listener Node closes the connection, with neither a response nor an error.
    request.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      fail(new Error(`status ${statusCode}, not 200`));
    });
    if (onSent)
      request.on('socket', (socket) => socket.once(isSecure ? 'secureConnect' : 'connect', () => setImmediate(onSent)));
  });
};

function bodyOf(response: IncomingMessage) {
  async function* chunks(): AsyncGenerator<Uint8Array, undefined> {
    try {
      yield* response;
    } catch (cause) {
      throw new TypeError('terminated', { cause });
    }
  }
  return {
    [Symbol.asyncIterator]: chunks,
    cancel: async () => {
      response.destroy();
    },
  };
}
