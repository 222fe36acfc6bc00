import type { APIGatewayProxyEventV2, LambdaFunctionURLEvent } from 'aws-lambda';
import { CLOCK_SKEW_SECONDS, createReplays } from '../../../lambda/forge/verify';
import { type CallReport, handle, type Request, readRequest } from '../../../lambda/receiver/handler';
import { toEvent } from '../../../tools/emulator/function-url/payload';
import { dataResidency } from '../../support/data-residency';
import { authorize, createTestVerifier, NOW_MS, NOW_SECONDS, PATH, systemToken } from '../../support/forge-call';

// An HTTP API and a Function URL send events of one format, 2.0, and differ in what the receiver must not care about.

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const FORGE_HEADERS = {
  'content-type': 'application/json',
  'x-b3-traceid': '463ac35c9f6413ad48485a3953bb6124',
  'x-b3-spanid': 'a2fb4a1d1a96d312',
};

/**
 * What an HTTP API sends under a custom domain, by AWS's documentation of "Lambda proxy integrations for HTTP APIs":
 * names of headers in lower case, cookies beside them, the API's own id and domain in `requestContext`, the key of the
 * route that was found; `rawPath` has neither the stage, which is `$default`, nor an API mapping in front. The body is
 * base64 here, as of a type that isn't taken for text.
 */
function httpApiEvent({ method = 'POST', path = PATH, headers = {}, body = '{}' }: Call): APIGatewayProxyEventV2 {
  const isRoute = method === 'POST' && path === PATH;
  const routeKey = isRoute ? `POST ${PATH}` : '$default';
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    cookies: ['cookie1=value1', 'cookie2=value2'],
    headers: {
      ...FORGE_HEADERS,
      ...headers,
      'content-length': String(body.length),
      host: 'forge.example.com',
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'r3pmxmplak',
      domainName: 'forge.example.com',
      domainPrefix: 'forge',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey,
      stage: '$default',
      time: '10/Mar/2020:05:16:23 +0000',
      timeEpoch: 1583817383220,
    },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

/** What a Function URL makes of the same call, with the names of its headers as a client may write them. */
const functionUrlEvent = ({ method = 'POST', path = PATH, headers = {}, body = '{}' }: Call): LambdaFunctionURLEvent =>
  toEvent(
    {
      method,
      url: path,
      httpVersion: '1.1',
      rawHeaders: Object.entries({ ...FORGE_HEADERS, ...headers }).flatMap(([name, value]) => [
        name.toUpperCase(),
        value,
      ]),
      sourceIp: '192.0.2.1',
      body: Buffer.from(body),
    },
    NOW_MS,
  );

/** What the receiver answers, what it reports, and the token that it stores. */
async function receive(event: unknown) {
  const reports: CallReport[] = [];
  const stored: string[] = [];
  const response = await handle(event, {
    routes: { [PATH]: { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } } },
    verify: await createTestVerifier(),
    replays: createReplays(() => NOW_MS, CLOCK_SKEW_SECONDS),
    services: async () => ({
      slots: {
        write: async ({ token }) => {
          stored.push(token);
          return 'stored';
        },
        remove: async () => 'acknowledged',
      },
    }),
    dataResidency: async () => dataResidency,
    report: (call) => reports.push(call),
    now: () => NOW_MS,
  });
  return { response, reports, stored };
}

const genuine = async (): Promise<Call> => ({
  headers: { authorization: await authorize(), 'x-forge-oauth-system': await systemToken(NOW_SECONDS + 4 * 3600) },
});

test('a genuine call through an HTTP API has its token stored', async () => {
  const call = await genuine();
  const { response, stored, reports } = await receive(httpApiEvent(call));
  expect(response).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"outcome":"stored"}',
  });
  expect(stored).toEqual([call.headers?.['x-forge-oauth-system']]);
  expect(reports).toMatchObject([{ status: 200, path: PATH, traceId: '463ac35c9f6413ad48485a3953bb6124' }]);
});

test.each<[string, () => Promise<Call>, number]>([
  ['a genuine call', genuine, 200],
  ['a path that is no route', async () => ({ ...(await genuine()), path: '/.env' }), 404],
  ['a method other than POST', async () => ({ ...(await genuine()), method: 'GET' }), 405],
  ['a call without a token', async () => ({}), 401],
  ['a genuine call without a system token', async () => ({ headers: { authorization: await authorize() } }), 422],
])('%s is answered and reported alike, whichever way it comes', async (_, makeCall, status) => {
  const call = await makeCall();
  const [byApi, byUrl] = [await receive(httpApiEvent(call)), await receive(functionUrlEvent(call))];
  expect(byApi.response.statusCode).toBe(status);
  const withoutSize = ({ reports, ...rest }: typeof byApi) => ({
    ...rest,
    reports: reports.map(({ headerBytes: _, ...report }) => report),
  });
  expect(withoutSize(byApi)).toEqual(withoutSize(byUrl));
});

test('what the receiver reads of a call is the same, but for a body in base64', async () => {
  const call = await genuine();
  const [byApi, byUrl] = [readRequest(httpApiEvent(call)), readRequest(functionUrlEvent(call))];
  const text = ({ body }: Request) => Buffer.from(body.text, body.isBase64 ? 'base64' : 'utf8').toString();
  const headerBytes = expect.any(Number);
  expect({ ...byApi, headerBytes, body: text(byApi) }).toEqual({ ...byUrl, headerBytes, body: text(byUrl) });
});
