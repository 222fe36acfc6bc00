import { suiteWatch } from '../../../../test/secrets/token-watch';
import {
  type Bundle,
  bundleReceiver,
  observe,
  receiverEnvironment,
  startBundle,
} from '../../../../test/support/bundle';
import { functionUrlEvent, goodClaims, systemToken } from '../../../../test/support/forge-call';
import { type EmulatedAws, startAws } from '../../../emulator/aws/server';
import { signInvocationToken } from '../../../emulator/forge/invocation-token';
import { type KeyServer, startKeyServer } from '../../../emulator/forge/key-server';
import { createSigningKey, type SigningKey } from '../../../emulator/forge/signing-key';
import type { FunctionProcess } from '../../../emulator/function-url/function-process';

/** Loads the receiver after it has broken what hashes a token: a fault in this backend that nobody foresaw. */
const SABOTEUR = `
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
crypto.hash = () => { throw new RangeError('sabotaged'); };
syncBuiltinESMExports();
export const { handler } = await import('./observed.mjs');
`;

// Bundling, and processes that start: a busy machine takes its time.
jest.setTimeout(30_000);

let key: SigningKey;
let keyServer: KeyServer;
let aws: EmulatedAws;
let bundle: Bundle;
let slotArn: string;

beforeAll(async () => {
  key = await createSigningKey();
  keyServer = await startKeyServer(key.jwks);
  aws = await startAws();
  slotArn = aws.secrets.create({ Name: 'slot' }).ARN;
  bundle = await bundleReceiver();
});
beforeEach(() => {
  keyServer.publish(key.jwks);
  aws.intercept(undefined);
});
afterAll(async () => {
  await Promise.all([keyServer?.stop(), aws?.stop()]);
});

const nowSeconds = () => Math.floor(Date.now() / 1000);
const authorize = async (changes: object = {}, signer = key) =>
  `Bearer ${await signInvocationToken({ ...goodClaims({ nowSeconds: nowSeconds() }), ...changes }, signer)}`;

let lines: string[];
let receiver: FunctionProcess | undefined;

/** Runs the deployed bundle as it is, or what `index` makes of it. */
async function start(index?: string): Promise<void> {
  lines = [];
  receiver = await startBundle({
    files: index === undefined ? bundle.files : observe(bundle, index),
    environment: receiverEnvironment({ jwksUrl: keyServer.url, slots: { secretArn: slotArn } }),
    awsEndpointUrl: aws.url,
    onLog: (line) => lines.push(line),
  });
}

afterEach(async () => {
  await receiver?.stop();
});

let lastMinutes = 120;

/** A call that brings a system token, which lasts longer than all before: calls may come within one second. */
async function call(authorization: string | undefined, path?: string): Promise<unknown> {
  lastMinutes += 1;
  const event = functionUrlEvent({
    ...(path !== undefined && { path }),
    headers: {
      'x-forge-oauth-system': await systemToken(nowSeconds() + lastMinutes * 60),
      ...(authorization !== undefined && { authorization }),
    },
  });
  const answer = (await receiver?.invoke(event)) as { statusCode: number; body: string };
  suiteWatch.answered(answer, []);
  return [answer.statusCode, JSON.parse(answer.body)];
}

/** Says that the process logged each of these calls, and none of their tokens. */
function expectQuietLog(calls: number): void {
  const logged = lines.filter((line) => JSON.parse(line).message !== undefined);
  expect(logged).toHaveLength(calls);
  for (const line of lines) suiteWatch.said('The log of the function', line);
  expect(suiteWatch.leaks()).toEqual([]);
}

test('good and refused calls', async () => {
  await start();
  const stranger = { ...(await createSigningKey()), keyId: key.keyId };
  const good = await authorize();
  expect(await call(good)).toEqual([200, { outcome: 'stored' }]);
  // The same invocation token with another system token: one of the two is a thief's.
  expect(await call(good)).toEqual([409, { reason: 'replay-conflict' }]);
  expect(await call(await authorize(), '/elsewhere')).toEqual([404, { reason: 'route-unknown' }]);
  expect(await call(undefined)).toEqual([401, { reason: 'authorization-missing' }]);
  expect(await call(`${await authorize()}.`)).toEqual([401, { reason: 'authorization-malformed' }]);
  expect(await call(`bearer ${await authorize()}`)).toEqual([401, { reason: 'authorization-malformed' }]);
  expect(await call(await authorize({}, stranger))).toEqual([401, { reason: 'signature-invalid' }]);
  expect(await call(await authorize({ exp: 1 }))).toEqual([401, { reason: 'token-expired' }]);
  expect(await call(await authorize({ aud: await authorize() }))).toEqual([401, { reason: 'audience-wrong' }]);
  expectQuietLog(9);
});

test('calls while Secrets Manager is in trouble', async () => {
  await start();
  const unavailable = [503, { reason: 'slot-unavailable' }];
  aws.intercept(() => ({ status: 400, code: 'AccessDeniedException', message: 'User is not authorized.' }));
  expect(await call(await authorize())).toEqual(unavailable);
  aws.intercept(() => ({ body: '<html>' }));
  expect(await call(await authorize())).toEqual(unavailable);
  aws.intercept((name) => (name.endsWith('PutSecretValue') ? 'reset' : undefined));
  expect(await call(await authorize())).toEqual(unavailable);
  aws.intercept((name) =>
    name.endsWith('PutSecretValue')
      ? { status: 400, code: 'InvalidRequestException', message: 'The secret is marked for deletion.' }
      : undefined,
  );
  expect(await call(await authorize())).toEqual(unavailable);
  expectQuietLog(4);
});

test('calls while the key server is in trouble', async () => {
  keyServer.misbehave((request, response) => {
    response.writeHead(500, { 'content-type': 'text/html' });
    response.end(`<html>${JSON.stringify(request.headers)}</html>`);
  });
  await start();
  expect(await call(await authorize())).toEqual([503, { reason: 'key-server-unavailable' }]);
  expectQuietLog(1);
});

test('a fault in the backend', async () => {
  await start(SABOTEUR);
  expect(await call(await authorize())).toEqual([500, { reason: 'internal-error' }]);
  expect(lines.join()).toContain('sabotaged');
  expectQuietLog(1);
});
