import type { RequestListener } from 'node:http';

/** 429, with `retry-after` in seconds. */
export const tooManyRequests =
  (retryAfterSeconds: number): RequestListener =>
  (_request, response) => {
    response.writeHead(429, { 'retry-after': String(retryAfterSeconds) }).end();
  };

/** Another status, with an empty answer. */
export const status =
  (code: number): RequestListener =>
  (_request, response) => {
    response.writeHead(code).end();
  };

/** No answer, until the server stops or the client gives up. */
export const hang: RequestListener = () => undefined;
