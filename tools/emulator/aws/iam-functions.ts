import { type Account, partitionOf, regionalArn } from './account';
import { AwsError } from './aws-error';
import type { Iam, Requirement } from './iam';
import type { DeployedFunction } from './lambda';
import type { Services } from './resource-type';

// What Lambda asks of policies, beside the calls of the functions themselves.

/** Whether everybody may call a function by its URL. Since October 2025 that takes two permissions. */
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

/** Whether a service may invoke a function, for a resource of its own such as a rule of EventBridge. */
export function mayInvoke(
  { arn }: DeployedFunction,
  { service, sourceArn, accountId }: { service: string; sourceArn: string; accountId: string },
  iam: Iam,
): boolean {
  const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': accountId };
  return iam.decide({ type: 'service', service }, { action: 'lambda:InvokeFunction', resource: arn, context }).allowed;
}

/** Whether a function's log is kept. One whose role may not write it runs all the same, and nobody is told. */
export function mayLog(deployed: DeployedFunction, account: Account, iam: Iam): boolean {
  const stream = regionalArn(account, 'logs', `log-group:${deployed.logGroupName}:log-stream:local`);
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) => roleMay(deployed, action, stream, iam));
}

type QueueServices = Pick<Services, 'iam' | 'queues' | 'account'>;

/**
 * Checks that Lambda can read a queue with the function's role.
 *
 * @throws {AwsError} InvalidParameterValueException, in Lambda's words; also for a key that the role may not use, where
 *   AWS makes the mapping and then reads nothing, with no error that anybody sees
 */
export function checkQueueRights(deployed: DeployedFunction, queueArn: string, services: QueueServices): void {
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

/** Whether Lambda can read a queue now. It needs the same rights each time, and reads nothing without them. */
export function mayRead(deployed: DeployedFunction, queueArn: string, services: QueueServices): boolean {
  try {
    checkQueueRights(deployed, queueArn, services);
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
