import type { KeptKeySetLocation } from './kept-key-set';
import { parseSlotLocation, type SlotLocation, slotVariables } from './slot-location';
import { aboveZero, invalid, required, type Variables } from './variables';

/** Names of the monitor's environment variables, beside those of the slots. */
export const MONITOR_ENV = {
  jwksUrl: 'FORGE_JWKS_URL',
  keptKeySet: 'FORGE_KEPT_KEY_SET_PARAMETER',
  remoteName: 'FORGE_REMOTE_NAME',
  intervalMinutes: 'FORGE_TOKEN_INTERVAL_MINUTES',
  licensedOnly: 'FORGE_LICENSED_SITES_ONLY',
  reapAfterDays: 'FORGE_REAP_AFTER_DAYS',
} as const;

/** The monitor's settings, from its environment. */
export interface MonitorSettings {
  /** Where the slots are. */
  readonly slots: SlotLocation;
  /** How Forge delivers tokens. */
  readonly delivery: {
    /** How often Forge delivers a token to each installation, in minutes. */
    readonly intervalMinutes: number;
    /** Whether Forge delivers to licensed sites only: a site whose licence ends gets no more tokens, by design. */
    readonly licensedOnly: boolean;
  };
  /** Days after which the slot of an expired token is deleted. Absent: none is deleted. */
  readonly reapAfterDays?: number;
  /** Forge's key set: where it comes from, and where it is kept. Absent: it isn't kept. */
  readonly keySet?: KeptKeySetLocation & { readonly url: string };
  /** Value of the metric dimension `Remote`. */
  readonly remoteName: string;
}

/** The environment variables for `settings`. */
export function monitorVariables(settings: MonitorSettings): Record<string, string> {
  const { slots, delivery, reapAfterDays, keySet, remoteName } = settings;
  return {
    ...slotVariables(slots),
    [MONITOR_ENV.intervalMinutes]: String(delivery.intervalMinutes),
    ...(delivery.licensedOnly && { [MONITOR_ENV.licensedOnly]: 'true' }),
    ...(reapAfterDays !== undefined && { [MONITOR_ENV.reapAfterDays]: String(reapAfterDays) }),
    ...(keySet && { [MONITOR_ENV.jwksUrl]: keySet.url, [MONITOR_ENV.keptKeySet]: keySet.parameterName }),
    [MONITOR_ENV.remoteName]: remoteName,
  };
}

/**
 * The settings in `variables`.
 *
 * @throws {Error} naming the variable, its value and what is allowed
 */
export function parseMonitorVariables(variables: Variables): MonitorSettings {
  const slots = parseSlotLocation(variables);
  const reapAfterDays = variables[MONITOR_ENV.reapAfterDays];
  const parameterName = variables[MONITOR_ENV.keptKeySet];
  if (reapAfterDays !== undefined && !('prefix' in slots)) {
    throw invalid(
      MONITOR_ENV.reapAfterDays,
      reapAfterDays,
      'unset where there is one slot, which belongs to the stack, or a table, which deletes items by itself',
    );
  }
  return {
    slots,
    delivery: {
      intervalMinutes: aboveZero(variables, MONITOR_ENV.intervalMinutes),
      licensedOnly: variables[MONITOR_ENV.licensedOnly] === 'true',
    },
    ...(reapAfterDays !== undefined && { reapAfterDays: aboveZero(variables, MONITOR_ENV.reapAfterDays) }),
    ...(parameterName && { keySet: { parameterName, url: required(variables, MONITOR_ENV.jwksUrl) } }),
    remoteName: required(variables, MONITOR_ENV.remoteName),
  };
}
