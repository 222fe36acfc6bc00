import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { type HttpResponse, toEvent, toResponse } from './payload';

/** Maximum size of a request (AWS's documentation of Lambda's quotas). */
const MAX_REQUEST_BYTES = 6 * 1024 * 1024;

/** Invokes the function. Rejects with a function error. */
export type Invoke = (event: LambdaFunctionURLEvent) => Promise<unknown>;

export interface FunctionUrlOptions {
  /** @default any free port */
  readonly port?: number;
}

/** A Lambda Function URL on this machine. */
export interface FunctionUrl {
  /** With a trailing slash, as in AWS: `http://127.0.0.1:PORT/`. */
  readonly url: string;
  /**
   * Passes requests to `invoke` from now on. Until then, the answer is 503.
   *
   * @param isPublic whether the function's policy allows everybody. @default true
   */
  attach(invoke: Invoke, isPublic?: () => boolean): void;
  /** Closes all connections. */
  stop(): Promise<void>;
}

/**
 * Starts a Function URL without a function, because its address must be known before the deployment.
 *
 * @throws {Error} when the port is in use
 */
export async function startFunctionUrl(options: FunctionUrlOptions = {}): Promise<FunctionUrl> {
  let invoke: Invoke | undefined;
  let isPublic = () => true;
  const server = createServer((message, response) => {
    respond(message, isPublic() ? invoke : FORBIDDEN)
      .then((answer) => send(response, answer))
      // The function set invalid headers, or the client closed the connection.
      .catch(() => send(response, FUNCTION_ERROR));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    attach: (next, mayBeCalled = () => true) => {
      invoke = next;
      isPublic = mayBeCalled;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(message: IncomingMessage, invoke: Invoke | undefined): Promise<HttpResponse> {
  const body = await readBody(message);
  if (!body) {
    return failure(413, `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`);
  }
  if (!invoke) return failure(503, 'No function is deployed behind this URL yet.');
  const event = toEvent(
    {
      method: message.method ?? 'GET',
      url: message.url ?? '/',
      httpVersion: message.httpVersion,
      rawHeaders: message.rawHeaders,
      sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
      body,
    },
    Date.now(),
  );
  try {
    return toResponse(await invoke(event)) ?? FUNCTION_ERROR;
  } catch {
    // As in AWS, the error is in the function's log, and the caller doesn't get it.
    return FUNCTION_ERROR;
  }
}

/** @returns `undefined` if it is too large. It is still read to the end, so that the client gets an answer. */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_REQUEST_BYTES ? Buffer.concat(chunks) : undefined;
}

/** AWS's own answer instead of the function's. */
const FORBIDDEN: Invoke = async () => ({
  statusCode: 403,
  headers: { 'x-amzn-errortype': 'AccessDeniedException' },
  body: JSON.stringify({
    Message:
      'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
  }),
});

const FUNCTION_ERROR: HttpResponse = {
  status: 502,
  headers: { 'content-type': 'application/json' },
  body: 'Internal Server Error',
};

const failure = (status: number, message: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ Message: message }),
});

function send(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
