import type { RequestListener, ServerResponse } from 'node:http';
import { startKeyServer } from '../../../emulator/forge/key-server';
import type { SigningKey } from '../../../emulator/forge/signing-key';
import type { Backend } from './backend';

/** A fault of the key server. */
export interface KeyServerFault {
  readonly name: string;
  /** What a call is refused with by an instance that has no keys yet. `undefined` when the fault is none to it. */
  readonly coldReason?: 'key-server-unavailable' | 'key-not-yet-known';
  /** Whether it lasts until the receiver's patience ends. */
  readonly takesLong?: true;
  /** Whether the call comes once the fetch that the start began is over. @default the call comes while it is under way */
  readonly comesAfterFetch?: true;
  /** @param nextKey the key that Forge rotates to */
  strike(backend: Backend, nextKey: SigningKey): void | Promise<void>;
  /** What it takes to end the fault, beside the key server giving its keys again. */
  repair?(backend: Backend): Promise<void>;
}

const answering = (listener: RequestListener) => (backend: Backend) => backend.keyServer.misbehave(listener);

function sendJson(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}

const UNAVAILABLE = { coldReason: 'key-server-unavailable' } as const;

export const NO_KEY_SERVER_FAULT: KeyServerFault = { name: 'none', strike: () => undefined };

export const UNREACHABLE_KEY_SERVER: KeyServerFault = {
  ...UNAVAILABLE,
  name: 'a refused connection',
  strike: ({ keyServer }) => keyServer.stop(),
  repair: async (backend) => {
    backend.keyServer = await startKeyServer(backend.signer.jwks, Number(new URL(backend.keyServer.url).port));
  },
};

export const SILENT_KEY_SERVER: KeyServerFault = {
  ...UNAVAILABLE,
  name: 'no answer',
  takesLong: true,
  strike: answering(() => undefined),
};

export const KEY_SERVER_FAULTS: readonly KeyServerFault[] = [
  NO_KEY_SERVER_FAULT,
  UNREACHABLE_KEY_SERVER,
  SILENT_KEY_SERVER,
  {
    ...UNAVAILABLE,
    name: 'headers that never end',
    takesLong: true,
    strike: answering(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-more: ');
      trickle(() => socket.write('x'), socket);
    }),
  },
  {
    ...UNAVAILABLE,
    name: 'a body that never ends',
    takesLong: true,
    strike: answering((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"keys":[');
      trickle(() => response.write(' '), response);
    }),
  },
  {
    name: 'an answer that is slow, but in time',
    strike: ({ keyServer, signer }) =>
      keyServer.misbehave((_request, response) => {
        setTimeout(() => sendJson(response, JSON.stringify(signer.jwks)), 30);
      }),
  },
  {
    ...UNAVAILABLE,
    name: 'status 500',
    strike: ({ keyServer, signer }) =>
      keyServer.misbehave((_request, response) => sendJson(response, JSON.stringify(signer.jwks), 500)),
  },
  {
    ...UNAVAILABLE,
    name: 'status 429',
    strike: answering((_request, response) => {
      response.writeHead(429, { 'retry-after': '1' });
      response.end();
    }),
  },
  {
    ...UNAVAILABLE,
    name: 'garbage in place of HTTP',
    strike: answering(({ socket }) => socket.end('\0\x01\x02 this is no HTTP\r\n\r\n')),
  },
  {
    ...UNAVAILABLE,
    name: 'garbage in place of JSON',
    strike: answering((_request, response) => sendJson(response, '{"keys":[{"kty":"RSA","n":"')),
  },
  {
    ...UNAVAILABLE,
    name: 'HTML',
    strike: answering((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>Sorry</body></html>');
    }),
  },
  { ...UNAVAILABLE, name: '{}', strike: answering((_request, response) => sendJson(response, '{}')) },
  {
    ...UNAVAILABLE,
    name: 'a redirect to the right keys',
    strike: async ({ keyServer, signer }) => {
      const { url } = keyServer;
      keyServer.misbehave((request, response) => {
        if (request.url?.endsWith('/elsewhere')) return sendJson(response, JSON.stringify(signer.jwks));
        response.writeHead(302, { location: `${url}/elsewhere` });
        response.end();
      });
    },
  },
  {
    name: 'the right keys as text',
    strike: ({ keyServer, signer }) =>
      keyServer.misbehave((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        response.end(JSON.stringify(signer.jwks));
      }),
  },
  {
    ...UNAVAILABLE,
    name: 'a connection that is reset in the middle',
    strike: answering(({ socket }, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2000 });
      response.write('{"keys":[', () => socket.resetAndDestroy());
    }),
  },
  {
    // Keys fetched a moment ago are not fetched again, or a flood of unknown key ids would be a flood of fetches. Forge
    // publishes a key ahead of its first use, so that only a forger meets this.
    name: 'a rotation since the keys were fetched',
    coldReason: 'key-not-yet-known',
    comesAfterFetch: true,
    strike: (backend, nextKey) => {
      const { keyServer, signer } = backend;
      backend.signer = nextKey;
      const isFirst = () => keyServer.requests === 1;
      keyServer.misbehave((_request, response) =>
        sendJson(response, JSON.stringify(isFirst() ? signer.jwks : nextKey.jwks)),
      );
    },
  },
];

/** Keeps a connection busy without ever coming to an end, as no timeout for silence would notice. */
function trickle(write: () => void, stream: { once(event: 'close', listener: () => void): unknown }): void {
  const timer = setInterval(write, 20);
  stream.once('close', () => clearInterval(timer));
}

/** Ends `fault`. */
export async function repairKeyServer(backend: Backend, fault: KeyServerFault): Promise<void> {
  backend.keyServer.publish(backend.signer.jwks);
  await fault.repair?.(backend);
}
