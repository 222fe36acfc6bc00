import type { Figures } from './figures';
import { broken, reachedAt } from './limits';
import type { Store } from './lived-installation';
import { QUOTAS } from './quotas';

type Row = readonly [title: string, cell: (figures: Figures) => string | number];

const most = (figures: Figures, what: string): number =>
  figures.limits.find((limit) => limit.what === what)?.value ?? Number.NaN;

const ROWS_OF: Readonly<Record<Store, readonly Row[]>> = {
  secrets: [
    ['DescribeSecret an hour', ({ callsPerHour }) => callsPerHour.look],
    ['PutSecretValue an hour', ({ callsPerHour }) => callsPerHour.put],
    ['UpdateSecretVersionStage an hour', ({ callsPerHour }) => callsPerHour.swapCurrent],
    ['GetSecretValue an hour', ({ callsPerHour }) => callsPerHour.get],
    ['ListSecrets an hour', ({ callsPerHour }) => callsPerHour.list],
    ['CreateSecret on the first day', ({ creates }) => creates],
    [`seconds a day with more than ${QUOTAS.writesPerSecond} writes`, ({ secondsOverWrites }) => secondsOverWrites],
  ],
  table: [
    ['GetItem an hour, of the receiver', ({ callsPerHour }) => callsPerHour.look],
    ['GetItem an hour, of the worker', ({ callsPerHour }) => callsPerHour.get],
    ['PutItem an hour', ({ callsPerHour }) => callsPerHour.put],
  ],
};

const COST_OF: Readonly<Record<Store, readonly Row[]>> = {
  secrets: [
    ['secrets', ({ cost }) => cost.slots.toFixed(2)],
    ["Secrets Manager's calls", ({ cost }) => cost.slotCalls.toFixed(2)],
  ],
  table: [
    ['keeping the items', ({ cost }) => cost.slots.toFixed(2)],
    ['reads and writes', ({ cost }) => cost.slotCalls.toFixed(2)],
  ],
};

const COMMON: readonly Row[] = [
  ['cold starts of the receiver, % of its runs', ({ coldPercent }) => coldPercent],
  ['SQS requests an hour', ({ sqsRequestsPerHour }) => sqsRequestsPerHour],
];

const COMMON_COST: readonly Row[] = [
  ['Lambda', ({ cost }) => cost.lambda.toFixed(2)],
  ['SQS', ({ cost }) => cost.sqs.toFixed(2)],
  ['log', ({ cost }) => cost.logs.toFixed(2)],
  ['metrics, alarms, dashboard', ({ cost }) => cost.fixed.toFixed(2)],
];

/**
 * The figures of one store as a table of Markdown, which people can read as it is: a column for each day that was
 * simulated.
 */
export function formatFigures(store: Store, all: readonly Figures[]): string {
  const limitRows = (all[0]?.limits ?? []).map(
    ({ what, most: atMost }): Row => [`${what} (at most ${text(atMost)})`, (figures) => most(figures, what)],
  );
  const rows = [
    ...ROWS_OF[store],
    ...limitRows,
    ...COMMON,
    ['**dollars a month**', ({ cost }) => cost.total.toFixed(2)] satisfies Row,
    ...COST_OF[store],
    ...COMMON_COST,
  ].map(([title, cell]) => [title, ...all.map((figures) => text(cell(figures)))]);
  const head = [STRATEGY[store], ...all.map((figures) => nameOf(figures))];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const ruler = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), ruler, ...rows.map(line)].join('\n');
}

/** What breaks at each size. */
export const formatBreaks = (all: readonly Figures[]): string =>
  [
    'Breaks:',
    ...all.map((figures) => {
      const what = broken(figures.limits).map((limit) => `${limit.what} (${text(limit.value)})`);
      return `  ${nameOf(figures)}: ${what.join('; ') || 'nothing'}`;
    }),
  ].join('\n');

/** At about which size each limit is reached, the first one first. */
export const formatLimits = (figures: Figures): string =>
  [
    `Limits, reckoned from ${nameOf(figures)}:`,
    ...figures.limits
      .filter(({ grows }) => grows)
      .map((limit) => [reachedAt(figures.installations, limit), limit] as const)
      .sort(([one], [other]) => one - other)
      .map(([size, { what, most: atMost }]) => `  ${text(size).padStart(12)}  ${what}: ${text(atMost)}`),
  ].join('\n');

/** The strategies as config.ts calls them. */
export const STRATEGY: Readonly<Record<Store, string>> = { secrets: 'perInstallation', table: 'dynamodb' };

const nameOf = ({ installations, intervalMinutes }: Figures): string =>
  `${text(installations)}, ${intervalMinutes === 5 ? 'fiveMinute' : 'hour'}`;

const text = (value: string | number): string =>
  typeof value === 'string' ? value : value.toLocaleString('en-US', { maximumFractionDigits: 2 });
