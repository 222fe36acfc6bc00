import { type Account, partitionOf, regionalArn } from './account';
import { AwsError } from './aws-error';
import type { Iam, Requirement } from './iam';
import type { DeployedFunction } from './lambda';
import type { Services } from './resource-type';

// The rights that Lambda itself checks, apart from the calls of functions.

/** Whether everybody may call a function by its URL. Since October 2025, this needs two permissions. */
export function isPublic({ arn }: DeployedFunction, iam: Iam): boolean {
  const needed: Requirement[] = [
    {
      action: 'lambda:InvokeFunctionUrl',
      resource: arn,
      context: { 'lambda:FunctionUrlAuthType': 'NONE' },
    },
    {
      action: 'lambda:InvokeFunction',
      resource: arn,
      context: { 'lambda:InvokedViaFunctionUrl': 'true' },
    },
  ];
  return needed.every((requirement) => iam.decide({ type: 'anonymous' }, requirement).allowed);
}

/** Whether a service may invoke a function for one of its resources, such as an EventBridge rule. */
export function mayInvoke(
  { arn }: DeployedFunction,
  { service, sourceArn, accountId }: { service: string; sourceArn: string; accountId: string },
  iam: Iam,
): boolean {
  const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': accountId };
  return iam.decide({ type: 'service', service }, { action: 'lambda:InvokeFunction', resource: arn, context }).allowed;
}

/** Whether a function's role may write its log. Without this right the function still runs, and AWS reports no error. */
export function mayLog(deployed: DeployedFunction, account: Account, iam: Iam): boolean {
  const stream = regionalArn(account, 'logs', `log-group:${deployed.logGroupName}:log-stream:local`);
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) => roleMay(deployed, action, stream, iam));
}

type QueueServices = Pick<Services, 'iam' | 'queues' | 'account'>;

/**
 * Refuses an event source mapping if the function's role may not read the queue.
 *
 * @throws {AwsError} InvalidParameterValueException with Lambda's message. Also for a key that the role may not use: AWS creates
 *   such a mapping, and then reads nothing without reporting an error
 */
export function refuseMissingQueueRights(deployed: DeployedFunction, queueArn: string, services: QueueServices): void {
  const { iam, queues, account } = services;
  for (const operation of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
    if (roleMay(deployed, `sqs:${operation}`, queueArn, iam)) continue;
    throw new AwsError(
      'InvalidParameterValueException',
      `The provided execution role does not have permissions to call ${operation} on SQS`,
    );
  }
  const { kmsKeyArn } = queues.get(queueArn).settings;
  const context = { 'kms:ViaService': `sqs.${account.region}.${partitionOf(account.region).urlSuffix}` };
  if (kmsKeyArn === undefined || roleMay(deployed, 'kms:Decrypt', kmsKeyArn, iam, context)) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `The provided execution role does not have permissions to call kms:Decrypt on ${kmsKeyArn}`,
  );
}

/** Whether Lambda may read a queue now. Without the rights it silently reads nothing. */
export function mayRead(deployed: DeployedFunction, queueArn: string, services: QueueServices): boolean {
  try {
    refuseMissingQueueRights(deployed, queueArn, services);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

function roleMay(
  { credentials }: DeployedFunction,
  action: string,
  resource: string,
  iam: Iam,
  context: Requirement['context'] = {},
): boolean {
  const caller = credentials && iam.principal(credentials.accessKeyId).caller;
  return !caller || iam.decide(caller, { action, resource, context }).allowed;
}
