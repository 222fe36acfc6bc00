import type { Figures } from './figures';
import { limitsOf } from './figures';
import { QUOTAS } from './quotas';

/** The figures as a table of Markdown, which people can read as it is: a column for each day that was simulated. */
export function formatFigures(all: readonly Figures[]): string {
  const row = (title: string, cell: (figures: Figures) => string | number) => [
    title,
    ...all.map((figures) => text(cell(figures))),
  ];
  const rows = [
    [
      '',
      ...all.map(({ installations, intervalMinutes }) => `${text(installations)}, ${intervalName(intervalMinutes)}`),
    ],
    row('DescribeSecret an hour', ({ callsPerHour }) => callsPerHour.describe),
    row('PutSecretValue an hour', ({ callsPerHour }) => callsPerHour.put),
    row('UpdateSecretVersionStage an hour', ({ callsPerHour }) => callsPerHour.swapCurrent),
    row('GetSecretValue an hour', ({ callsPerHour }) => callsPerHour.get),
    row('ListSecrets an hour', ({ callsPerHour }) => callsPerHour.list),
    row('CreateSecret on the first day', ({ creates }) => creates),
    row(
      `writes, mean and busiest second (quota ${QUOTAS.writesPerSecond})`,
      ({ writesMean, most }) => `${writesMean}; ${most.writes}`,
    ),
    row('seconds a day above that quota', ({ secondsOverWrites }) => secondsOverWrites),
    row(`creates, busiest second (quota ${QUOTAS.createsPerSecond})`, ({ most }) => most.creates),
    row(`reads, busiest second (quota ${text(QUOTAS.readsPerSecond)})`, ({ most }) => most.reads),
    row(
      `versions of a slot on the first day (limit about ${QUOTAS.versionsOfSecret})`,
      ({ versionsPerDay }) => versionsPerDay,
    ),
    row(`Lambda, most at once (quota ${text(QUOTAS.lambdaConcurrency)})`, ({ most }) => most.concurrency),
    row('cold starts of the receiver, % of its runs', ({ coldPercent }) => coldPercent),
    row(`SendMessage, busiest second (quota ${QUOTAS.sqsFifoPerSecond})`, ({ most }) => most.sends),
    row('SQS requests an hour', ({ sqsRequestsPerHour }) => sqsRequestsPerHour),
    row('one sweep of the monitor, s (timeout 240)', ({ sweepSeconds }) => sweepSeconds),
    row('**dollars a month**', ({ cost }) => cost.total.toFixed(2)),
    row('secrets', ({ cost }) => cost.secrets.toFixed(2)),
    row("Secrets Manager's calls", ({ cost }) => cost.secretsManagerCalls.toFixed(2)),
    row('Lambda', ({ cost }) => cost.lambda.toFixed(2)),
    row('SQS', ({ cost }) => cost.sqs.toFixed(2)),
    row('log', ({ cost }) => cost.logs.toFixed(2)),
    row('metrics, alarms, dashboard', ({ cost }) => cost.fixed.toFixed(2)),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const ruler = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head = [], ...body] = rows;
  return [line(head), ruler, ...body.map(line)].join('\n');
}

/** What breaks at each size. */
export const formatBreaks = (all: readonly Figures[]): string =>
  [
    'Breaks:',
    ...all.map(
      ({ installations, intervalMinutes, breaks }) =>
        `  ${text(installations)}, ${intervalName(intervalMinutes)}: ${breaks.join('; ') || 'nothing'}`,
    ),
  ].join('\n');

/** At which size each limit is reached, the first one first. */
export const formatLimits = (figures: Figures): string =>
  [
    `Limits, reckoned from ${text(figures.installations)} installations, ${intervalName(figures.intervalMinutes)}:`,
    ...Object.entries(limitsOf(figures))
      .sort(([, one], [, other]) => one - other)
      .map(([what, size]) => `  ${text(size).padStart(12)}  ${what}`),
  ].join('\n');

const intervalName = (minutes: number): string => (minutes === 5 ? 'fiveMinute' : 'hour');

const text = (value: string | number): string =>
  typeof value === 'string' ? value : value.toLocaleString('en-US', { maximumFractionDigits: 2 });
