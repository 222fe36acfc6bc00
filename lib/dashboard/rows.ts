import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Color,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  LegendPosition,
  LogQueryWidget,
  MathExpression,
  SingleValueWidget,
  Stats,
  TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { runningOutBelowSeconds } from '../../lambda/contract/freshness';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../lambda/contract/outcomes';
import { FORGE_TIMEOUT } from '../receiver';
import { remoteMetric } from '../remote-metric';
import type { Worker } from '../worker';
import { costPerMonth, type FunctionWithMemory, type OtherCosts } from './cost';
import { LAST_REFUSALS } from './queries';

/** A dashboard has 24 columns (CloudWatch's documentation). */
const FULL = 24;
const HALF = 12;
const GRAPH_HEIGHT = 6;

/** The monitor's interval, and fine enough for a graph of one day. */
const PERIOD = Duration.minutes(5);
const HOUR = Duration.hours(1);

const heading = (markdown: string): IWidget =>
  new TextWidget({ markdown, background: TextWidgetBackground.TRANSPARENT, width: FULL, height: 1 });

export const healthRow = (alarms: readonly IAlarm[]): IWidget[][] => [
  [heading('## Is it healthy?')],
  [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: FULL, height: 4 })],
];

export function freshnessRow(remoteName: string, tokenInterval: Duration): IWidget[][] {
  const of = (name: (typeof METRICS)[keyof typeof METRICS], label: string, statistic: string = Stats.MAXIMUM) =>
    remoteMetric({ remoteName, name, statistic, period: PERIOD }).with({ label });
  const pageMinutes = runningOutBelowSeconds(tokenInterval.toMinutes()) / 60;
  return [
    [heading('## Is every installation fresh?')],
    [
      new SingleValueWidget({
        title: 'Slots',
        metrics: [
          of(METRICS.slotsTotal, 'all'),
          of(METRICS.slotsEmpty, 'empty'),
          of(METRICS.slotsLate, 'late'),
          of(METRICS.slotsExpired, 'expired'),
        ],
        sparkline: true,
        width: 8,
        height: GRAPH_HEIGHT,
      }),
      new GraphWidget({
        title: 'Life of the token that expires first, in minutes',
        left: [
          new MathExpression({
            expression: 'seconds / 60',
            label: 'minutes left',
            usingMetrics: { seconds: of(METRICS.minTokenSecondsLeft, '', Stats.MINIMUM) },
            period: PERIOD,
          }),
        ],
        leftAnnotations: [{ value: pageMinutes, label: `page: ${pageMinutes} minutes`, color: Color.RED }],
        legendPosition: LegendPosition.HIDDEN,
        width: 8,
        height: GRAPH_HEIGHT,
      }),
      new GraphWidget({
        title: 'Tokens stored, and calls accepted',
        left: [of(METRICS.accepted, 'accepted', Stats.SUM), of(METRICS.stored, 'stored', Stats.SUM)],
        width: 8,
        height: GRAPH_HEIGHT,
      }),
    ],
  ];
}

export function refusalRow(remoteName: string, receiverLogGroup: string): IWidget[][] {
  const of = (name: (typeof METRICS)['failed' | 'unproven' | 'refused'], label: string) =>
    remoteMetric({ remoteName, name, statistic: Stats.SUM, period: PERIOD }).with({ label });
  return [
    [heading('## What is refused, and why?')],
    [
      new GraphWidget({
        title: 'Refused calls',
        left: [
          of(METRICS.refused, 'all, including strangers'),
          of(METRICS.failed, 'signed by Forge'),
          of(METRICS.unproven, "unproven, may be Forge's"),
        ],
        width: 8,
        height: GRAPH_HEIGHT,
      }),
      new GraphWidget({
        title: 'Refused calls by reason',
        left: [
          new MathExpression({
            // Only reasons that occurred get a line.
            expression:
              `SEARCH('{${METRIC_NAMESPACE},${DIMENSIONS.reason},${DIMENSIONS.remote}} ` +
              `MetricName="${METRICS.refused}" ${DIMENSIONS.remote}="${remoteName}"', 'Sum', ${PERIOD.toSeconds()})`,
            label: '',
            period: PERIOD,
          }),
        ],
        stacked: true,
        width: 8,
        height: GRAPH_HEIGHT,
      }),
      new LogQueryWidget({
        title: 'The last refusals',
        logGroupNames: [receiverLogGroup],
        queryLines: [...LAST_REFUSALS],
        width: 8,
        height: GRAPH_HEIGHT,
      }),
    ],
  ];
}

export function workRow(remoteName: string, { jobs, function: worker }: Worker): IWidget[][] {
  const of = (
    name: typeof METRICS.jobSucceeded | typeof METRICS.jobFailed | typeof METRICS.jobDuration,
    label: string,
    statistic: string = Stats.SUM,
  ) => remoteMetric({ remoteName, name, statistic, period: PERIOD }).with({ label });
  const waiting = { period: PERIOD, statistic: Stats.MAXIMUM };
  return [
    [heading('## Do jobs run?')],
    [
      new GraphWidget({
        title: 'Jobs',
        left: [
          of(METRICS.jobSucceeded, 'succeeded'),
          of(METRICS.jobFailed, 'failed'),
          worker.metricErrors({ period: PERIOD, statistic: Stats.SUM, label: 'worker crashed' }),
        ],
        width: 8,
        height: GRAPH_HEIGHT,
      }),
      new GraphWidget({
        title: 'Duration of a job, in milliseconds',
        left: [of(METRICS.jobDuration, 'median', Stats.p(50)), of(METRICS.jobDuration, '99th percentile', Stats.p(99))],
        width: 8,
        height: GRAPH_HEIGHT,
      }),
      new GraphWidget({
        title: 'Waiting',
        left: [
          jobs.queue.metricApproximateNumberOfMessagesVisible({ ...waiting, label: 'jobs' }),
          jobs.deadLetters.metricApproximateNumberOfMessagesVisible({ ...waiting, label: 'given up' }),
        ],
        right: [jobs.queue.metricApproximateAgeOfOldestMessage({ ...waiting, label: 'age of the oldest, seconds' })],
        width: 8,
        height: GRAPH_HEIGHT,
      }),
    ],
  ];
}

export function costRow(
  remoteName: string,
  receiver: IFunction,
  functions: readonly FunctionWithMemory[],
  known: OtherCosts,
): IWidget[][] {
  const duration = (statistic: string, label: string): IMetric =>
    receiver.metricDuration({ period: PERIOD, statistic, label });
  return [
    [heading('## How fast is it, and what does it cost?')],
    [
      new GraphWidget({
        title: 'Duration of a call, in milliseconds',
        left: [duration(Stats.p(50), 'median'), duration(Stats.p(99), '99th percentile')],
        leftAnnotations: [{ value: FORGE_TIMEOUT.toMilliseconds(), label: "Forge's timeout", color: Color.RED }],
        width: HALF,
        height: GRAPH_HEIGHT,
      }),
      new GraphWidget({
        title: 'Dollars a month, if all hours were like this one (N. Virginia, without calls of Secrets Manager)',
        left: [costPerMonth(remoteName, functions, known, HOUR)],
        leftYAxis: { min: 0 },
        legendPosition: LegendPosition.HIDDEN,
        width: HALF,
        height: GRAPH_HEIGHT,
      }),
    ],
  ];
}
