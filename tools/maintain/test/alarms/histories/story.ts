import { type ReplayOptions, replay } from '../evaluator/replay';
import { type Deployment, deploy, type IntervalMinutes } from '../world/deployment';
import type { History } from '../world/history';
import { live } from '../world/live';
import { timetable } from '../world/timetable';

/** What happened to a deployment, and which alarms that has to raise. */
export interface Story {
  readonly name: string;
  readonly strategy: 'single' | 'perInstallation';
  /** @default 60 */
  readonly intervalMinutes?: IntervalMinutes;
  readonly history: Omit<History, 'deployment'>;
  /** Whether Forge calls for licensed sites only. @default false */
  readonly licensedSitesOnly?: boolean;
  /** When each alarm goes to ALARM, and so tells somebody. Any other stays silent. */
  readonly raises: Readonly<Record<string, readonly string[]>>;
}

export const DAY = 1_440;

/** When the app was installed in these stories: its first call. */
export const INSTALLED = 15;

/** When something goes wrong in these stories. All slots are filled then, and tokens were rotated several times. */
export const INCIDENT = 6 * 60;

/** How long these stories are, where nothing else is said: 8 hours after the incident all is over. */
export const LENGTH = INCIDENT + 8 * 60;

/** Lives through a history and replays its metrics: when each alarm was raised, and when somebody was told. */
export function replayHistory(history: History, options?: ReplayOptions) {
  const { store } = live(history);
  const { transitions, notifications } = replay(history.deployment.alarms, store, options);
  return { raised: timetable(transitions), told: timetable(notifications) };
}

export const historyOf = ({ history }: Story, deployment: Deployment): History => ({ ...history, deployment });

export const deploymentOf = ({ intervalMinutes = 60, strategy, licensedSitesOnly }: Story): Promise<Deployment> =>
  deploy(intervalMinutes, strategy, licensedSitesOnly);

/** For test.each: the name is the title. */
export const titled = (stories: readonly Story[]) => stories.map((story) => [story.name, story] as const);
