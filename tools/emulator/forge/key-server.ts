import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JSONWebKeySet } from 'jose';

/** An HTTP server with a key set, which can be made to fail. */
export interface KeyServer {
  readonly url: string;
  /** Number of requests so far. */
  readonly requests: number;
  /** Publishes `jwks` from now on. */
  publish(jwks: JSONWebKeySet): void;
  /** Answers in another way from now on. */
  misbehave(listener: RequestListener): void;
  stop(): Promise<void>;
}

/** Starts a key server on 127.0.0.1. */
export async function startKeyServer(jwks: JSONWebKeySet, port = 0): Promise<KeyServer> {
  const publishing =
    (body: JSONWebKeySet): RequestListener =>
    (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    };
  let answer = publishing(jwks);
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: actual } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${actual}/.well-known/jwks.json`,
    get requests() {
      return requests;
    },
    publish(next) {
      answer = publishing(next);
    },
    misbehave(listener) {
      answer = listener;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
