import { MOST_REMEMBERED } from '../../../../lambda/slots/slot-writer';
import { MOST_INSTALLATIONS } from '../../../../lambda/slots/token-source';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** What is simulated. */
export const DAY_MS = 24 * HOUR_MS;

/** A system token's life, and what is left of it at least when Forge delivers it (Atlassian's documentation). */
export const TOKEN_LIFE_MS = 4 * HOUR_MS;
export const LEAST_LEFT_MS = 2 * HOUR_MS;

/**
 * What neither Forge nor AWS publishes. Each is on the dear side: more duplicates, more cold starts and more rotations
 * than are likely.
 */
export const ASSUMED = {
  /** Share of calls that Forge makes twice at once, and of calls whose answer is lost, so that Forge calls again. */
  duplicates: 0.01,
  retries: 0.005,
  /** When Forge tries again (Atlassian's documentation of events). */
  retryAfterMs: MINUTE_MS,
  /** How long Lambda keeps an instance that has nothing to do. Published measurements say from 5 minutes to an hour. */
  keptMs: 6 * MINUTE_MS,
  /** One run of a function, with its start where there is one. A job takes as long as the team's own work does. */
  receiver: { warmMs: 60, coldMs: 900 },
  worker: { warmMs: 1_000, coldMs: 1_700 },
  /**
   * one run of the monitor: what "npm run bench -- --monitor" measures, reckoned for its memory (lib/monitor.ts), with
   * which Lambda gives a seventh of a processor, or two sevenths where slots are in a table.
   */
  monitorMs: { secrets: (slots: number) => 300 + 3 * slots, table: (slots: number) => 500 + 0.15 * slots },
  /** A system token. Neither Forge nor AWS says how long one is. */
  tokenBytes: 3_000,
  /** A run's lines in the log: one of ours, the metrics, and Lambda's own three. */
  logBytesPerRun: 1_500,
  /** Lambda's long polls of an idle queue: 5 side by side, 20 s each. */
  emptyReceivesPerDay: (5 * DAY_MS) / (20 * SECOND_MS),
} as const;

/** Installations that one instance of a function knows of, by the functions' own limits. */
export const REMEMBERED = { receiver: MOST_REMEMBERED, worker: MOST_INSTALLATIONS } as const;

/**
 * Installations that are lived through one by one. In a larger fleet each of them stands for several, which fire at
 * moments of their own and have the same day otherwise.
 */
export const MOST_LIVED = 1_000;
