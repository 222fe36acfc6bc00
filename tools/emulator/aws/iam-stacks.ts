import { type Account, globalArn, regionalArn } from './account';
import { AwsError } from './aws-error';
import { accessDenied, type Iam, type Principal, type Requirement } from './iam';
import { optionalText } from './properties';
import type { Declared, Services } from './resource-type';

// CloudFormation's rights: it creates resources with its own role, or with the caller's rights.

/** A step of a change: what happens to a resource. */
export type Step = 'create' | 'update' | 'delete';

/** The main action of each step, and the resource's ARN by its name (default `*`). */
type Actions = Readonly<Record<Step, string>> & { readonly arn?: (name: string, account: Account) => string };

/** Actions with the usual names: CreateThing, UpdateThing, DeleteThing. */
const thing = (service: string, name: string, arn?: Actions['arn'], update = `Update${name}`): Actions => ({
  create: `${service}:Create${name}`,
  update: `${service}:${update}`,
  delete: `${service}:Delete${name}`,
  ...(arn && { arn }),
});

/** Actions of resources that are put: PutThing, DeleteThing. */
const put = (service: string, name: string, remove: string, arn?: Actions['arn']): Actions => ({
  ...thing(service, name, arn, `Put${name}`),
  create: `${service}:Put${name}`,
  delete: `${service}:${remove}`,
});

const inRegion =
  (service: string, kind = '') =>
  (name: string, account: Account) =>
    regionalArn(account, service, `${kind}${name}`);

const API: Actions = { create: 'apigateway:POST', update: 'apigateway:PATCH', delete: 'apigateway:DELETE' };
const ALARM = put('cloudwatch', 'MetricAlarm', 'DeleteAlarms', inRegion('cloudwatch', 'alarm:'));
const QUEUE = thing('sqs', 'Queue', inRegion('sqs'), 'SetQueueAttributes');
const TOPIC = thing('sns', 'Topic', inRegion('sns'), 'SetTopicAttributes');

/** Actions by type, from the types' schemas, which list the rights. */
const ACTIONS: Readonly<Record<string, Actions>> = {
  'AWS::Chatbot::SlackChannelConfiguration': thing('chatbot', 'SlackChannelConfiguration'),
  'AWS::CloudWatch::Alarm': ALARM,
  'AWS::CloudWatch::CompositeAlarm': { ...ALARM, create: 'cloudwatch:PutCompositeAlarm' },
  'AWS::CloudWatch::Dashboard': put('cloudwatch', 'Dashboard', 'DeleteDashboards'),
  'AWS::DynamoDB::Table': thing('dynamodb', 'Table', inRegion('dynamodb', 'table/')),
  'AWS::Events::Rule': put('events', 'Rule', 'DeleteRule', inRegion('events', 'rule/')),
  'AWS::IAM::Policy': put('iam', 'RolePolicy', 'DeleteRolePolicy'),
  'AWS::IAM::ManagedPolicy': thing('iam', 'Policy', undefined, 'CreatePolicyVersion'),
  'AWS::IAM::Role': thing('iam', 'Role', (name, account) => globalArn(account, 'iam', `role/${name}`)),
  'AWS::Lambda::EventSourceMapping': thing('lambda', 'EventSourceMapping'),
  'AWS::Lambda::Function': thing('lambda', 'Function', inRegion('lambda', 'function:'), 'UpdateFunctionConfiguration'),
  'AWS::Lambda::Permission': {
    create: 'lambda:AddPermission',
    update: 'lambda:AddPermission',
    delete: 'lambda:RemovePermission',
  },
  'AWS::Lambda::Url': thing('lambda', 'FunctionUrlConfig'),
  'AWS::Logs::LogGroup': thing('logs', 'LogGroup', inRegion('logs', 'log-group:'), 'PutRetentionPolicy'),
  'AWS::Logs::MetricFilter': put('logs', 'MetricFilter', 'DeleteMetricFilter'),
  'AWS::Logs::QueryDefinition': put('logs', 'QueryDefinition', 'DeleteQueryDefinition'),
  'AWS::SNS::Subscription': {
    create: 'sns:Subscribe',
    update: 'sns:SetSubscriptionAttributes',
    delete: 'sns:Unsubscribe',
  },
  'AWS::SNS::Topic': TOPIC,
  'AWS::SNS::TopicPolicy': { create: TOPIC.update, update: TOPIC.update, delete: TOPIC.update },
  'AWS::SQS::Queue': QUEUE,
  'AWS::SQS::QueuePolicy': { create: QUEUE.update, update: QUEUE.update, delete: QUEUE.update },
  'AWS::SSM::Parameter': put('ssm', 'Parameter', 'DeleteParameter', inRegion('ssm', 'parameter/')),
  'AWS::SecretsManager::Secret': thing('secretsmanager', 'Secret', inRegion('secretsmanager', 'secret:')),
  'AWS::SecretsManager::ResourcePolicy': put('secretsmanager', 'ResourcePolicy', 'DeleteResourcePolicy'),
};

/** Types that exist in CloudFormation only. */
const NO_SERVICE = ['AWS::CDK::Metadata'];

/** The rights to create, update or delete a resource. */
function requirementsOf(step: Step, { type, name, properties }: Declared, account: Account): Requirement[] {
  if (NO_SERVICE.includes(type)) return [];
  const isCustom = type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
  if (isCustom) return [{ action: 'lambda:InvokeFunction', resource: String(properties.ServiceToken) }];
  const [, service = '', kind = ''] = type.split('::');
  const isApi = service === 'ApiGatewayV2';
  const actions = ACTIONS[type] ?? (isApi ? API : thing(service.toLowerCase(), kind));
  const boundary = optionalText(properties.PermissionsBoundary);
  const needed: Requirement[] = [
    {
      action: actions[step],
      resource: actions.arn?.(name, account) ?? '*',
      ...(boundary !== undefined && { context: { 'iam:PermissionsBoundary': boundary } }),
    },
  ];
  const role = optionalText(properties.Role);
  if (type === 'AWS::Lambda::Function' && role !== undefined && step !== 'delete') {
    needed.push({ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'lambda.amazonaws.com' } });
  }
  return needed;
}

/** @throws {AwsError} with CloudFormation's message, if its role lacks a right */
export function refuseForbiddenStep(
  step: Step,
  actor: Principal,
  declared: Declared,
  { iam, account }: Services,
): void {
  if (!actor.caller) return;
  for (const requirement of requirementsOf(step, declared, account)) {
    const decision = iam.decide(actor.caller, requirement);
    if (decision.allowed) continue;
    const message = accessDenied(actor, requirement, decision);
    throw new AwsError(
      'AccessDenied',
      `Resource handler returned message: "${message}" (HandlerErrorCode: AccessDenied)`,
      403,
    );
  }
}

/**
 * The principal that acts for a stack: the role in the request, or the caller.
 *
 * @throws {AwsError} ValidationError for a role that CloudFormation may not assume
 */
export function actorOf(roleArn: string | undefined, asking: Principal, iam: Iam): Principal {
  if (roleArn === undefined) return asking;
  if (iam.isTrusted(roleArn, 'cloudformation.amazonaws.com')) {
    return iam.principal(iam.credentials(roleArn, 'AWSCloudFormation').accessKeyId);
  }
  throw new AwsError('ValidationError', `Role ${roleArn} is invalid or cannot be assumed`);
}
