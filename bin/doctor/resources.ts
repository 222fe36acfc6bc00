import type { StackResource } from './aws';

/** Resources of the stack that are looked at, by what they are called here. */
export type ResourceName = 'receiver' | 'worker' | 'monitor' | 'receiverLog' | 'queue' | 'deadLetters';

/** Type, and path of the construct without slashes, which begins its logical id (CDK, "Logical IDs"). */
const PATHS: Readonly<Record<ResourceName, readonly [type: string, path: string]>> = {
  receiver: ['AWS::Lambda::Function', 'ForgeRemoteReceiverFunction'],
  worker: ['AWS::Lambda::Function', 'ForgeRemoteWorkerFunction'],
  monitor: ['AWS::Lambda::Function', 'ForgeRemoteMonitorFunction'],
  receiverLog: ['AWS::Logs::LogGroup', 'ForgeRemoteReceiverLogs'],
  queue: ['AWS::SQS::Queue', 'ForgeRemoteWorkerJobsQueue'],
  deadLetters: ['AWS::SQS::Queue', 'ForgeRemoteWorkerJobsDeadLetters'],
};

/** The hash of the path that CDK puts at the end of a logical id. */
const HASH = /[0-9A-F]{8}$/;

/** What AWS calls a resource: the name of a function or a log group, the URL of a queue. `undefined` where there is none. */
export function physicalId(resources: readonly StackResource[], name: ResourceName): string | undefined {
  const [type, path] = PATHS[name];
  return resources.find((resource) => resource.type === type && resource.logicalId.replace(HASH, '') === path)
    ?.physicalId;
}

/** An alarm of the stack. */
export interface StackAlarm {
  /** What AWS calls it. */
  readonly physicalId: string;
  /** What docs/runbook.md calls it, such as `TokenRunningOut`. */
  readonly name: string;
}

const ALARM_TYPES: readonly string[] = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];

export const alarmsIn = (resources: readonly StackResource[]): StackAlarm[] =>
  resources
    .filter(({ type }) => ALARM_TYPES.includes(type))
    .map(({ physicalId, logicalId }) => ({ physicalId, name: alarmName(logicalId) }));

/** `ForgeRemoteMonitorAlarmsTokenRunningOutEB97FC48` is `TokenRunningOut`, and the composite ones are `Page` and `Ticket`. */
const alarmName = (logicalId: string): string =>
  logicalId.replace(HASH, '').replace(/^ForgeRemote(.*Alarms|Severity)?/, '');
