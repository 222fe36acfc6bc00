import { isRecord } from '../../../../../lambda/values';
import type { MetricName } from '../evaluator/metric-store';

/** A sample that the code writes. */
export interface Sample {
  readonly metric: MetricName;
  readonly value: number;
}

/**
 * The metrics that `tell` writes to stdout, as CloudWatch takes them out of the log: the lines in embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 *
 * @throws {Error} for a line of that format that CloudWatch would not understand
 */
export function samplesOf(tell: () => void): Sample[] {
  return linesOf(tell).flatMap((line) => {
    const content: unknown = JSON.parse(line);
    return isRecord(content) && isRecord(content._aws) ? parseLine(content, content._aws) : [];
  });
}

function linesOf(tell: () => void): string[] {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  // By hand: the picture of the dashboard is drawn without jest.
  for (const stream of streams) stream.write = (chunk: unknown) => written.push(String(chunk)) > 0;
  try {
    tell();
  } finally {
    streams.forEach((stream, index) => {
      stream.write = writes[index] ?? stream.write;
    });
  }
  // Lines make entries of the log, however many of them are written at once.
  return written
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}

function parseLine(content: Record<string, unknown>, { CloudWatchMetrics: directives }: Record<string, unknown>) {
  return list(directives).flatMap((directive) => {
    if (!isRecord(directive)) throw notEmf(directive);
    const namespace = text(directive.Namespace);
    const metrics = list(directive.Metrics).map((metric) => {
      const name = text(isRecord(metric) ? metric.Name : metric);
      const value = content[name];
      if (typeof value !== 'number') throw notEmf(value);
      return { name, value };
    });
    return list(directive.Dimensions).flatMap((keys) => {
      const dimensions = Object.fromEntries(list(keys).map((key) => [text(key), text(content[text(key)])]));
      return metrics.map(({ name, value }): Sample => ({ metric: { namespace, name, dimensions }, value }));
    });
  });
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw notEmf(value);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw notEmf(value);
  return value;
}

const notEmf = (value: unknown) => new Error(`Not the embedded metric format: ${JSON.stringify(value)}`);
