import { randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { SigningKey } from './signing-key';

/** Lifetime of Forge's invocation tokens, as observed, in seconds. */
const LIFE_SECONDS = 25;

/** An installation of the app on a site. */
export interface Installation {
  readonly uuid: string;
  readonly cloudId: string;
}

/** The variable claims of an invocation token. */
export interface InvocationClaims {
  readonly appId: string;
  readonly installation: Installation;
  readonly environment: string;
  /** Key of the endpoint in manifest.yml. */
  readonly endpointKey: string;
  readonly nowSeconds: number;
  /** The product. @default 'confluence' */
  readonly product?: string;
  /** Key of the module that fired. @default {@link endpointKey} */
  readonly moduleKey?: string;
  /** Origin of Atlassian's API. @default https://api.atlassian.com */
  readonly apiOrigin?: string;
}

/**
 * Makes an installation.
 *
 * @param cloudId id of the site. @default a new one
 */
export const newInstallation = (cloudId: string = randomUUID()): Installation => ({ uuid: randomUUID(), cloudId });

/** The claims of an invocation token, in Forge's structure. */
export function invocationClaims(claims: InvocationClaims) {
  const { appId, installation, environment, endpointKey, nowSeconds } = claims;
  const { apiOrigin = 'https://api.atlassian.com', product = 'confluence', moduleKey = endpointKey } = claims;
  const installationId = `ari:cloud:ecosystem::installation/${installation.uuid}`;
  const apiBaseUrl = `${apiOrigin}/ex/${product}/${installation.cloudId}`;
  return {
    iss: 'forge/invocation-token',
    aud: appId,
    iat: nowSeconds,
    nbf: nowSeconds,
    exp: nowSeconds + LIFE_SECONDS,
    jti: randomUUID(),
    app: {
      id: appId,
      appVersion: '1.0.0',
      installationId,
      installation: {
        id: installationId,
        contexts: [{ name: product, apiBaseUrl, cloudId: installation.cloudId }],
      },
      apiBaseUrl,
      environment: { type: environment, id: `ari:cloud:ecosystem::environment/${randomUUID()}` },
      module: { type: 'core:endpoint', key: endpointKey },
    },
    context: { cloudId: installation.cloudId, moduleKey },
  };
}

/** Signs `claims` as an invocation token. */
export function signInvocationToken(claims: JWTPayload, { keyId, privateKey }: SigningKey): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'JWT' }).sign(privateKey);
}
