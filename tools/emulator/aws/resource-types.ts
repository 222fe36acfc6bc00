import { randomBytes } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { type Account, globalArn, partitionOf, regionalArn } from './account';
import { alarm } from './alarm-resources';
import { customResource } from './custom-resource';
import {
  executionRole,
  managedPolicy,
  permission,
  policy,
  queuePolicy,
  resourcePolicy,
  role,
  secretPolicy,
  topicPolicy,
} from './iam-resources';
import { asObject, optionalText, tags, text } from './properties';
import { eventSourceMapping, queue } from './queue-resources';
import type { ResourceType, Services } from './resource-type';
import { table } from './table-resources';
import { type JsonObject, templateError } from './template';

/** A type with only a name: its `Ref`, and the attribute `Arn` if `arn` is given. */
function named(nameProperty: string, arn?: (account: Account, name: string) => string): ResourceType {
  return {
    nameProperty,
    create: ({ name }, { account }) => ({ ref: name, ...(arn && { attributes: { Arn: arn(account, name) } }) }),
  };
}

const secret: ResourceType = {
  nameProperty: 'Name',
  create({ properties, name }, { secrets }) {
    const { ARN } = secrets.create({
      Name: name,
      Description: optionalText(properties.Description),
      Tags: tags(properties.Tags),
      KmsKeyId: optionalText(properties.KmsKeyId),
      SecretString: initialSecret(properties),
    });
    return { ref: ARN, attributes: { Id: ARN } };
  },
  update({ created }, { properties }, { secrets }) {
    // Keeps the value, which may have been changed since.
    secrets.change(created.ref, {
      description: optionalText(properties.Description),
      kmsKeyId: optionalText(properties.KmsKeyId),
      tags: tags(properties.Tags),
    });
    return created;
  },
  remove: ({ created }, { secrets }) => {
    secrets.delete({ SecretId: created.ref, ForceDeleteWithoutRecovery: true });
  },
};

const parameter: ResourceType = {
  nameProperty: 'Name',
  create({ properties, name }, { parameters }) {
    const value = text(properties, 'Value');
    parameters.set(name, value);
    return { ref: name, attributes: { Type: text(properties, 'Type'), Value: value } };
  },
  update({ created, properties: before }, { properties }, { parameters }) {
    // Keeps a value that was changed since, unless the template's value changes.
    if (properties.Value !== before.Value) parameters.set(created.ref, text(properties, 'Value'));
    return created;
  },
  remove: ({ created }, { parameters }) => parameters.remove(created.ref),
};

const lambdaFunction: ResourceType = {
  nameProperty: 'FunctionName',
  create({ properties, name }, services) {
    const { lambda, iam } = services;
    const roleArn = optionalText(properties.Role);
    const code = asObject(properties.Code);
    const logging = asObject(properties.LoggingConfig);
    const variables = asObject(asObject(properties.Environment).Variables);
    const reserved = optionalText(properties.ReservedConcurrentExecutions);
    const { arn } = lambda.deploy({
      name,
      ...(reserved !== undefined && { reservedConcurrency: Number(reserved) }),
      runtime: text(properties, 'Runtime'),
      handler: text(properties, 'Handler'),
      code: codeOf(code, text(properties, 'Runtime'), name, services),
      timeoutSeconds: Number(properties.Timeout ?? 3),
      memorySizeMb: Number(properties.MemorySize ?? 128),
      environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
      logGroupName: optionalText(logging.LogGroup) ?? `/aws/lambda/${name}`,
      logFormat: logging.LogFormat === 'JSON' ? 'JSON' : 'Text',
      ...(roleArn !== undefined && {
        roleArn: executionRole(roleArn, services),
        credentials: iam.credentials(roleArn, name),
      }),
    });
    return { ref: name, attributes: { Arn: arn } };
  },
  remove: ({ created }, { lambda }) => lambda.remove(created.ref),
};

