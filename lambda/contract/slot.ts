/**
 * A slot's version id says whose token it holds, until when, and which one:
 * `<expiry, 10 digits>-<installation uuid, 32 hex digits>-<SHA-256 of the token, first 20 hex digits>`.
 * It has 64 characters, the most for a ClientRequestToken in Secrets Manager. The right to describe a secret is enough to
 * know all three, without the right to read it. Of two versions of one installation, the newer has the greater id.
 */
const VERSION_ID = /^(?<expiresAtSeconds>\d{10})-(?<installation>[0-9a-f]{32})-(?<tokenHash>[0-9a-f]{20})$/;

/** Least life of a system token when Forge delivers it, in minutes (Forge's documentation). */
export const DELIVERED_LIFE_MINUTES = 120;

/**
 * Characters that a header may have. With others, `fetch` would throw an error that quotes the token.
 */
export const BEARER_TOKEN = /^[\x21-\x7e]+$/;

/** Staging label of a version between its write and the swap that makes it current. */
export const INCOMING_LABEL = 'FORGE_INCOMING';
export const CURRENT_LABEL = 'AWSCURRENT';
/** Staging label of a version whose installation is uninstalled: it no longer binds its slot. */
export const RELEASED_LABEL = 'FORGE_RELEASED';

/** Tag of an installation's own secret: hashes of its sites, with spaces between. */
export const SITES_TAG = 'sites';

/** Hex digits of the token's SHA-256 in a version id. */
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

/** The JSON in a slot. It says nothing about its delivery, so two deliveries of one token make the same value. */
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
  /** `ari:cloud:<product>::site/<cloudId>`, if there is a site. Acting for a user needs it. */
  readonly siteAri?: string;
}

/** The uuid in an installation's ARI; `undefined` when `ari` is not one. */
export function installationUuid(ari: string): string | undefined {
  return INSTALLATION_ARI.exec(ari)?.[1];
}

/** The version id of `version`. */
export function formatVersionId({ expiresAtSeconds, installation, tokenHash }: SlotVersion): string {
  const id = `${String(expiresAtSeconds).padStart(10, '0')}-${installation.replaceAll('-', '')}-${tokenHash}`;
  if (!VERSION_ID.test(id)) throw new RangeError(`Not a slot version: ${JSON.stringify(id)}`);
  return id;
}

/** What `id` says; `undefined` when the receiver didn't write that version. */
export function parseVersionId(id: string): SlotVersion | undefined {
  const groups = VERSION_ID.exec(id)?.groups as Record<keyof SlotVersion, string> | undefined;
  if (!groups) return undefined;
  return {
    expiresAtSeconds: Number(groups.expiresAtSeconds),
    installation: groups.installation.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    tokenHash: groups.tokenHash,
  };
}

/** Slots in Secrets Manager: one secret for one installation, or a secret `<prefix>/<installation uuid>` for each. */
export type SecretLocation = { readonly secretArn: string } | { readonly prefix: string };

/** Slots in DynamoDB: the name of a table with an item for each installation. */
export interface TableLocation {
  readonly table: string;
}

/** Where slots are. */
export type SlotLocation = SecretLocation | TableLocation;

/** The service that slots are in. Each bundle is made for one (lib/bundling.ts). */
export type SlotService = 'secretsmanager' | 'dynamodb';

export const slotServiceOf = (location: SlotLocation): SlotService =>
  'table' in location ? 'dynamodb' : 'secretsmanager';

/** The `SecretId` of an installation's slot. */
export const secretIdOf = (location: SecretLocation, installationUuid: string): string =>
  'secretArn' in location ? location.secretArn : `${location.prefix}/${installationUuid}`;

/** Name of an installation's slot, for people: in errors and lists. */
export const slotIdOf = (location: SlotLocation, installationUuid: string): string =>
  'table' in location ? `${location.table}/${installationUuid}` : secretIdOf(location, installationUuid);

/**
 * Attributes of an installation's item, with slots in DynamoDB. The table's index shows all but the value, of which it has
 * no copy.
 */
export const SLOT_ATTRIBUTES = {
  /** The installation's uuid: the table's key. */
  installation: 'installation',
  /** Like the version id of a secret. */
  versionId: 'versionId',
  /** The version id before. Absent with an installation's first token. */
  previousId: 'previousId',
  /** The JSON of a {@link SlotValue}, with the token. */
  value: 'value',
  /** Hashes of the installation's sites, with spaces between. Absent if it has none. */
  sites: 'sites',
  /** The installation's Forge environment type. For people. */
  environment: 'environment',
  /** When the item was created, and when its token was written, in seconds since 1970. */
  createdAt: 'createdAt',
  writtenAt: 'writtenAt',
  /** When DynamoDB may delete the item, in seconds since 1970: its time to live. */
  deleteAt: 'deleteAt',
} as const;

/**
 * Days that a slot stays after its token has expired, by default. Were it deleted at once, nobody would learn that its
 * token ran out.
 */
export const DEFAULT_KEEP_DAYS = 30;

type SlotAttribute = keyof typeof SLOT_ATTRIBUTES;

/** Attributes that the writer of a slot reads: enough to know the newer token, and never the value. */
export const WRITER_ATTRIBUTES = [
  'installation',
  'versionId',
  'previousId',
  'createdAt',
] as const satisfies SlotAttribute[];

/** The index with which the monitor lists all slots: a copy of each item, with only the key and these. */
export const SLOT_INDEX = {
  name: 'metadata',
  attributes: ['versionId', 'sites', 'createdAt', 'writtenAt'] as const satisfies SlotAttribute[],
} as const;

/** Parameters of a scan of the index: the table's policy denies any other. */
export const SLOT_SCAN = { IndexName: 'metadata', Select: 'ALL_PROJECTED_ATTRIBUTES' } as const;
