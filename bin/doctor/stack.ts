import { OUTPUTS } from '../../lib/stack-outputs';
import type { StackResource, StackState } from './aws';
import { nothing, type Outcome, ok, wrong } from './finding';
import type { Target } from './target';
import { ago } from './time';

const DONE: readonly string[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'];

/** The stack is there, in a good state, and says all that it should. */
export function stackOutcome(stack: StackState | undefined, target: Target, nowMs: number): Outcome {
  const { stackName, region, deploy } = target;
  if (!stack || stack.status === 'REVIEW_IN_PROGRESS') {
    return wrong(`there is no stack ${stackName} in ${region}, in the account of these credentials`, [
      `${deploy} Deployed already? Then these are credentials of another account, or config.ts has another name or region.`,
    ]);
  }
  const { status, statusReason, changedAtMs } = stack;
  const reason = statusReason === undefined ? [] : [statusReason];
  if (status.endsWith('_IN_PROGRESS') && !status.includes('ROLLBACK')) {
    return nothing(`${status}: it is being changed right now, so look again when that is done`, reason);
  }
  if (!DONE.includes(status))
    return wrong(`${status}: the last change of the stack failed`, [fixOf(status, target)], reason);
  const missing = Object.values(OUTPUTS).filter((output) => !stack.outputs[output]);
  if (missing.length > 0) return wrong(`${status}, but without the outputs ${missing.join(', ')}`, [deploy]);
  return ok(`${status}, ${ago(changedAtMs, nowMs)}; all its outputs are there`);
}

function fixOf(status: string, { stackName, deploy }: Target): string {
  const events = `The events of ${stackName} in CloudFormation's console say what failed: mend that.`;
  // AWS's documentation of stack status codes: such a stack can only be deleted. cdk deploy does it by itself, unless the stack is protected.
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED')
    return `${events} ${deploy} It makes the stack anew; where termination protection forbids that, it asks first.`;
  if (status === 'UPDATE_ROLLBACK_FAILED') return `${events} Then "Continue update rollback" there. ${deploy}`;
  return `${events} ${deploy}`;
}

/** Resources of the stack that are looked at, by what they are called here. */
export type ResourceName = 'receiver' | 'worker' | 'monitor' | 'receiverLog' | 'workerLog' | 'queue' | 'deadLetters';

/** Type, and path of the construct without slashes, which begins its logical id (CDK, "Logical IDs"). */
const PATHS: Readonly<Record<ResourceName, readonly [type: string, path: string]>> = {
  receiver: ['AWS::Lambda::Function', 'ForgeRemoteReceiverFunction'],
  worker: ['AWS::Lambda::Function', 'ForgeRemoteWorkerFunction'],
  monitor: ['AWS::Lambda::Function', 'ForgeRemoteMonitorFunction'],
  receiverLog: ['AWS::Logs::LogGroup', 'ForgeRemoteReceiverLogs'],
  workerLog: ['AWS::Logs::LogGroup', 'ForgeRemoteWorkerLogs'],
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

/** `ForgeRemoteMonitorAlarmsTokenRunningOutEB97FC48` is `TokenRunningOut`. */
const alarmName = (logicalId: string): string => logicalId.replace(HASH, '').replace(/^ForgeRemote(.*Alarms)?/, '');
