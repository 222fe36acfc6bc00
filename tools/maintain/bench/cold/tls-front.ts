import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificate } from './certificate';

/** HTTPS in front of a server on 127.0.0.1. */
export interface TlsFront {
  /** The server's URL, over HTTPS. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Puts TLS in front of the server at `url`, as there is in front of Forge's keys and of AWS. */
export async function startTlsFront(url: string, certificate: Certificate): Promise<TlsFront> {
  const { port, pathname } = new URL(url);
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer({ ...certificate, ALPNProtocols: ['http/1.1'] }, (front) => {
    const back = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    for (const socket of [front, back]) {
      sockets.add(socket);
      // Whoever is called cold is ended as soon as it has answered.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        front.destroy();
        back.destroy();
        sockets.delete(socket);
      });
    }
    front.pipe(back).pipe(front);
  });
  server.on('connection', (socket) => socket.setNoDelay());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${actual}${pathname === '/' ? '' : pathname}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
