import { METRICS } from '../../../../lambda/contract/outcomes';
import type { MetricStore } from '../../test/alarms/evaluator/metric-store';
import type { AlarmState } from '../../test/alarms/evaluator/missing-data';
import { replay } from '../../test/alarms/evaluator/replay';
import { type Deployment, deploy } from '../../test/alarms/world/deployment';
import { type Answer, fleet, type History, type Installation } from '../../test/alarms/world/history';
import type { Run } from '../../test/alarms/world/jobs';
import { live } from '../../test/alarms/world/live';
import type { Reports } from '../../test/alarms/world/reports';
import { noise } from './noise';
import { strangers } from './strangers';
import { DAY, minuteAt } from './time';

/** A simulated day: what a dashboard would be drawn from. */
export interface Day {
  readonly deployment: Deployment;
  readonly store: MetricStore;
  /** State of each alarm at the end of the day, by its logical id. */
  readonly stateOf: (alarm: string) => AlarmState;
}

const INSTALLATIONS = 120;
/** The one that Forge no longer calls in the afternoon, from when on, and at which minute it was called before. */
const SILENT = { installation: 116, from: minuteAt(14, 30), minuteOfHour: 13 };

/** What is told of it in the picture. */
export const STORY = `${INSTALLATIONS} installations, called every hour; one is not called any more after 14:30`;

/** Its job fails for good: three tries, then the dead-letter queue. */
const BROKEN_JOB = { installation: 12, from: minuteAt(9, 0), to: minuteAt(11, 0) };
/** Its job fails, and goes well when it is tried again. */
const SHAKY_JOB = { installation: 31, from: minuteAt(22, 0), to: minuteAt(23, 0) };
/** Forge's key server can't be reached by a new process. */
const KEY_SERVER_DOWN = { from: minuteAt(2, 10), to: minuteAt(2, 12) };

/** Lives through the day and replays its alarms. The same each time. */
export async function liveThroughDay(): Promise<Day> {
  const deployment = await deploy(60, 'perInstallation');
  const { store } = live(historyOf(deployment));
  const states = new Map<string, AlarmState>();
  for (const { alarm, to } of replay(deployment.alarms, store).transitions) states.set(alarm, to);
  return { deployment, store, stateOf: (alarm) => states.get(alarm) ?? 'INSUFFICIENT_DATA' };
}

const within = ({ from, to }: { from: number; to: number }, minute: number): boolean => minute >= from && minute < to;

const historyOf = (deployment: Deployment): History => ({
  deployment: { ...deployment, reports: withVaryingJobs(deployment.reports) },
  minutes: DAY.to,
  installations: installations(deployment.intervalMinutes),
  forgeCalls: (minute, installation) => installation !== SILENT.installation || minute < SILENT.from,
  answer: (minute): Answer => (within(KEY_SERVER_DOWN, minute) ? 'key-server-unavailable' : 'taken'),
  callMs,
  strangers,
  worker: runOf,
});

/** Forge spreads its calls over the hour, though not as evenly as a ruler. */
const installations = (intervalMinutes: number): Installation[] =>
  fleet(INSTALLATIONS, intervalMinutes, 0).map(({ firstCallAt }, index) => ({
    firstCallAt:
      firstCallAt -
      (firstCallAt % intervalMinutes) +
      (index === SILENT.installation ? SILENT.minuteOfHour : Math.floor(intervalMinutes * noise(index, 6))),
  }));

/** Now and then a cold start; where the process is there already, a call takes no time to speak of. In milliseconds. */
function callMs(minute: number): number {
  const cold = noise(minute, 1) < 0.05;
  return cold ? inTens(700 + 500 * noise(minute, 2)) : inTens(30 + 60 * noise(minute, 3) ** 2);
}

function runOf(minute: number, installation: number): Run {
  const fails = [BROKEN_JOB, SHAKY_JOB].some((job) => job.installation === installation && within(job, minute));
  return fails ? 'fails' : 'succeeds';
}

/** The simulated job always takes 2 seconds; one that asks Atlassian takes what it takes. */
function withVaryingJobs(reports: Reports): Reports {
  let runs = 0;
  return {
    ...reports,
    run(succeeded) {
      const durationMs = inTens(1_400 + 300 * noise(++runs, 4) + 1_000 * noise(runs, 5) ** 40);
      return reports
        .run(succeeded)
        .map((sample) => (sample.metric.name === METRICS.jobDuration ? { ...sample, value: durationMs } : sample));
    },
  };
}

const inTens = (value: number): number => Math.round(value / 10) * 10;
