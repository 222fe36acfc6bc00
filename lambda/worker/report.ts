import { inspect } from 'node:util';
import { METRICS } from '../contract/outcomes';
import { type Level, logLine, metricLine, ofRemote, writeLines } from '../telemetry';
import type { RunReport } from './handler';
import type { JobLog } from './job';
import type { JobMessage } from './job-message';

/** The worker's log and metrics. */
interface WorkerReports {
  /** A log whose lines name the installation and Forge's call. */
  logFor(message: JobMessage): JobLog;
  /** Writes a log line and metrics for each run. */
  report(run: RunReport): void;
}

const TRIED_AGAIN = 'Job failed; it is tried again.';
const GIVEN_UP = 'Job failed for the last time; it is kept in the dead-letter queue.';

/** @param remoteName value of the metric dimension `Remote` */
export function createWorkerReports(remoteName: string): WorkerReports {
  return {
    logFor(message) {
      const about = identify(message);
      const write = (level: Level) => (text: string, fields?: object) =>
        writeLines(jobLogLine(level, text, remoteName, about, fields));
      return { info: write('INFO'), warn: write('WARN'), error: write('ERROR') };
    },

    report({ message, error, givenUp, durationMs, ...run }) {
      const fields = { ...run, durationMs, ...(message && identify(message)) };
      const line = error
        ? jobLogLine('ERROR', givenUp ? GIVEN_UP : TRIED_AGAIN, remoteName, fields, { error })
        : jobLogLine('INFO', 'Job done.', remoteName, fields);
      const values = { [error ? METRICS.jobFailed : METRICS.jobSucceeded]: 1, [METRICS.jobDuration]: durationMs };
      writeLines(line, metricLine(ofRemote(remoteName), values, { [METRICS.jobDuration]: 'Milliseconds' }));
    },
  };
}

/** The team's fields may be anything. A log line never makes a run fail. */
function jobLogLine(
  level: Level,
  text: string,
  service: string,
  about: Readonly<Record<string, unknown>>,
  fields: object = {},
): string {
  try {
    return logLine(level, text, service, { ...about, ...besides(about, fields) });
  } catch {
    return logLine(level, text, service, { ...about, fields: inspect(fields) });
  }
}

/** Fields that every line has. */
const RESERVED = ['level', 'message', 'timestamp', 'service'];

/**
 * The job's fields. One with the name of another field of the line, but a different value, becomes `job.<name>`, so that a
 * search for a call finds all its lines.
 */
const besides = (about: Readonly<Record<string, unknown>>, fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const taken = RESERVED.includes(name) || (Object.hasOwn(about, name) && about[name] !== value);
      return [taken ? `job.${name}` : name, value];
    }),
  );

const identify = ({ installationId, environment, traceId, trigger }: JobMessage) => ({
  installation: installationId,
  environment,
  traceId,
  module: trigger.key,
  ...(trigger.type === 'event' && { event: trigger.name }),
});
