import { randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { SigningKey } from './signing-key';

/** Life of an invocation token in seconds, as Forge's are observed to have. */
const LIFE_SECONDS = 25;

/** An installation of the app on a site. */
export interface Installation {
  readonly uuid: string;
  readonly cloudId: string;
}

/** Who calls whom, in an invocation token. */
export interface InvocationClaims {
  readonly appId: string;
  readonly installation: Installation;
  readonly environment: string;
  /** Key of the endpoint in manifest.yml. */
  readonly endpointKey: string;
  readonly nowSeconds: number;
  /** What the app is installed into. @default 'confluence' */
  readonly product?: string;
  /** Key of the module that fired, where that is not the endpoint. @default {@link endpointKey} */
  readonly moduleKey?: string;
  /** Where Atlassian's API is. @default https://api.atlassian.com */
  readonly apiOrigin?: string;
}

/**
 * An installation on a site.
 *
 * @param cloudId of the site. @default a new one
 */
export const newInstallation = (cloudId: string = randomUUID()): Installation => ({ uuid: randomUUID(), cloudId });

/** The claims of an invocation token in the shape that Forge gives them. */
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
