import { DIMENSIONS, METRIC_NAMESPACE } from './contract/outcomes';
import { codeOf } from './values';

// The log and the metrics of all functions. Why no library does it: docs/decisions/.

/** Severity of a log line. */
export type Level = 'INFO' | 'WARN' | 'ERROR';

/**
 * One line of the log, as JSON with errors in `fields` described. It is ASCII, so that control and bidi characters of a
 * stranger don't act on the reader's terminal.
 */
export const logLine = (level: Level, message: string, service: string, fields: object): string =>
  ascii(
    JSON.stringify({ level, message, timestamp: new Date().toISOString(), service, ...fields }, (_name, value) =>
      value instanceof Error ? describeError(value) : value,
    ),
  );

const ascii = (json: string) =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Texts that JSON writes unchanged, as most are. Counting their characters took half the time of a warm call's report. */
const AS_WRITTEN = /^[ !#-[\]-~]*$/;

/** Cuts `text`, which may come from a stranger, to `most` characters of {@link logLine}. */
export function cut(text: string, most: number): string {
  if (text.length <= most && AS_WRITTEN.test(text)) return text;
  let written = 0;
  let kept = 0;
  for (let end = 0; end < text.length; end++) {
    written += ascii(JSON.stringify(text[end])).length - 2;
    // Three characters are for the dots.
    if (written > most) return `${text.slice(0, kept)}...`;
    if (written <= most - 3) kept = end + 1;
  }
  return text;
}

/** An error for the log. */
export const describeError = (error: Error): object => {
  const { name, message, stack, cause } = error;
  const code = codeOf(error);
  return {
    name,
    ...(code !== undefined && { code }),
    message,
    stack,
    ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }),
  };
};

/** A metric's unit in CloudWatch. */
export type Unit = 'Count' | 'Milliseconds' | 'Seconds';

/**
 * A line of the log from which CloudWatch takes metrics (AWS's specification of the embedded metric format).
 *
 * @param dimensions names and values; together they are one set of dimensions
 * @param values names and values of the metrics
 * @param units of metrics that are not counts
 */
export const metricLine = (
  dimensions: Readonly<Record<string, string>>,
  values: Readonly<Record<string, number>>,
  units: Readonly<Record<string, Unit>> = {},
): string =>
  JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: Object.keys(values).map((Name) => ({ Name, Unit: units[Name] ?? 'Count' })),
        },
      ],
    },
    ...dimensions,
    ...values,
  });

/** @param remoteName value of the metric dimension `Remote` */
export const ofRemote = (remoteName: string) => ({ [DIMENSIONS.remote]: remoteName });

/** Writes lines without `console`, whose lines Lambda's runtime would change. One write is one system call. */
export const writeLines = (...lines: readonly string[]): boolean => process.stdout.write(`${lines.join('\n')}\n`);
