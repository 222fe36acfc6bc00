/**
 * Ports that no system gives out on its own (Linux begins at 32768, macOS at 49152): one of them stays free after its
 * server has stopped, and the server can come back to it.
 */
const FIRST_PORT = 15_000;
const PORTS = 15_000;

let next = Math.floor(Math.random() * PORTS);

/** Starts a server on a port that nobody else here had, or will have. */
export async function onOwnPort<Server>(start: (port: number) => Promise<Server>): Promise<Server> {
  for (;;) {
    next += 1;
    try {
      return await start(FIRST_PORT + (next % PORTS));
    } catch (error) {
      if (!(error instanceof Object && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}
