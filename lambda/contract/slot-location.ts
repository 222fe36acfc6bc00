import { invalid, type Variables } from './variables';

/**
 * Where slots are: one secret for the one installation that it is bound to, or a secret for each installation, named
 * `<prefix>/<installation uuid>`.
 */
export type SlotLocation = { readonly secretArn: string } | { readonly prefix: string };

/** Environment variables of whoever writes or reads slots: exactly one of them is set. */
export const SLOT_ENV = {
  secretArn: 'FORGE_SLOT_ARN',
  prefix: 'FORGE_SLOT_PREFIX',
} as const;

/** The environment variables that say `location`. */
export const slotVariables = (location: SlotLocation): Record<string, string> =>
  'secretArn' in location ? { [SLOT_ENV.secretArn]: location.secretArn } : { [SLOT_ENV.prefix]: location.prefix };

/**
 * The location in `variables`.
 *
 * @throws {Error} when none or both of the variables are set
 */
export function parseSlotLocation(variables: Variables): SlotLocation {
  const secretArn = variables[SLOT_ENV.secretArn];
  const prefix = variables[SLOT_ENV.prefix];
  if (secretArn && !prefix) return { secretArn };
  if (prefix && !secretArn) return { prefix };
  const found = secretArn ? 'both' : 'neither';
  throw invalid(`${SLOT_ENV.secretArn} and ${SLOT_ENV.prefix}`, found, 'exactly one of them');
}

/** What Secrets Manager calls the slot of an installation: the `SecretId` for its calls. */
export const secretIdOf = (location: SlotLocation, installationUuid: string): string =>
  'secretArn' in location ? location.secretArn : `${location.prefix}/${installationUuid}`;
