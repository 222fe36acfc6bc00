import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StageInput } from '../../../../lib/config';
import { ForgeRemote } from '../../../../lib/forge-remote';
import { remoteProps } from '../../../../test/lib/support/fixtures';
import { templateOf } from '../../../../test/lib/support/synth';
import { CLOUDWATCH } from '../../bench/scale/cost';
import { type CostLine, CUSTOM_METRICS, stageCost, totalOf } from '../../bench/stage-cost';

const page = readFileSync(path.join(__dirname, '../../../../docs/cost.md'), 'utf8');
const costOf = (options: Partial<StageInput> = {}) =>
  stageCost(
    templateOf((stack) => new ForgeRemote(stack, 'Remote', remoteProps({ dashboard: true, ...options }))).toJSON(),
  );
const dollars = (amount: number) => `$${amount.toFixed(2)}`;

const DEV = costOf();
const PROD = costOf({ environments: ['PRODUCTION'] });

/** The cells of the row that begins with `name`, without the name. */
const cellsOf = (name: string) =>
  page
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`))
    ?.split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());

const LINES: readonly (readonly [string, CostLine])[] = [
  ['the secret', 'secrets'],
  ['calls of Secrets Manager', 'calls'],
  ['Lambda', 'lambda'],
  ['SQS', 'sqs'],
  ['custom metrics', 'metrics'],
  ['alarms', 'alarms'],
  ['dashboard', 'dashboard'],
  ['logs', 'logs'],
];

test.each(LINES)('docs/cost.md has what is synthesized: %s', (name, line) => {
  expect(cellsOf(name)?.slice(0, 2)).toEqual([dollars(DEV[line]), dollars(PROD[line])]);
});

test('docs/cost.md has the sums', () => {
  expect(cellsOf('**together**')?.slice(0, 2)).toEqual([
    `**${dollars(totalOf(DEV))}**`,
    `**${dollars(totalOf(PROD))}**`,
  ]);
});

test.each([
  ['`dashboard: false`', { dashboard: false }],
  ['`monitor: false`', { monitor: false }],
  ['`worker: false`', { worker: false }],
  ['all three', { dashboard: false, monitor: false, worker: false }],
] as const)('docs/cost.md has what is saved by %s', (name, options) => {
  expect(cellsOf(name)?.[0]).toBe(dollars(totalOf(DEV) - totalOf(costOf(options))));
});

test('the figures of a fleet reckon with as many alarms and metrics', () => {
  const many = costOf({ slot: { strategy: 'perInstallation' } });
  expect(dollars(CLOUDWATCH.alarmMetrics * 0.1)).toBe(dollars(many.alarms));
  const { receiver, worker, monitor } = CUSTOM_METRICS;
  expect(CLOUDWATCH.metrics).toBe(receiver + worker + monitor);
});

test('and so does the dashboard', () => {
  const body = JSON.stringify(
    templateOf((stack) => new ForgeRemote(stack, 'Remote', remoteProps({ dashboard: true }))).findResources(
      'AWS::CloudWatch::Dashboard',
    ),
  );
  expect(body).toContain((DEV.metrics + DEV.alarms + DEV.dashboard).toFixed(2));
});
