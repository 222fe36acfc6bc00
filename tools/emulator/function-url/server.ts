import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { type HttpResponse, toEvent, toResponse } from './payload';

/** The largest request that Lambda takes, in bytes (AWS's documentation of Lambda's quotas). */
const MAX_REQUEST_BYTES = 6 * 1024 * 1024;

/** Runs the function once. A rejection is a function error. */
export type Invoke = (event: LambdaFunctionURLEvent) => Promise<unknown>;

export interface FunctionUrlOptions {
  /** @default 0: any free port */
  readonly port?: number;
}

/** A Lambda Function URL on this machine. */
export interface FunctionUrl {
  /** With a slash at its end, as AWS has it: `http://127.0.0.1:PORT/`. */
  readonly url: string;
  /**
   * From now on, requests go to `invoke`. Before that they are answered with 503.
   *
   * @param isPublic whether the function's policy lets everybody in. @default it does
   */
  attach(invoke: Invoke, isPublic?: () => boolean): void;
  /** Cuts all connections. */
  stop(): Promise<void>;
}

/**
 * Starts a Function URL with no function behind it yet: its address must be known before the function is deployed.
 *
 * @throws {Error} when the port is taken
 */
export async function startFunctionUrl(options: FunctionUrlOptions = {}): Promise<FunctionUrl> {
  let invoke: Invoke | undefined;
  let isPublic = () => true;
  const server = createServer((message, response) => {
    respond(message, isPublic() ? invoke : FORBIDDEN)
      .then((answer) => send(response, answer))
      // Headers that HTTP doesn't allow, or a client that cut the connection: then nobody reads this.
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
    // What went wrong is in the function's log. The caller isn't told, as in AWS.
    return FUNCTION_ERROR;
  }
}

/** @returns `undefined` when there is too much. It is read to its end all the same, so that the client gets an answer. */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_REQUEST_BYTES ? Buffer.concat(chunks) : undefined;
}

/** What AWS answers in the function's place. */
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
