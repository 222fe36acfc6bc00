import { invalid, type Variables } from './variables';

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
export const notBundled = (location: SlotLocation): Error =>
  new Error(
    `The slots are in ${slotServiceOf(location)}, and this function was bundled for another service. ` +
      'Deploy the stack again with "npm run deploy".',
  );

/** Environment variables of whoever writes or reads slots: exactly one of them is set. */
export const SLOT_ENV = {
  secretArn: 'FORGE_SLOT_ARN',
  prefix: 'FORGE_SLOT_PREFIX',
  table: 'FORGE_SLOT_TABLE',
} as const;

/** The environment variables that say `location`. */
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
  const { secretArn, prefix, table } = SLOT_ENV;
  const found = [secretArn, prefix, table].filter((name) => variables[name]);
  if (found.length === 1) {
    const [name = ''] = found;
    const value = variables[name] ?? '';
    if (name === secretArn) return { secretArn: value };
    return name === prefix ? { prefix: value } : { table: value };
  }
  throw invalid(`${secretArn}, ${prefix} or ${table}`, found.length === 0 ? 'none' : 'several', 'exactly one of them');
}

/** What Secrets Manager calls the slot of an installation: the `SecretId` for its calls. */
export const secretIdOf = (location: SecretLocation, installationUuid: string): string =>
  'secretArn' in location ? location.secretArn : `${location.prefix}/${installationUuid}`;

/** What people are told as the name of an installation's slot: in errors, and where slots are listed. */
export const slotIdOf = (location: SlotLocation, installationUuid: string): string =>
  'table' in location ? `${location.table}/${installationUuid}` : secretIdOf(location, installationUuid);
