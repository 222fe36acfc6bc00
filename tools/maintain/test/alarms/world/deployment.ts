import { CfnElement, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import { ForgeRemote } from '../../../../../lib/forge-remote';
import { remoteProps } from '../../../../../test/lib/support/fixtures';
import { testApp } from '../../../../../test/lib/support/synth';
import { type Alarm, readAlarms } from '../evaluator/alarms';
import { createReports, type Reports } from './reports';

/** How often Forge calls, in minutes: the intervals of manifest.yml that keep a token valid. */
export type IntervalMinutes = 5 | 60;

/** A backend as it is deployed: its alarms, and the names that its metrics have. */
export interface Deployment {
  readonly intervalMinutes: IntervalMinutes;
  /** Whether Forge calls for licensed sites only. */
  readonly licensedSitesOnly: boolean;
  /** Whether there is one slot for all installations. */
  readonly singleSlot: boolean;
  /** As it was synthesized, as JSON. */
  readonly template: unknown;
  readonly alarms: readonly Alarm[];
  readonly reports: Reports;
  /** `FunctionName` in Lambda's metrics. */
  readonly functions: Readonly<Record<'receiver' | 'worker' | 'monitor', string>>;
  /** `QueueName` in SQS's metrics. */
  readonly queues: Readonly<Record<'jobs' | 'deadLetters', string>>;
}

const STACK = 'test';
const REMOTE = 'Remote';

const known = new Map<string, Promise<Deployment>>();

/** Synthesizes the backend, once for each kind. */
export function deploy(
  intervalMinutes: IntervalMinutes,
  slotStrategy: 'single' | 'perInstallation',
  licensedSitesOnly = false,
) {
  const key = `${slotStrategy} ${intervalMinutes} ${licensedSitesOnly}`;
  const deployment = known.get(key) ?? synthesize(intervalMinutes, slotStrategy, licensedSitesOnly);
  known.set(key, deployment);
  return deployment;
}

async function synthesize(
  intervalMinutes: IntervalMinutes,
  slotStrategy: 'single' | 'perInstallation',
  licensedSitesOnly: boolean,
): Promise<Deployment> {
  const stack = new Stack(testApp(), STACK, { env: { region: 'us-east-1' } });
  const { receiver, worker, monitor } = new ForgeRemote(stack, REMOTE, {
    ...remoteProps({ slot: { strategy: slotStrategy }, dashboard: true }),
    licensedSitesOnly,
    tokenInterval: Duration.minutes(intervalMinutes),
    routes: {
      '/forge/token': { kind: 'scheduledTrigger', schedules: { token: intervalMinutes === 5 ? 'fiveMinute' : 'hour' } },
    },
  });
  if (!worker || !monitor) throw new Error('The worker and the monitor are there unless they are switched off.');
  const idOf = (construct: IConstruct): string => {
    const element = construct.node.defaultChild;
    if (!CfnElement.isCfnElement(element)) throw new Error(`${construct.node.path} has no logical id.`);
    return String(stack.resolve(element.logicalId));
  };
  const template: unknown = Template.fromStack(stack).toJSON();
  return {
    intervalMinutes,
    licensedSitesOnly,
    singleSlot: slotStrategy === 'single',
    template,
    alarms: readAlarms(template),
    reports: await createReports(STACK),
    functions: {
      receiver: idOf(receiver.function),
      worker: idOf(worker.function),
      monitor: idOf(monitor.function),
    },
    queues: {
      jobs: `${idOf(worker.jobs.queue)}.QueueName`,
      deadLetters: `${idOf(worker.jobs.deadLetters)}.QueueName`,
    },
  };
}

/** An alarm's name in the runbook: its logical id without CDK's hash, and without the constructs that it is in. */
export const shortName = (logicalId: string): string =>
  logicalId.replace(/[0-9A-F]{8}$/, '').replace(/^Remote(Alarms|MonitorAlarms|WorkerAlarms)/, '');

/** The severity of an alarm: which of the stage's topics it tells. */
export const severityOf = ({ tells }: Alarm): string | undefined =>
  tells.map((topic) => /Notifications(Page|Ticket)/.exec(topic)?.[1]).find((severity) => severity !== undefined);
