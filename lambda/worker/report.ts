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
  const write = (level: Level, text: string, fields: object) => writeLines(jobLogLine(level, text, remoteName, fields));
  return {
    logFor(message) {
      const about = identify(message);
      return {
        info: (text, fields) => write('INFO', text, { ...about, ...fields }),
        warn: (text, fields) => write('WARN', text, { ...about, ...fields }),
        error: (text, fields) => write('ERROR', text, { ...about, ...fields }),
      };
    },

    report({ message, error, givenUp, durationMs, ...run }) {
      const fields = { ...run, durationMs, ...(message && identify(message)) };
      const line = error
        ? jobLogLine('ERROR', givenUp ? GIVEN_UP : TRIED_AGAIN, remoteName, { ...fields, error })
        : jobLogLine('INFO', 'Job done.', remoteName, fields);
      const values = { [error ? METRICS.jobFailed : METRICS.jobSucceeded]: 1, [METRICS.jobDuration]: durationMs };
      writeLines(line, metricLine(ofRemote(remoteName), values, { [METRICS.jobDuration]: 'Milliseconds' }));
    },
  };
}

/** The team's fields may be anything: a line of the log never makes a run fail. */
function jobLogLine(level: Level, message: string, service: string, fields: object): string {
  try {
    return logLine(level, message, service, fields);
  } catch {
    return logLine(level, message, service, { fields: inspect(fields) });
  }
}

const identify = ({ installationId, environment, traceId, trigger }: JobMessage) => ({
  installation: installationId,
  environment,
  traceId,
  module: trigger.key,
  ...(trigger.type === 'event' && { event: trigger.name }),
});
