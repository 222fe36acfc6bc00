import { inspect } from 'node:util';
import { METRICS } from '../contract/outcomes';
import { type Level, logLine, metricLine, ofRemote, writeLines } from '../telemetry';
import type { RunReport } from './handler';
import type { JobLog } from './job';
import type { JobMessage } from './job-message';

/** The worker's log and metrics. */
export interface WorkerReports {
  /** A log whose lines say of which installation and which call of Forge they are. */
  logFor(message: JobMessage): JobLog;
  /** Writes one log line and one set of metrics for each run. */
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

/** The team's fields may be anything: a line of the log never makes a run fail. */
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
 * The job's fields beside those of the line itself. One with the name of such a field, and another value, is
 * `job.<name>`: whoever looks for a call finds all its lines.
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
