/**
 * A slot's version id says whose token it holds, until when, and which one:
 * `<expiry, 10 digits>-<installation uuid, 32 hex digits>-<SHA-256 of the token, first 20 hex digits>`.
 * That is 64 characters, the most that Secrets Manager allows for a ClientRequestToken. Whoever may describe a secret
 * can tell all three without the right to read it, and the newer of two versions of one installation has the greater id.
 */
const VERSION_ID = /^(?<expiresAtSeconds>\d{10})-(?<installation>[0-9a-f]{32})-(?<tokenHash>[0-9a-f]{20})$/;

/** Least life of a system token when Forge delivers it, in minutes (Forge's documentation). */
export const DELIVERED_LIFE_MINUTES = 120;

/**
 * What may stand in a header without further ado. A token with anything else in it would be quoted in the error that
 * `fetch` throws at it.
 */
export const BEARER_TOKEN = /^[\x21-\x7e]+$/;

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

/** Slots in Secrets Manager: one secret for the one installation that it is bound to, or `<prefix>/<installation uuid>`. */
export type SecretLocation = { readonly secretArn: string } | { readonly prefix: string };

/** Slots in DynamoDB: the name of a table with an item for each installation. */
export interface TableLocation {
  readonly table: string;
}

/** Where slots are. */
export type SlotLocation = SecretLocation | TableLocation;

/** The service that slots are in, as bundles are made for one (lib/bundling.ts). */
export type SlotService = 'secretsmanager' | 'dynamodb';

export const slotServiceOf = (location: SlotLocation): SlotService =>
  'table' in location ? 'dynamodb' : 'secretsmanager';

/** What Secrets Manager calls the slot of an installation: the `SecretId` for its calls. */
export const secretIdOf = (location: SecretLocation, installationUuid: string): string =>
  'secretArn' in location ? location.secretArn : `${location.prefix}/${installationUuid}`;

/** What people are told as the name of an installation's slot: in errors, and where slots are listed. */
export const slotIdOf = (location: SlotLocation, installationUuid: string): string =>
  'table' in location ? `${location.table}/${installationUuid}` : secretIdOf(location, installationUuid);

/**
 * Attributes of the item that is an installation's slot, where slots are in a table of DynamoDB. What isn't the value may
 * be seen by whoever may see the table's index, which has no copy of the value.
 */
export const SLOT_ATTRIBUTES = {
  /** The installation's uuid: the table's key. */
  installation: 'installation',
  /** Whose token it is, until when, and which one: the same text as the id of a secret's version. */
  versionId: 'versionId',
  /** The same of the token before. Absent for an installation's first one. */
  previousId: 'previousId',
  /** The JSON that `SlotValue` describes, with the token in it. */
  value: 'value',
  /** Hashes of the installation's sites, with a space between two. Absent where it has none. */
  sites: 'sites',
  /** The installation's Forge environment type. For people. */
  environment: 'environment',
  /** When the item was made, and when its token was written, in seconds since 1970. */
  createdAt: 'createdAt',
  writtenAt: 'writtenAt',
  /** When DynamoDB may delete the item, in seconds since 1970: its time to live. */
  deleteAt: 'deleteAt',
} as const;

/**
 * How long an item stays after its token has expired unless told otherwise, in days. Not at once: a slot that is gone has
 * no life that could be watched, and nobody would learn that its token ran out.
 */
export const DEFAULT_KEEP_DAYS = 30;

type SlotAttribute = keyof typeof SLOT_ATTRIBUTES;

/** What the writer of a slot reads of it: enough to tell a newer token from an older one, and never the value. */
export const WRITER_ATTRIBUTES = [
  'installation',
  'versionId',
  'previousId',
  'createdAt',
] as const satisfies SlotAttribute[];

/** The index by which the monitor lists all slots: a copy of each item, with nothing in it but the key and these. */
export const SLOT_INDEX = {
  name: 'metadata',
  attributes: ['versionId', 'sites', 'createdAt', 'writtenAt'] as const satisfies SlotAttribute[],
} as const;

/** What a scan of the index has to ask for: the table's policy denies any other scan. */
export const SLOT_SCAN = { IndexName: 'metadata', Select: 'ALL_PROJECTED_ATTRIBUTES' } as const;
