import { FORGE_ENVIRONMENTS, type ForgeEnvironment } from '../contract/routes';
import { type InstallationContext, installationUuid } from '../contract/slot';
import { isRecord } from '../record';
import { quote, Refusal } from '../refusal';
import { commercialApiHosts, requireAllowedApiBaseUrl } from './api-base-url';
import type { Invocation } from './invocation';

/** What a stage expects of every invocation token. */
export interface Expectations {
  /** The app's ARI: the only audience, and the only `app.id`. */
  readonly appId: string;
  /** Forge environments that the stage serves. */
  readonly environments: readonly ForgeEnvironment[];
  /**
   * API hosts of the Isolated Clouds that the stage serves.
   *
   * @default [] - no call of an Isolated Cloud passes
   */
  readonly isolatedApiHosts?: readonly string[];
  /**
   * Origin of an API on this machine, for local runs.
   *
   * @default - none
   */
  readonly localApiOrigin?: string;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads an invocation from the claims of a token whose signature, issuer, audience and times have been checked.
 *
 * Claims that decide anything are required and strict. Claims that only inform (version, module, license) are dropped
 * when they look odd: a genuine call is worth more than they are.
 *
 * @throws {Refusal} when a deciding claim is missing, malformed or not for this stage
 */
export function readInvocation(claims: Claims, expected: Expectations): Invocation {
  const app = claims.app;
  if (app === undefined) throw new Refusal('claim-missing', 'app');
  if (!isRecord(app)) throw new Refusal('claim-invalid', `app is ${quote(app)}, not an object`);

  const appId = requiredString(app, 'id', 'app.id');
  if (appId !== expected.appId)
    throw new Refusal('app-wrong', `app.id is ${quote(appId)}, not ${quote(expected.appId)}`);

  const installationId = requiredString(app, 'installationId', 'app.installationId');
  const installation = installationUuid(installationId);
  if (!installation) {
    throw new Refusal(
      'installation-malformed',
      `app.installationId is ${quote(installationId)}, not ari:cloud:ecosystem::installation/<uuid>`,
    );
  }
  const details = isRecord(app.installation) ? app.installation : {};
  if (details.id !== undefined && details.id !== installationId) {
    throw new Refusal(
      'claim-invalid',
      `app.installation.id is ${quote(details.id)}, app.installationId is ${quote(installationId)}`,
    );
  }

  const environment = readEnvironment(app.environment, expected.environments);
  const contexts = readContexts(details.contexts);
  const apiBaseUrl = requiredString(app, 'apiBaseUrl', 'app.apiBaseUrl');
  // Keys of one cloud never vouch for the API of another.
  const apiHosts = claims.icLabel === undefined ? commercialApiHosts(contexts) : (expected.isolatedApiHosts ?? []);
  requireAllowedApiBaseUrl(apiBaseUrl, apiHosts, expected.localApiOrigin);

  const { module = {}, license = {} } = app;
  const invocation: Partial<Invocation> = {
    installationId,
    installation,
    appId,
    environment: environment.type,
    apiBaseUrl,
    contexts,
    tokenId: requiredString(claims, 'jti', 'jti'),
    expiresAtSeconds: claims.exp as number,
    ...informative({
      appVersion: asString(app.appVersion),
      environmentId: environment.id,
      moduleKey: isRecord(module) ? asString(module.key) : undefined,
      moduleType: isRecord(module) ? asString(module.type) : undefined,
      licenseActive: isRecord(license) ? asBoolean(license.isActive ?? license.active) : undefined,
    }),
  };
  // The one place where claims become an invocation.
  return invocation as Invocation;
}

function readEnvironment(
  value: unknown,
  served: readonly ForgeEnvironment[],
): { type: ForgeEnvironment; id: string | undefined } {
  if (value === undefined) throw new Refusal('claim-missing', 'app.environment');
  if (!isRecord(value)) throw new Refusal('claim-invalid', `app.environment is ${quote(value)}, not an object`);
  const name = requiredString(value, 'type', 'app.environment.type');
  const type = FORGE_ENVIRONMENTS.find((known) => known === name);
  if (!type)
    throw new Refusal(
      'claim-invalid',
      `app.environment.type is ${quote(name)}, not one of ${FORGE_ENVIRONMENTS.join(', ')}`,
    );
  if (!served.includes(type)) {
    throw new Refusal(
      'environment-not-served',
      `app.environment.type is ${quote(type)}; this stage serves ${served.join(', ')}`,
    );
  }
  return { type, id: asString(value.id) };
}

function readContexts(value: unknown): InstallationContext[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).flatMap((context) => {
    const name = asString(context.name);
    if (!name) return [];
    const cloudId = asString(context.cloudId);
    return [{ name, ...(cloudId && { siteAri: `ari:cloud:${name.toLowerCase()}::site/${cloudId}` }) }];
  });
}

function requiredString(object: Claims, key: string, name: string): string {
  const value = object[key];
  if (value === undefined) throw new Refusal('claim-missing', name);
  if (typeof value !== 'string' || value === '')
    throw new Refusal('claim-invalid', `${name} is ${quote(value)}, not a string`);
  return value;
}

const asString = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const asBoolean = (value: unknown) => (typeof value === 'boolean' ? value : undefined);
const informative = (claims: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
