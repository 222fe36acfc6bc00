import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Route } from '../../lambda/contract/routes';
import type { Invocation } from '../../lambda/forge/claims';
import { commercialKeys, createKeySet } from '../../lambda/forge/key-set';
import { createVerifier } from '../../lambda/forge/verify';
import {
  type InvocationClaims,
  invocationClaims,
  newInstallation,
  signInvocationToken,
} from '../../tools/emulator/forge/invocation-token';
import type { SigningKey } from '../../tools/emulator/forge/signing-key';
import { signingKeys } from './signing-keys';

/** The app, the time and the place that tests agree on. */
export const APP_ID = 'ari:cloud:ecosystem::app/6b9f2b0e-3f0c-4f1d-8a44-0d9a5c3c7a11';
export const NOW_SECONDS = 1_900_000_000;
export const NOW_MS = NOW_SECONDS * 1000;
export const PATH = '/forge/token';
/** What {@link PATH} is for. */
export const ROUTE: Route = {
  kind: 'scheduledTrigger',
  schedules: { hourly: 'hour' },
  modules: ['token-endpoint', 'hourly'],
};
export const INSTALLATION = newInstallation();

type Claims = ReturnType<typeof invocationClaims>;

/** The claims of a call that is right in every way. */
export const goodClaims = (changes: Partial<InvocationClaims> = {}): Claims =>
  invocationClaims({
    appId: APP_ID,
    installation: INSTALLATION,
    environment: 'DEVELOPMENT',
    endpointKey: 'token-endpoint',
    nowSeconds: NOW_SECONDS,
    ...changes,
  });

/** The key pair of the tests' Forge. */
export const signingKey: Promise<SigningKey> = signingKeys().then(([key]) => key);

/** An authorization header with `claims`, signed by the tests' Forge. */
export const authorize = async (claims: object = goodClaims()): Promise<string> =>
  `Bearer ${await signInvocationToken({ ...claims }, await signingKey)}`;

/** A verifier that knows the tests' Forge, on a stage that serves DEVELOPMENT. */
export async function createTestVerifier(
  nowMs: () => number = () => NOW_MS,
): Promise<(authorization: string | undefined, route?: Route) => Promise<Invocation>> {
  const { jwks } = await signingKey;
  const keySet = createKeySet({ url: 'https://keys.invalid', fetch: async () => Response.json(jwks), now: nowMs });
  const verify = createVerifier({
    keys: commercialKeys(keySet),
    appId: APP_ID,
    environments: ['DEVELOPMENT'],
    now: nowMs,
  });
  return (authorization, route = ROUTE) => verify(authorization, route);
}

/** A system token that expires at `expiresAtSeconds`, different each time. */
export const systemToken = (expiresAtSeconds: number): Promise<string> =>
  new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expiresAtSeconds)
    .sign(new TextEncoder().encode(randomUUID()));

/** A Function URL event with the fields that the receiver looks at, and some that it doesn't. */
export const functionUrlEvent = (
  changes: { method?: string; path?: string; headers?: Record<string, string>; body?: string } = {},
) => {
  const { method = 'POST', path = PATH, headers = {}, body = '{}' } = changes;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'x-b3-traceid': '463ac35c9f6413ad48485a3953bb6124', ...headers },
    requestContext: { http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' } },
    body,
    isBase64Encoded: false,
  };
};
