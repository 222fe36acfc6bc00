import type { RequestListener } from 'node:http';

/** Too many requests: try again after so many seconds. */
export const tooManyRequests =
  (retryAfterSeconds: number): RequestListener =>
  (_request, response) => {
    response.writeHead(429, { 'retry-after': String(retryAfterSeconds) }).end();
  };

/** Any other status, with nothing in the answer. */
export const status =
  (code: number): RequestListener =>
  (_request, response) => {
    response.writeHead(code).end();
  };

/** No answer, until the server stops or the client gives up. */
export const hang: RequestListener = () => undefined;
