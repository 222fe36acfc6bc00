import { startEventSource } from '../../emulator/queue/event-source';
import { startFleet } from '../test/support/fleet';
import { type Observation, startObserved } from './observed-function';
import { quantile, round } from './statistics';
import { newFirings, TRIGGER } from './triggers';

const BYTES_PER_MB = 2 ** 20;

/** What the worker took. Times are those of its handler, from the event to the answer. */
export interface WorkerFigures {
  readonly runs: number;
  /** The most memory that its process had (resident set), in MB. */
  readonly peakRssMb: number;
  /** The first run, which opens connections and reads code that was not compiled yet. */
  readonly firstRunMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  readonly totalMs: number;
}

/**
 * Runs lambda/job.ts for so many installations, one after the other in one process, as a busy instance does.
 *
 * @throws {Error} when a run fails
 */
export async function measureWorker(runs: number): Promise<WorkerFigures> {
  const fleet = await startFleet({ triggers: [TRIGGER] });
  const { aws, environment, credentials } = fleet;
  const as = (part: 'receiver' | 'worker') => ({ awsEndpointUrl: aws.url, credentials: credentials[part] });
  const receiver = await startObserved('receiver', { environment: environment.receiver, ...as('receiver') });
  const worker = await startObserved('worker', { environment: environment.worker, ...as('worker') });
  try {
    for (const firing of await newFirings(fleet, runs)) await receiver.invoke(await fleet.event(firing));

    const observations: Observation[] = [];
    const problems: string[] = [];
    const source = startEventSource({
      aws,
      queueArn: fleet.jobs.queue.arn,
      batchSize: 1,
      maximumConcurrency: 1,
      onProblem: (problem) => problems.push(problem),
      async invoke(event) {
        const observation = await worker.invoke(event);
        observations.push(observation);
        return observation.result;
      },
    });
    await source.idle();
    await source.stop();

    const left = fleet.jobs.queue.counts();
    if (observations.length !== runs || left.waiting + left.inFlight > 0 || problems.length > 0) {
      throw new Error(
        `Expected ${runs} runs that end well; there were ${observations.length} runs, and ` +
          `${left.waiting + left.inFlight} failed. ${problems.join(' ')}`,
      );
    }
    return figuresOf(observations);
  } finally {
    await Promise.all([receiver.stop(), worker.stop()]);
    await fleet.stop();
  }
}

function figuresOf(observations: readonly Observation[]): WorkerFigures {
  const durations = observations.map(({ durationMs }) => durationMs);
  return {
    runs: observations.length,
    peakRssMb: round(Math.max(...observations.map(({ peakRssBytes }) => peakRssBytes)) / BYTES_PER_MB),
    firstRunMs: round(durations[0] ?? 0),
    medianMs: round(quantile(durations, 0.5)),
    p95Ms: round(quantile(durations, 0.95)),
    maxMs: round(Math.max(...durations)),
    totalMs: round(durations.reduce((sum, duration) => sum + duration, 0)),
  };
}
