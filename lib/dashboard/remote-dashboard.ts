import { Duration, Stack } from 'aws-cdk-lib';
import { type CfnAlarm, Dashboard, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AlarmsBySeverity } from '../alarms/add-alarms';
import type { Monitor } from '../monitor';
import { PRICES } from '../prices';
import type { Receiver } from '../receiver';
import type { Slots } from '../slots';
import type { Worker } from '../worker';
import { SAVED_QUERIES } from './queries';
import { costRow, freshnessRow, healthRow, refusalRow, workRow } from './rows';

/** Custom metrics of a typical stage: 5 of the receiver and about 5 reasons, 3 of the worker, 9 of the monitor. */
const USUAL_METRICS = { receiver: 10, worker: 3, monitor: 9 };

export interface RemoteDashboardProps {
  readonly slots: Slots;
  readonly receiver: Receiver;
  /** Absent with `worker: false`. */
  readonly worker?: Worker;
  /** Absent with `monitor: false`. */
  readonly monitor?: Monitor;
  readonly alarms: AlarmsBySeverity;
  /** Value of the dimension `Remote` of the metrics. */
  readonly remoteName: string;
  readonly tokenInterval: Duration;
}

/** One screen that answers an on-call engineer's questions from top to bottom, and saved queries for the next steps. */
export class RemoteDashboard extends Construct {
  /** The dashboard's generated name. */
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: RemoteDashboardProps) {
    super(scope, id);
    const { receiver, worker, monitor, remoteName } = props;
    const alarms = [...props.alarms.page, ...props.alarms.ticket];
    const { table } = props.slots;
    const functions = [receiver, ...(worker ? [worker] : []), ...(monitor ? [monitor] : [])];
    const customMetrics =
      USUAL_METRICS.receiver + (worker ? USUAL_METRICS.worker : 0) + (monitor ? USUAL_METRICS.monitor : 0);
    const fixedPerMonth =
      PRICES.dashboardMonth +
      alarms.reduce((metrics, alarm) => metrics + metricsIn(alarm), 0) * PRICES.alarmMetricMonth +
      customMetrics * PRICES.metricMonth;

    const dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(1),
      widgets: [
        ...healthRow(alarms),
        ...(monitor ? freshnessRow(remoteName, props.tokenInterval) : []),
        ...refusalRow(remoteName, receiver.logGroup.logGroupName),
        ...(worker ? workRow(remoteName, worker) : []),
        ...costRow(remoteName, receiver.function, functions, {
          fixedPerMonth,
          countsSlots: monitor !== undefined,
          ...(table && { table }),
        }),
      ],
    });
    this.dashboardName = dashboard.dashboardName;

    const logGroups: Readonly<Record<string, ILogGroup | undefined>> = {
      receiver: receiver.logGroup,
      worker: worker?.logGroup,
      monitor: monitor?.logGroup,
    };
    for (const { name, of, lines } of SAVED_QUERIES) {
      const logGroupNames = of.flatMap((part) => logGroups[part]?.logGroupName ?? []);
      if (logGroupNames.length === 0) continue;
      new CfnQueryDefinition(this, `Query ${name}`, {
        // The slash makes the console show a stage's queries in one folder.
        name: `${Stack.of(this).stackName}/${name}`,
        logGroupNames,
        queryString: lines.join('\n| '),
      });
    }
  }
}

/** The number of metrics in an alarm. Each one costs; a metric math expression doesn't. */
function metricsIn(alarm: IAlarm): number {
  const { metrics } = alarm.node.defaultChild as CfnAlarm;
  return Array.isArray(metrics) ? metrics.filter((query) => 'metricStat' in query).length : 1;
}
