import type { JSONWebKeySet } from 'jose';
import { asError, codeOf } from '../thrown';
import type { GetKeys, KeyResponse } from './get-keys';

/** Far above any key set that Forge publishes (a few keys of about 400 bytes each); stops a body without end. */
const MOST_BYTES = 256 * 1024;

/**
 * The key set at `url`.
 *
 * @throws {Error} with a message that says what the key server answered, when that is anything but a key set
 */
export async function fetchJwks(
  url: string,
  options: { readonly fetch: GetKeys; readonly timeoutMs: number; readonly onSent?: () => void },
): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  let response: KeyResponse | undefined;
  try {
    response = await options.fetch(url, {
      // A redirect could lead to somebody else's keys.
      redirect: 'manual',
      signal,
      // Fetches are rare, and a connection that was kept while the instance was frozen is dead when it wakes.
      headers: { accept: 'application/json', connection: 'close' },
      ...(options.onSent && { onSent: options.onSent }),
    });
    if (response.status !== 200) throw new Error(`answered status ${response.status}, not 200`);
    const contentType = response.headers.get('content-type') ?? 'none';
    if (!/^application\/([\w.-]+\+)?json\b/i.test(contentType))
      throw new Error(`answered content type ${contentType}, not JSON`);
    return parse(await readBody(response));
  } catch (error) {
    // An unread body would keep its connection busy.
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

function parse(text: string): JSONWebKeySet {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Error('answered a body that is not JSON');
  }
  if (!isKeySet(body)) throw new Error('answered JSON that is not a key set with at least one key');
  return body;
}

function isKeySet(body: unknown): body is JSONWebKeySet {
  if (typeof body !== 'object' || body === null || !('keys' in body) || !Array.isArray(body.keys)) return false;
  return (
    body.keys.length > 0 && body.keys.every((key) => typeof key === 'object' && key !== null && !Array.isArray(key))
  );
}

function messageOf(thrown: unknown): string {
  const error = asError(thrown);
  // fetch hides what went wrong in its cause: "fetch failed" alone helps nobody.
  return error.cause === undefined
    ? error.message
    : `could not be reached: ${asError(error.cause).message || codeOf(error.cause)}`;
}
