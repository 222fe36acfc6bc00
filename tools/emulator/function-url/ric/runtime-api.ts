import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Invocation, Outcome } from '../runtime';

/** Paths of Lambda's runtime API (AWS's documentation of custom runtimes). */
const NEXT = '/2018-06-01/runtime/invocation/next';
const INIT_ERROR = '/2018-06-01/runtime/init/error';
const ENDED = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/** Lambda's runtime API for one process. */
export interface RuntimeApi {
  /** Value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly hostAndPort: string;
  /** Passes the next event to the process. */
  invoke(invocation: Invocation): void;
  /** Closes all connections. */
  close(): void;
}

export interface RuntimeApiOptions {
  readonly functionArn: string;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Starts the API from which a function's process gets events, and to which it reports results. */
export async function startRuntimeApi({ functionArn, onOutcome }: RuntimeApiOptions): Promise<RuntimeApi> {
  let invocation: Invocation | undefined;
  /** The process's waiting request for an event. */
  let waiting: ServerResponse | undefined;
  let isReady = false;

  function handOver(): void {
    if (!waiting || !invocation) return;
    const { requestId, deadlineMs, event } = invocation;
    reply(waiting, 200, event, {
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(Math.round(deadlineMs)),
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      'Lambda-Runtime-Trace-Id': traceIdOf(event),
    });
    waiting = undefined;
  }

  function next(response: ServerResponse): void {
    waiting = response;
    if (!isReady) onOutcome({ kind: 'ready' });
    isReady = true;
    handOver();
  }

  function end(id: string, kind: string | undefined, body: string, response: ServerResponse): void {
    if (id !== invocation?.requestId) {
      reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: `${id} is not being handled` });
      return;
    }
    invocation = undefined;
    reply(response, 202, { status: 'OK' });
    onOutcome(kind === 'response' ? { kind: 'result', json: body || 'null' } : errorOf(body));
  }

  const server = createServer(async (message, response) => {
    const path = message.url ?? '';
    const [, id, kind] = ENDED.exec(path) ?? [];
    if (message.method === 'GET' && path === NEXT) next(response);
    else if (message.method === 'POST' && id) end(decodeURIComponent(id), kind, await textOf(message), response);
    else if (message.method === 'POST' && path === INIT_ERROR) {
      onOutcome(errorOf(await textOf(message)));
      reply(response, 202, { status: 'OK' });
    } else reply(response, 404, { errorType: 'NotFound', errorMessage: `${message.method} ${path} is not emulated` });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The runtime API has no port.');
  return {
    hostAndPort: `127.0.0.1:${address.port}`,
    invoke: (given) => {
      invocation = given;
      handOver();
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The trace header of the request behind the event, or a new one. */
function traceIdOf(event: unknown): string {
  const { headers } = Object(event);
  const given: unknown = Object(headers)['x-amzn-trace-id'];
  if (typeof given === 'string') return given;
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
}

function errorOf(body: string): Outcome {
  const { errorType, errorMessage } = Object(JSON.parse(body));
  return { kind: 'error', errorType: String(errorType), errorMessage: String(errorMessage) };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body ?? null));
}
