import { METRIC_NAMESPACE } from '../contract/metrics';

/** How bad it is. */
export type Level = 'INFO' | 'WARN' | 'ERROR';

/**
 * One line of the log, as JSON, with the fields that Powertools for AWS Lambda gives its own. In ASCII: a stranger's
 * control and bidi characters must not act on the terminal of whoever reads it.
 */
export const logLine = (level: Level, message: string, service: string, fields: object): string =>
  ascii(JSON.stringify({ level, message, timestamp: new Date().toISOString(), service, ...fields }));

const ascii = (json: string) =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `text`, of which a stranger may have chosen any part, cut to `most` characters as {@link logLine} writes them. */
export function cut(text: string, most: number): string {
  let written = 0;
  let kept = 0;
  for (let end = 0; end < text.length; end++) {
    written += ascii(JSON.stringify(text[end])).length - 2;
    // Three are for the dots.
    if (written > most) return `${text.slice(0, kept)}...`;
    if (written <= most - 3) kept = end + 1;
  }
  return text;
}

/** An error as the log shows it: `JSON.stringify` would leave everything out. */
export const describeError = ({ name, message, stack, cause }: Error): object => ({
  name: cut(name, 50),
  message: cut(message, 200),
  ...(stack !== undefined && { stack: cut(stack, 500) }),
  ...(cause instanceof Error && { cause: cut(`${cause.name}: ${cause.message}`, 200) }),
});

/**
 * Counts as one line of the log, from which CloudWatch takes metrics (AWS's specification of the embedded metric format).
 *
 * @param dimensions name and value; the metrics are kept under all of them together
 * @param counts name and value of each metric
 */
export const metricLine = (
  dimensions: Readonly<Record<string, string>>,
  counts: Readonly<Record<string, number>>,
): string =>
  JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
    ...dimensions,
    ...counts,
  });
