import { OUTPUTS } from '../../lib/stack-outputs';
import type { StackResource, StackState } from './aws';
import { nothing, type Outcome, ok, wrong } from './finding';
import type { Target } from './target';
import { ago } from './time';

const DONE: readonly string[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'];

/** Checks that the stack exists, is in a good state, and has all outputs. */
export function stackOutcome(stack: StackState | undefined, target: Target, nowMs: number): Outcome {
  const { stackName, region, deploy } = target;
  if (!stack || stack.status === 'REVIEW_IN_PROGRESS') {
    return wrong(`${stackName} does not exist in ${region}, in the account of these credentials`, [
      `${deploy} If it is deployed, the credentials are of another account, or config.ts has another name or region.`,
    ]);
  }
  const { status, statusReason, changedAtMs } = stack;
  const reason = statusReason === undefined ? [] : [statusReason];
  if (status.endsWith('_IN_PROGRESS') && !status.includes('ROLLBACK')) {
    return nothing(`${status}: it is being changed; run the command again when that is done`, reason);
  }
  if (!DONE.includes(status))
    return wrong(`${status}: the last change of the stack failed`, [fixOf(status, target)], reason);
  const missing = Object.values(OUTPUTS).filter((output) => !stack.outputs[output]);
  if (missing.length > 0) return wrong(`${status}, but without the outputs ${missing.join(', ')}`, [deploy]);
  return ok(`${status}, ${ago(changedAtMs, nowMs)}, with all outputs`);
}

function fixOf(status: string, { stackName, deploy }: Target): string {
  const events = `The events of ${stackName} in the console of CloudFormation say what failed. Fix that.`;
  // Such a stack can only be deleted (AWS's documentation of stack status codes). cdk deploy does so, unless it is protected.
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED')
    return `${events} ${deploy} It creates the stack again; if termination protection forbids that, it asks first.`;
  if (status === 'UPDATE_ROLLBACK_FAILED') return `${events} Then "Continue update rollback" there. ${deploy}`;
  return `${events} ${deploy}`;
}

/** The resources that commands read, by their names in this code. */
export type ResourceName = 'receiver' | 'worker' | 'monitor' | 'receiverLog' | 'workerLog' | 'queue' | 'deadLetters';

/** The type, and the start of the logical id: the construct's path without slashes (CDK, "Logical IDs"). */
const PATHS: Readonly<Record<ResourceName, readonly [type: string, path: string]>> = {
  receiver: ['AWS::Lambda::Function', 'ForgeRemoteReceiverFunction'],
  worker: ['AWS::Lambda::Function', 'ForgeRemoteWorkerFunction'],
  monitor: ['AWS::Lambda::Function', 'ForgeRemoteMonitorFunction'],
  receiverLog: ['AWS::Logs::LogGroup', 'ForgeRemoteReceiverLogs'],
  workerLog: ['AWS::Logs::LogGroup', 'ForgeRemoteWorkerLogs'],
  queue: ['AWS::SQS::Queue', 'ForgeRemoteWorkerJobsQueue'],
  deadLetters: ['AWS::SQS::Queue', 'ForgeRemoteWorkerJobsDeadLetters'],
};

/** CDK ends a logical id with a hash of the path. */
const HASH = /[0-9A-F]{8}$/;

/** AWS's name of a resource: the name of a function or log group, or the URL of a queue. `undefined` if there is none. */
export function physicalId(resources: readonly StackResource[], name: ResourceName): string | undefined {
  const [type, path] = PATHS[name];
  return resources.find((resource) => resource.type === type && resource.logicalId.replace(HASH, '') === path)
    ?.physicalId;
}

/** An alarm of the stack. */
export interface StackAlarm {
  /** Its name in AWS. */
  readonly physicalId: string;
  /** Its name in docs/runbook.md, such as `TokenRunningOut`. */
  readonly name: string;
}

const ALARM_TYPES: readonly string[] = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];

export const alarmsIn = (resources: readonly StackResource[]): StackAlarm[] =>
  resources
    .filter(({ type }) => ALARM_TYPES.includes(type))
    .map(({ physicalId, logicalId }) => ({ physicalId, name: alarmName(logicalId) }));

/** `ForgeRemoteMonitorAlarmsTokenRunningOutEB97FC48` is `TokenRunningOut`. */
const alarmName = (logicalId: string): string => logicalId.replace(HASH, '').replace(/^ForgeRemote(.*Alarms)?/, '');
