import type { Reason } from '../../../../../lambda/contract/outcomes';
import type { Deployment } from './deployment';
import type { Run } from './jobs';
import { LEAST_DELIVERED_MINUTES, LONGEST_LIFE_MINUTES } from './tokens';

/** Where the app is installed. Times are minutes of the simulated time, which begins with the deployment. */
export interface Installation {
  /** The first call, after which Forge calls at the same minute of each interval. */
  readonly firstCallAt: number;
  /** Life of its tokens when Forge makes them, in minutes. @default 240 */
  readonly tokenLife?: number;
  /** @default - it stays installed */
  readonly uninstalledAt?: number;
  /** Whether Forge says so before. @default false */
  readonly uninstallTold?: boolean;
  /** The site that it is on, where another installation was or will be. @default - one of its own */
  readonly site?: string;
}

/**
 * What becomes of a call of Forge: the receiver takes it, drops its token as the older one, refuses it, or crashes; Lambda turns it away; or it doesn't
 * reach the receiver at all, because manifest.yml has another URL.
 */
export type Answer = 'taken' | 'older' | Reason | 'crashed' | 'throttled' | 'unreachable';

/** What happened to a deployment. Without anything else said, all goes well. */
export interface History {
  readonly deployment: Deployment;
  /** How long it is, in minutes. */
  readonly minutes: number;
  readonly installations: readonly Installation[];
  /** Whether Forge calls when a call is due. */
  readonly forgeCalls?: (minute: number, installation: number) => boolean;
  readonly answer?: (minute: number, installation: number) => Answer;
  /** How long a call of Forge takes, in milliseconds. @default 900 - a cold start */
  readonly callMs?: (minute: number) => number;
  /** What strangers' calls are refused for, and how many they are. */
  readonly strangers?: (minute: number) => Partial<Record<Reason, number>>;
  readonly worker?: (minute: number, installation: number) => Run;
  /** @default 'runs' */
  readonly monitor?: (minute: number) => 'runs' | 'fails' | 'stopped';
  /** Whether Forge's key server answers the monitor. What it answers to receivers is part of {@link answer}. @default it does */
  readonly keyServer?: (minute: number) => boolean;
  readonly clockwork?: Partial<Clockwork>;
}

/** How punctual everybody is. In minutes. */
export interface Clockwork {
  /** Forge calls up to so much late. @default 1 - Forge fires within the minute */
  readonly jitter: number;
  /** How often Forge tries again, a minute apart. @default 4 (its documentation) */
  readonly retries: number;
  /** Which of the 5 minutes the monitor starts in. @default 0 */
  readonly monitorPhase: number;
  /** How late the metrics of every other run of the monitor are. @default 0 */
  readonly monitorLate: number;
  /** How far the list of secrets is behind. @default 5 - the most (AWS's API reference, ListSecrets) */
  readonly listBehind: number;
}

export const USUAL: Clockwork = { jitter: 1, retries: 4, monitorPhase: 0, monitorLate: 0, listBehind: 5 };

/**
 * So many installations. Forge spreads their calls over the interval; and they were installed at different times, so their
 * tokens are of different ages.
 */
export function fleet(count: number, intervalMinutes: number, firstCallAt: number): Installation[] {
  // A token of 4 hours is delivered as long as 2 are left: so many times.
  const deliveries = Math.floor((LONGEST_LIFE_MINUTES - LEAST_DELIVERED_MINUTES) / intervalMinutes) + 1;
  return Array.from({ length: count }, (_, index) => ({
    firstCallAt: firstCallAt + Math.floor((index * intervalMinutes) / count) + intervalMinutes * (index % deliveries),
  }));
}
