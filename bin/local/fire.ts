/**
 * A server with which a developer fires triggers. `npm run local -- --serve` prints its URL, and a curl command for each
 * trigger.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatedForge } from '../../tools/emulator/forge/forge';
import { isForLoopback, NOT_FOR_LOOPBACK } from '../../tools/emulator/loopback';
import { isRecord, messageOf } from '../command';
import type { Backend } from './backend';
import { productEvents, scheduledCalls } from './story';

export interface FireServer {
  readonly url: string;
  /** Commands to try, one for each trigger of manifest.yml. */
  readonly commands: readonly string[];
  stop(): Promise<void>;
}

/** Listens on 127.0.0.1 for `POST /<event>`, with the event's fields as JSON, and for `POST /schedule`. */
export async function startFireServer(backend: Backend, forge: SimulatedForge): Promise<FireServer> {
  // A getter: the manifest may have been deployed again.
  const events = () => productEvents(backend.manifest);
  /** Without duplicates: several triggers may listen to one event, and Forge then calls for each. */
  const names = () => [...new Set(events().map(({ event }) => event.name))];

  async function fire(name: string, fields: Readonly<Record<string, unknown>>) {
    if (name === 'schedule') return await Promise.all(scheduledCalls(backend.manifest).map((call) => forge.call(call)));
    const waiting = events().filter(({ event }) => event.name === name);
    if (waiting.length === 0) return undefined;
    return await Promise.all(waiting.map(({ call, event }) => forge.fire(call, { ...event, fields })));
  }

  const server = createServer(async (request, response) => {
    const end = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    try {
      if (!isForLoopback(request)) return end(403, { error: NOT_FOR_LOOPBACK });
      // A web page in the developer's browser can send a POST here, but not with this content type.
      if (request.method !== 'POST' || !/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
        return end(405, { error: 'Send a POST with content-type: application/json.' });
      }
      const name = decodeURIComponent((request.url ?? '').slice(1));
      const fields = await readJson(request);
      if (!fields)
        return end(400, {
          error: `The body is not a JSON object; allowed: the event's fields, such as {"issue":{"key":"A-1"}}`,
        });
      const results = await fire(name, fields);
      const known = ['schedule', ...names()];
      if (!results)
        return end(404, { error: `No trigger in manifest.yml listens to ${name}; allowed: ${known.join(', ')}` });
      return end(200, results.length === 1 ? (results[0] ?? {}) : results);
    } catch (error) {
      return end(502, { error: messageOf(error) });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const command = (name: string) => `curl -X POST ${url}/${name} -H 'content-type: application/json' -d '{}'`;
  return {
    url,
    commands: ['schedule', ...names()].map(command),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