/** The code's place. As in AWS, inline code (`ZipFile`) becomes the file `index` of a zip. */
function codeOf(code: JsonObject, runtime: string, name: string, { s3 }: Services) {
  const inline = optionalText(code.ZipFile);
  if (inline === undefined) return { bucket: text(code, 'S3Bucket'), key: text(code, 'S3Key') };
  const place = { bucket: 'inline-code', key: `${name}.zip` };
  const file = `index.${runtime.startsWith('nodejs') ? 'js' : 'py'}`;
  s3.keep(place.bucket, place.key, zipSync({ [file]: strToU8(inline) }));
  return place;
}

const functionUrl: ResourceType = {
  create({ properties }, services) {
    const arn = text(properties, 'TargetFunctionArn');
    const functionName = arn.split(':').at(-1) ?? arn;
    return { ref: arn, attributes: { FunctionArn: arn, FunctionUrl: services.functionUrl(functionName) } };
  },
};

const topic: ResourceType = {
  nameProperty: 'TopicName',
  create({ name }, { account }) {
    const arn = regionalArn(account, 'sns', name);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
};

/** A custom domain of API Gateway. It is not served: calls use the Function URL of the local run. */
const apiDomain: ResourceType = {
  nameProperty: 'DomainName',
  create: ({ name }, { account }) => ({
    ref: name,
    attributes: {
      RegionalDomainName: `d-local.execute-api.${account.region}.amazonaws.com`,
      RegionalHostedZoneId: 'ZLOCAL',
    },
  }),
};

const logGroup: ResourceType = {
  nameProperty: 'LogGroupName',
  create({ name }, { account, logs }) {
    logs.createGroup(name);
    return { ref: name, attributes: { Arn: regionalArn(account, 'logs', `log-group:${name}:*`) } };
  },
  remove: ({ created }, { logs }) => logs.removeGroup(created.ref),
};

const dashboard: ResourceType = {
  nameProperty: 'DashboardName',
  create({ properties, name }) {
    const body = text(properties, 'DashboardBody');
    try {
      JSON.parse(body);
    } catch {
      throw templateError(`The field DashboardBody must be a valid JSON object: ${body.slice(0, 200)}`);
    }
    return { ref: name };
  },
};

/** A bucket. All buckets exist in the emulated S3. */
const bucket: ResourceType = {
  nameProperty: 'BucketName',
  create({ name }, { account }) {
    const { name: partition, urlSuffix } = partitionOf(account.region);
    const bucketName = name.toLowerCase();
    return {
      ref: bucketName,
      attributes: {
        Arn: `arn:${partition}:s3:::${bucketName}`,
        DomainName: `${bucketName}.s3.${urlSuffix}`,
        RegionalDomainName: `${bucketName}.s3.${account.region}.${urlSuffix}`,
      },
    };
  },
};

const bucketPolicy = resourcePolicy(
  ({ Bucket }, { account }) => [`arn:${partitionOf(account.region).name}:s3:::${optionalText(Bucket)}`],
  ({ PolicyDocument }) => asObject(PolicyDocument) as never,
);

/**
 * AWS::Chatbot::SlackChannelConfiguration. The workspace must be authorized in the console, and an account can use a channel in
 * one configuration only (reported by users; hashicorp/terraform-provider-awscc #1011).
 */
const slackChannel: ResourceType = {
  nameProperty: 'ConfigurationName',
  create({ properties, name }, { account, isSlackAuthorized, slackChannels }) {
    const workspace = text(properties, 'SlackWorkspaceId');
    const channel = text(properties, 'SlackChannelId');
    if (!isSlackAuthorized(workspace)) {
      throw templateError(
        `Resource handler returned message: "Invalid request provided: AWS Chatbot can't create the configuration because Slack workspace ${workspace} is not authorized with AWS account ${account.accountId}." (HandlerErrorCode: InvalidRequest)`,
      );
    }
    if (slackChannels.has(channel)) {
      throw templateError(
        `Invalid request provided: Slack channel with ID ${channel} in Slack team ${workspace} has already been configured for AWS account ${account.accountId}.`,
      );
    }
    slackChannels.add(channel);
    const arn = globalArn(account, 'chatbot', `chat-configuration/slack-channel/${name}`);
    return { ref: arn, attributes: { Arn: arn } };
  },
  update({ created, properties: before }, declared, services) {
    const { slackChannels } = services;
    if (before.SlackChannelId === declared.properties.SlackChannelId) return created;
    const { ref } = created;
    const after = { ...slackChannel.create(declared, services), ref };
    slackChannels.delete(text(before, 'SlackChannelId'));
    return after;
  },
  remove: ({ properties }, { slackChannels }) => void slackChannels.delete(text(properties, 'SlackChannelId')),
};

const anything: ResourceType = { create: ({ name }) => ({ ref: name }) };

/**
 * The emulated types, apart from Custom::Anything. Other types are accepted, see {@link resourceType}. To add one, add an entry.
 * `named` is often enough, for types without behaviour.
 */
const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::ApiGatewayV2::Api': anything,
  'AWS::ApiGatewayV2::ApiMapping': anything,
  'AWS::ApiGatewayV2::DomainName': apiDomain,
  'AWS::ApiGatewayV2::Integration': anything,
  'AWS::ApiGatewayV2::Route': anything,
  'AWS::ApiGatewayV2::Stage': anything,
  'AWS::CDK::Metadata': anything,
  'AWS::Chatbot::SlackChannelConfiguration': slackChannel,
  'AWS::CloudWatch::Alarm': alarm('MetricAlarm'),
  'AWS::CloudWatch::CompositeAlarm': alarm('CompositeAlarm'),
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::CloudFormation::CustomResource': customResource,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::Rule': named('Name', (account, name) => regionalArn(account, 'events', `rule/${name}`)),
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::Url': functionUrl,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::MetricFilter': anything,
  'AWS::Logs::QueryDefinition': anything,
  'AWS::Route53::RecordSet': anything,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SNS::Subscription': anything,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::Scheduler::Schedule': named('Name', (account, name) =>
    regionalArn(account, 'scheduler', `schedule/default/${name}`),
  ),
  'AWS::SSM::Parameter': parameter,
  'AWS::SecretsManager::ResourcePolicy': secretPolicy,
  'AWS::SecretsManager::Secret': secret,
};

