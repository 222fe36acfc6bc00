import { DEPLOY_AGAIN, invalid, type Variables } from './variables';

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

/** A function runs with a location that its bundle has no code for. */
export const notBundled = (): Error => new Error(`Bundled for slots in another service. ${DEPLOY_AGAIN}`);

/** Environment variables of whoever writes or reads slots: exactly one of them is set. */
export const SLOT_ENV = {
  secretArn: 'FORGE_SLOT_ARN',
  prefix: 'FORGE_SLOT_PREFIX',
  table: 'FORGE_SLOT_TABLE',
} as const;

/** The environment variables for `location`. */
export function slotVariables(location: SlotLocation): Record<string, string> {
  if ('table' in location) return { [SLOT_ENV.table]: location.table };
  return 'secretArn' in location
    ? { [SLOT_ENV.secretArn]: location.secretArn }
    : { [SLOT_ENV.prefix]: location.prefix };
}

/**
 * The location in `variables`.
 *
 * @throws {Error} when none or several of the variables are set
 */
export function parseSlotLocation(variables: Variables): SlotLocation {
  const secretArn = variables[SLOT_ENV.secretArn];
  const prefix = variables[SLOT_ENV.prefix];
  const table = variables[SLOT_ENV.table];
  if (secretArn && !prefix && !table) return { secretArn };
  if (prefix && !secretArn && !table) return { prefix };
  if (table && !secretArn && !prefix) return { table };
  const found = secretArn || prefix || table ? 'several' : 'none';
  throw invalid(`${SLOT_ENV.secretArn}, ${SLOT_ENV.prefix} or ${SLOT_ENV.table}`, found, 'exactly one of them');
}

/** What Secrets Manager calls the slot of an installation: the `SecretId` for its calls. */
export const secretIdOf = (location: SecretLocation, installationUuid: string): string =>
  'secretArn' in location ? location.secretArn : `${location.prefix}/${installationUuid}`;

/** What people are told as the name of an installation's slot: in errors, and where slots are listed. */
export const slotIdOf = (location: SlotLocation, installationUuid: string): string =>
  'table' in location ? `${location.table}/${installationUuid}` : secretIdOf(location, installationUuid);
