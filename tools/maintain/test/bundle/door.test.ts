import { type Routes, shortKey } from '../../../../lambda/contract/routes';
import { RECEIVER_ENV } from '../../../../lambda/contract/settings';
import { bundleFunction, startBundle } from '../../../../test/support/bundle';
import { APP_ID, functionUrlEvent } from '../../../../test/support/forge-call';
import { invocationClaims, signInvocationToken } from '../../../emulator/forge/invocation-token';
import { type KeyServer, startKeyServer } from '../../../emulator/forge/key-server';
import { createSigningKey, type SigningKey } from '../../../emulator/forge/signing-key';
import type { FunctionProcess } from '../../../emulator/function-url/function-process';
import { type Fleet, newTraceId, startFleet } from '../support/fleet';
import { KEPT_KEY_SET } from '../support/roles';

// What lambda/receiver/index.ts hands on: each setting that decides who gets in, seen at the deployed function. The rules
// themselves have their own tests.

const TRIGGER = { path: '/forge/token', key: 'hourly' };
const OTHER = { path: '/forge/other', key: 'other-route' };
const FOREIGN = 'a-panel';
const GOVERNMENT_HOST = 'api.government.example';
const HOUR_MS = 3_600_000;

const ROUTES: Routes = {
  [TRIGGER.path]: { kind: 'scheduledTrigger', schedules: { hourly: 'hour' }, modules: ['hourly'] },
  [OTHER.path]: { kind: 'scheduledTrigger', schedules: { [OTHER.key]: 'hour' }, modules: [OTHER.key] },
};

jest.setTimeout(60_000);

let fleet: Fleet;
let government: KeyServer;
let governmentKey: SigningKey;
let files: Readonly<Record<string, Uint8Array>>;
let receiver: FunctionProcess | undefined;
let log: string[];

beforeAll(async () => {
  governmentKey = await createSigningKey();
  [fleet, government, { files }] = await Promise.all([
    startFleet({ triggers: [TRIGGER] }),
    startKeyServer(governmentKey.jwks),
    bundleFunction('receiver'),
  ]);
});
afterEach(async () => {
  await receiver?.stop();
  receiver = undefined;
});
afterAll(() => Promise.all([fleet.stop(), government.stop()]));

/** Starts the deployed function with these settings in place of the fleet's. */
async function deploy(changes: Readonly<Record<string, string>> = {}): Promise<void> {
  log = [];
  receiver = await startBundle({
    files,
    environment: {
      ...fleet.environment.idleReceiver,
      [RECEIVER_ENV.routes]: JSON.stringify(ROUTES),
      [RECEIVER_ENV.foreignModules]: shortKey(FOREIGN),
      ...changes,
    },
    awsEndpointUrl: fleet.aws.url,
    credentials: fleet.credentials.receiver,
    timeoutSeconds: 30,
    maxInstances: 1,
    onLog: (line) => log.push(line),
  });
}

interface Changes {
  readonly moduleKey?: string;
  readonly claims?: object;
  readonly apiOrigin?: string;
  readonly signer?: SigningKey;
}

/** What the function answers to a genuine call with these changes, all of them signed. */
async function answerTo({ moduleKey, claims, apiOrigin, signer = fleet.signingKey }: Changes = {}): Promise<string> {
  const installation = fleet.install();
  const genuine = invocationClaims({
    appId: APP_ID,
    installation,
    environment: 'DEVELOPMENT',
    endpointKey: moduleKey ?? TRIGGER.key,
    nowSeconds: Math.floor(Date.now() / 1000),
    ...(apiOrigin !== undefined && { apiOrigin }),
  });
  const event = functionUrlEvent({
    path: TRIGGER.path,
    headers: {
      authorization: `Bearer ${await signInvocationToken({ ...genuine, ...claims }, signer)}`,
      'x-forge-oauth-system': await fleet.issue(installation, 0),
      'x-b3-traceid': newTraceId(),
    },
  });
  if (!receiver) throw new Error('deploy() comes before answerTo().');
  const { statusCode, body } = (await receiver.invoke(event)) as { statusCode: number; body: string };
  const { outcome, reason } = JSON.parse(body);
  return `${statusCode} ${outcome ?? reason}`;
}

test('a signature is not a permission: users, modules of the UI and those of other routes stay out', async () => {
  await deploy();
  expect(await answerTo()).toBe('200 stored');
  expect(await answerTo({ moduleKey: 'newer-than-this-deployment' })).toBe('200 stored');
  expect(await answerTo({ claims: { principal: 'user' } })).toBe('403 principal-not-allowed');
  expect(await answerTo({ moduleKey: FOREIGN })).toBe('403 module-not-allowed');
  expect(await answerTo({ moduleKey: OTHER.key })).toBe('403 module-not-allowed');
  expect(await answerTo({ claims: { aud: APP_ID.replace(/.$/, 'f') } })).toBe('401 audience-wrong');
});

test('a cloud apart has keys and API hosts of its own, and no part of the other', async () => {
  const inGovernment = { signer: governmentKey, apiOrigin: `https://${GOVERNMENT_HOST}` };
  await deploy();
  expect(await answerTo(inGovernment)).toMatch(/^(401 key-unknown|503 key-not-yet-known)$/);
  await receiver?.stop();

  const cloud = { jwksUrl: government.url, apiHosts: [GOVERNMENT_HOST] };
  await deploy({ [RECEIVER_ENV.clouds]: JSON.stringify({ government: cloud }) });
  expect(await answerTo(inGovernment)).toBe('200 stored');
  expect(await answerTo({ ...inGovernment, apiOrigin: 'https://api.atlassian.com' })).toMatch(
    /api-base-url-not-allowed$/,
  );
  expect(await answerTo({ apiOrigin: `https://${GOVERNMENT_HOST}` })).toMatch(/api-base-url-not-allowed$/);
});

test.each([
  ['1', 0.5, '200 stored'],
  ['1', 2, '503 key-server-unavailable'],
  ['48', 25, '200 stored'],
])('with trustKeysForHours %s, keys that are %d hours old: %s', async (hours, age, expected) => {
  fleet.keyServer.misbehave((_request, response) => response.writeHead(503).end());
  const fetchedAt = Date.now() - age * HOUR_MS;
  fleet.aws.parameters.set(KEPT_KEY_SET, JSON.stringify({ fetchedAt, keys: fleet.signingKey.jwks.keys }));
  await deploy({ [RECEIVER_ENV.keptKeySet]: KEPT_KEY_SET, [RECEIVER_ENV.trustKeysForHours]: hours });
  expect(await answerTo()).toBe(expected);
  fleet.keyServer.publish(fleet.signingKey.jwks);
});

test('a key that can not be used is told in the log, and the others are used', async () => {
  const { keys } = fleet.signingKey.jwks;
  fleet.keyServer.publish({ keys: [...keys, { kty: 'RSA', kid: 'a-weak-key', n: 'AQAB', e: 'AQAB' }] });
  await deploy();
  expect(await answerTo()).toBe('200 stored');
  expect(log.join('\n')).toContain('a-weak-key');
  fleet.keyServer.publish(fleet.signingKey.jwks);
});
