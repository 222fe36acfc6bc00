import type { IncomingMessage } from 'node:http';
import https from 'node:https';

/** What is asked of a key server. */
export interface KeyRequest {
  /** Never `follow`: a redirect could lead to somebody else's keys. */
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  /** To be called when the request is on its way, and nothing is left to do but to wait. `fetch` never does. */
  readonly onSent?: () => void;
}

/** As much of a `Response` as is read of a key server's answer. */
export interface KeyResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null;
}

/** Asks a key server. The global `fetch` is one. */
export type GetKeys = (url: string, request: KeyRequest) => Promise<KeyResponse>;

/**
 * `fetch` with Node's older client, which follows no redirects at all. The first use of the global `fetch` loads undici,
 * on every cold start, before the keys are asked for; and the AWS SDK needs this client anyway.
 *
 * The same goes for an import of `node:http`, which reads all that it exports, `WebSocket` of undici among it. So that
 * one, which only a key server on this machine needs, must be imported where it is used.
 *
 * @throws {TypeError} when there is no answer, with the reason as its cause, as `fetch` does
 */
export const getKeys: GetKeys = async (url, { signal, headers, onSent }) => {
  const isSecure = url.startsWith('https:');
  const { get } = isSecure ? https : await import('node:http');
  return await new Promise((resolve, reject) => {
    const request = get(url, { signal, headers: { ...headers } }, (response) =>
      resolve({
        status: response.statusCode ?? 0,
        headers: {
          get: (name) => {
            const value = response.headers[name];
            return value === undefined ? null : String(value);
          },
        },
        body: bodyOf(response),
      }),
    );
    request.on('error', (cause) => reject(new TypeError('fetch failed', { cause })));
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
