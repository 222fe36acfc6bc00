import { parseSlotLocation, type SlotLocation, slotVariables } from './slot-location';
import { invalid, required, type Variables } from './variables';

/** Names of the monitor's environment variables, beside those of the slots. */
export const MONITOR_ENV = {
  intervalMinutes: 'FORGE_TOKEN_INTERVAL_MINUTES',
  reapAfterDays: 'FORGE_REAP_AFTER_DAYS',
  remoteName: 'FORGE_REMOTE_NAME',
} as const;

/** What the monitor is told by its environment. */
export interface MonitorSettings {
  /** Where the slots are. */
  readonly slots: SlotLocation;
  /** How often Forge delivers a token to each installation, in minutes. */
  readonly intervalMinutes: number;
  /** Slots whose token expired longer ago than this are deleted, in days. Absent: none is. */
  readonly reapAfterDays?: number;
  /** Value of the metric dimension `Remote`. */
  readonly remoteName: string;
}

/** The environment variables that say `settings`. */
export const monitorVariables = (settings: MonitorSettings): Record<string, string> => ({
  ...slotVariables(settings.slots),
  [MONITOR_ENV.intervalMinutes]: String(settings.intervalMinutes),
  ...(settings.reapAfterDays !== undefined && { [MONITOR_ENV.reapAfterDays]: String(settings.reapAfterDays) }),
  [MONITOR_ENV.remoteName]: settings.remoteName,
});

/**
 * The settings in `variables`.
 *
 * @throws {Error} naming the variable, its value and what is allowed
 */
export function parseMonitorVariables(variables: Variables): MonitorSettings {
  const slots = parseSlotLocation(variables);
  const reapAfterDays = variables[MONITOR_ENV.reapAfterDays];
  if (reapAfterDays !== undefined && !('prefix' in slots)) {
    throw invalid(
      MONITOR_ENV.reapAfterDays,
      reapAfterDays,
      'unset where there is one slot, which belongs to the stack, or a table, which deletes items by itself',
    );
  }
  return {
    slots,
    intervalMinutes: parseAboveZero(MONITOR_ENV.intervalMinutes, required(variables, MONITOR_ENV.intervalMinutes)),
    ...(reapAfterDays !== undefined && { reapAfterDays: parseAboveZero(MONITOR_ENV.reapAfterDays, reapAfterDays) }),
    remoteName: required(variables, MONITOR_ENV.remoteName),
  };
}

function parseAboveZero(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw invalid(name, text, 'a number above 0');
}
