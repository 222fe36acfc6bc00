import { PATH } from '../../../../../test/support/forge-call';
import { type Attack, type BuildEvent, withEvent } from '../support/attack';

const withPath = (rawPath: unknown) => withEvent((good) => ({ ...good, rawPath }));
const withHttp = (http: unknown) => withEvent((good) => ({ ...good, requestContext: { http } }));

const paths: readonly Attack[] = (
  [
    ['empty', ''],
    ['the root', '/'],
    ['with a slash after it', `${PATH}/`],
    ['with a slash before it', `/${PATH}`],
    ['with a slash doubled', PATH.replace('/token', '//token')],
    ['without its first slash', PATH.slice(1)],
    ['with a backslash', PATH.replace('/token', '\\token')],
    ['with a dot segment', PATH.replace('/token', '/./token')],
    ['with a segment upwards', PATH.replace('/token', '/x/../token')],
    ['with a percent-encoded letter', PATH.replace('token', '%74oken')],
    ['with a percent-encoded slash', PATH.replace('/token', '%2Ftoken')],
    ['with a percent-encoded NUL', `${PATH}%00`],
    ['with a NUL', `${PATH}\0`],
    ['in upper case', PATH.toUpperCase()],
    ['with a query', `${PATH}?x=1`],
    ['with a fragment', `${PATH}#x`],
    ['with a parameter', `${PATH};x=1`],
    ['with a space after it', `${PATH} `],
    ['with a newline after it', `${PATH}\n`],
    ['with an invisible space in it', PATH.replace('token', 'to\u200bken')],
    ['a whole URL', `https://remote.example${PATH}`],
    ['the start of a known one', PATH.slice(0, -1)],
    ['a known one and more', `${PATH}s`],
    ['below a known one', `${PATH}/x`],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['toString', 'toString'],
    ['hasOwnProperty', 'hasOwnProperty'],
    ['a hundred thousand characters', '/'.repeat(100_000)],
    ['absent', undefined],
    ['null', null],
    ['a number', 0],
    ['in an array', [PATH]],
  ] as const
).map(([what, path]) => ({ name: `the path is ${what}`, reason: 'route-unknown', event: withPath(path) }));

const methods: readonly Attack[] = [
  ...['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE', 'CONNECT'].map(
    (method) => [method, method] as const,
  ),
  ['post in lower case', 'post'] as const,
  ['POST with a space after it', 'POST '] as const,
  ['POST with a NUL after it', 'POST\0'] as const,
  ['POST in an array', ['POST']] as const,
  ['empty', ''] as const,
  ['null', null] as const,
  ['a number', 1] as const,
  ['absent', undefined] as const,
].map(([what, method]) => ({
  name: `the method is ${what}`,
  reason: 'method-not-allowed',
  event: withHttp({ method }),
}));

/** Events in which the method or the path is not where a Function URL puts it. */
const shapes: readonly Attack[] = (
  [
    ['nothing', 'route-unknown', () => undefined],
    ['null', 'route-unknown', () => null],
    ['a string', 'route-unknown', withEvent((good) => JSON.stringify(good))],
    ['in an array', 'route-unknown', withEvent((good) => [good])],
    ['an empty object', 'route-unknown', () => ({})],
    [
      'of a REST API',
      'route-unknown',
      withEvent(({ headers, body }) => ({ httpMethod: 'POST', path: PATH, headers, body })),
    ],
    ['of a queue', 'route-unknown', withEvent((good) => ({ Records: [{ body: JSON.stringify(good) }] }))],
    ['without a request context', 'method-not-allowed', withEvent(({ requestContext: _context, ...good }) => good)],
    ['with null for its HTTP part', 'method-not-allowed', withHttp(null)],
    [
      'with a method of its own for an override',
      'method-not-allowed',
      withEvent((good) => ({
        ...good,
        headers: { ...good.headers, 'x-http-method-override': 'POST' },
        requestContext: { http: { ...good.requestContext.http, method: 'GET' } },
      })),
    ],
  ] as readonly (readonly [string, Attack['reason'], BuildEvent])[]
).map(([what, reason, event]) => ({ name: `the event is ${what}`, reason, event }));

export const routes: readonly Attack[] = [...paths, ...methods, ...shapes];
