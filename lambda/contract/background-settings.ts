import {
  ABOVE_ZERO,
  format,
  invalid,
  JWKS_URL,
  KEPT_KEY_SET,
  type KeptKeySetLocation,
  namesOf,
  parse,
  parseSlotLocation,
  REMOTE_NAME,
  required,
  slotVariables,
  type Table,
  TEXT,
  type Variables,
} from './settings';
import type { SlotLocation } from './slot';

// The settings of the functions that Forge doesn't call. The tables are plain literals, so that each bundle contains only
// its own.

/** How Forge delivers tokens. */
export interface DeliverySchedule {
  /** How often Forge delivers a token to each installation, in minutes. */
  readonly intervalMinutes: number;
  /** Whether Forge delivers to licensed sites only: a site whose licence ends gets no more tokens, by design. */
  readonly licensedOnly: boolean;
}

/** The monitor's settings, from its environment. */
export interface MonitorSettings {
  /** Where the slots are. */
  readonly slots: SlotLocation;
  readonly delivery: DeliverySchedule;
  /** Days after which slots with an expired token are deleted. Absent: none is. */
  readonly reapAfterDays?: number;
  /** Where Forge's key set comes from, and where it is kept. Absent: it isn't kept. */
  readonly keySet?: KeptKeySetLocation & { readonly url: string };
  /** Value of the metric dimension `Remote`. */
  readonly remoteName: string;
}

/** The same, one value for each variable. */
interface MonitorValues {
  readonly intervalMinutes: number;
  readonly licensedOnly?: boolean;
  readonly reapAfterDays?: number | undefined;
  readonly jwksUrl?: string | undefined;
  readonly keptKeySet?: KeptKeySetLocation | undefined;
  readonly remoteName: string;
}

const MONITOR: Table<MonitorValues> = {
  intervalMinutes: ['FORGE_TOKEN_INTERVAL_MINUTES', ABOVE_ZERO],
  licensedOnly: [
    'FORGE_LICENSED_SITES_ONLY',
    { format: (value) => (value ? 'true' : undefined), parse: (text) => text === 'true' },
    'optional',
  ],
  reapAfterDays: ['FORGE_REAP_AFTER_DAYS', ABOVE_ZERO, 'optional'],
  jwksUrl: [JWKS_URL, TEXT, 'optional'],
  keptKeySet: KEPT_KEY_SET,
  remoteName: REMOTE_NAME,
};

/** The environment variables for `settings`. */
export const monitorVariables = (settings: MonitorSettings): Record<string, string> => ({
  ...slotVariables(settings.slots),
  ...format(MONITOR, {
    ...settings.delivery,
    reapAfterDays: settings.reapAfterDays,
    jwksUrl: settings.keySet?.url,
    keptKeySet: settings.keySet,
    remoteName: settings.remoteName,
  }),
});

/** @throws {Error} naming the variable, its value and what is allowed */
export function parseMonitorVariables(variables: Variables): MonitorSettings {
  const slots = parseSlotLocation(variables);
  const { intervalMinutes, licensedOnly = false, reapAfterDays, keptKeySet, remoteName } = parse(MONITOR, variables);
  if (reapAfterDays !== undefined && !('prefix' in slots)) {
    throw invalid(
      MONITOR.reapAfterDays[0],
      String(reapAfterDays),
      'unset where there is one slot, which belongs to the stack, or a table, which deletes items by itself',
    );
  }
  return {
    slots,
    delivery: { intervalMinutes, licensedOnly },
    ...(reapAfterDays !== undefined && { reapAfterDays }),
    ...(keptKeySet && { keySet: { ...keptKeySet, url: required(variables, JWKS_URL) } }),
    remoteName,
  };
}

/** The worker's settings, from its environment. */
interface WorkerSettings {
  /** Where the tokens are. */
  readonly slots: SlotLocation;
  /** Tries of a failing job, until it is given up. */
  readonly maxAttempts: number;
  /** Where jobs that were given up are kept. */
  readonly deadLettersUrl: string;
  /** Value of the metric dimension `Remote`. */
  readonly remoteName: string;
}

const WORKER: Table<Omit<WorkerSettings, 'slots'>> = {
  maxAttempts: [
    'FORGE_MAX_ATTEMPTS',
    {
      parse: (text) => (Number.isInteger(Number(text)) && Number(text) > 0 ? Number(text) : undefined),
      allowed: () => 'a whole number of runs',
    },
  ],
  deadLettersUrl: ['FORGE_DEAD_LETTERS_URL', TEXT],
  remoteName: REMOTE_NAME,
};

/** The environment variables for `settings`. */
export const workerVariables = ({ slots, ...settings }: WorkerSettings): Record<string, string> => ({
  ...slotVariables(slots),
  ...format(WORKER, settings),
});

/** @throws {Error} naming the variable and what is allowed */
export const parseWorkerVariables = (variables: Variables): WorkerSettings => ({
  slots: parseSlotLocation(variables),
  ...parse(WORKER, variables),
});

/** Names of the variables. */
export const MONITOR_ENV = /* @__PURE__ */ namesOf(MONITOR);
export const WORKER_ENV = /* @__PURE__ */ namesOf(WORKER);
