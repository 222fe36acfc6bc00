import type { IncomingMessage } from 'node:http';

/**
 * Whether a request was made to this machine by its own name. A page in the developer's browser can have a name of its own
 * lead to 127.0.0.1, and would then read what a server here answers, tokens among it (DNS rebinding).
 */
export const isForLoopback = ({ headers }: IncomingMessage): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');

/** What such a request is refused with. */
export const NOT_FOR_LOOPBACK = 'This server answers to 127.0.0.1 and localhost only.';