/** Accepts unknown types, because a team's own resources are in the stack as well. */
export const resourceType = (name: string): ResourceType =>
  name.startsWith('Custom::') ? customResource : (RESOURCE_TYPES[name] ?? unknownType);

/**
 * A resource of an unknown type is only recorded, with a name and attributes in AWS's format. Calls of functions to it fail with
 * "not emulated".
 */
export const unknownType: ResourceType = {
  create({ type, name, logicalId }, { account, note }) {
    note(`${type} is not emulated: ${logicalId} is only recorded, and calls to it fail.`);
    const [, service = '', kind = ''] = type.toLowerCase().split('::');
    const arn = regionalArn(account, service, `${kind}/${name}`);
    return {
      ref: name,
      otherAttribute(attribute) {
        if (/Arn$/i.test(attribute)) return arn;
        if (/(Url|Uri)$/i.test(attribute)) return `https://${name.toLowerCase()}.invalid/`;
        if (/(Endpoint|Address|DomainName|Host(Name)?)$/i.test(attribute)) return `${name.toLowerCase()}.invalid`;
        if (/Port$/i.test(attribute)) return '443';
        return `${name}-${attribute.replaceAll('.', '-')}`;
      },
    };
  },
};

function initialSecret(properties: JsonObject): string | undefined {
  if (properties.GenerateSecretString === undefined) return optionalText(properties.SecretString);
  const { GenerateStringKey, SecretStringTemplate } = asObject(properties.GenerateSecretString);
  const password = randomBytes(24).toString('base64url');
  if (GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...JSON.parse(String(SecretStringTemplate)), [String(GenerateStringKey)]: password });
}
