/**
 * A slot's version id says whose token it holds, until when, and which one:
 * `<expiry, 10 digits>-<installation uuid, 32 hex digits>-<SHA-256 of the token, first 20 hex digits>`.
 * That is 64 characters, the most that Secrets Manager allows for a ClientRequestToken. Whoever may describe a secret
 * can tell all three without the right to read it, and the newer of two versions of one installation has the greater id.
 */
const VERSION_ID = /^(?<expiresAtSeconds>\d{10})-(?<installation>[0-9a-f]{32})-(?<tokenHash>[0-9a-f]{20})$/;

/** Staging label of a version between its write and the swap that makes it current. */
export const INCOMING_LABEL = 'FORGE_INCOMING';
export const CURRENT_LABEL = 'AWSCURRENT';
/** Staging label of a version whose installation is being uninstalled: as the current one, it binds its slot no longer. */
export const RELEASED_LABEL = 'FORGE_RELEASED';

/** Tag of a secret that was made for one installation: hashes of its sites, with a space between two. */
export const SITES_TAG = 'sites';

/** Hex digits of the token's SHA-256 that a version id has room for. */
export const TOKEN_HASH_DIGITS = 20;

const INSTALLATION_ARI = /^ari:cloud:ecosystem::installation\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** What a version id says. */
export interface SlotVersion {
  /** When the token expires, in seconds since 1970. */
  readonly expiresAtSeconds: number;
  /** The installation's uuid, in lower case with dashes. */
  readonly installation: string;
  /** SHA-256 of the token, its first 20 hex digits. */
  readonly tokenHash: string;
}

/** The JSON in a slot. Two deliveries of one token make the same value: nothing in it tells when or how it came. */
export interface SlotValue {
  /** The app system token. A bearer token for {@link apiBaseUrl}. */
  readonly token: string;
  /** When the token expires, ISO 8601. */
  readonly expiresAt: string;
  /** The installation's ARI. */
  readonly installationId: string;
  /** Base URL of Atlassian's API for this installation, from the invocation token. */
  readonly apiBaseUrl: string;
  /** The products and sites that the installation covers. */
  readonly contexts: readonly InstallationContext[];
}

/** One product that an installation covers. */
export interface InstallationContext {
  /** Product, such as `confluence`. */
  readonly name: string;
  /** `ari:cloud:<product>::site/<cloudId>`, where there is a site: what acting for a user asks for. */
  readonly siteAri?: string;
}

/** The uuid in an installation's ARI, or `undefined` when it is not one. */
export function installationUuid(ari: string): string | undefined {
  return INSTALLATION_ARI.exec(ari)?.[1];
}

/** The version id that says `version`. */
export function formatVersionId({ expiresAtSeconds, installation, tokenHash }: SlotVersion): string {
  const id = `${String(expiresAtSeconds).padStart(10, '0')}-${installation.replaceAll('-', '')}-${tokenHash}`;
  if (!VERSION_ID.test(id)) throw new RangeError(`Not a slot version: ${JSON.stringify(id)}`);
  return id;
}

/** What `id` says, or `undefined` when somebody else than the receiver wrote that version. */
export function parseVersionId(id: string): SlotVersion | undefined {
  const groups = VERSION_ID.exec(id)?.groups as Record<keyof SlotVersion, string> | undefined;
  if (!groups) return undefined;
  return {
    expiresAtSeconds: Number(groups.expiresAtSeconds),
    installation: groups.installation.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    tokenHash: groups.tokenHash,
  };
}
