import type { Stack } from '@aws-sdk/client-cloudformation';
import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { SLOT_SCAN } from '../../lambda/contract/slot';
import { itemMetadata, type SlotMetadata, secretMetadata } from '../../lambda/contract/slot-metadata';
import { LOCAL_CREDENTIALS } from '../../tools/emulator/aws/account';
import type { AlarmState, Aws, LogLine, StackState } from './aws';

/** Maximum of names for DescribeAlarms, and of results of DescribeAlarms and ListSecrets (AWS's API references). */
const PAGE_SIZE = 100;

/** Maximum of log pages to read, of up to 10,000 lines or 1 MB each (FilterLogEvents, AWS's API reference). */
const MOST_LOG_PAGES = 20;

/**
 * Calls AWS through the SDK. Loads each client when it is first needed.
 *
 * @param endpoint URL of an emulated AWS. @default AWS itself, with the same credentials as the AWS CLI
 */
export function createAws(region: string, endpoint: string | undefined): Aws {
  const options = { region, ...(endpoint !== undefined && { endpoint, credentials: LOCAL_CREDENTIALS }) };

  return {
    async stack(name) {
      const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
      try {
        const { Stacks = [] } = await new CloudFormationClient(options).send(
          new DescribeStacksCommand({ StackName: name }),
        );
        return Stacks.map(stackState)[0];
      } catch (error) {
        // CloudFormation has no error code for a missing stack.
        if (error instanceof Error && error.message.includes('does not exist')) return undefined;
        throw error;
      }
    },

    async resources(stackName) {
      const { CloudFormationClient, paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
      const client = new CloudFormationClient(options);
      const resources = [];
      for await (const { StackResourceSummaries = [] } of paginateListStackResources(
        { client },
        { StackName: stackName },
      )) {
        resources.push(...StackResourceSummaries);
      }
      return resources.map(({ LogicalResourceId = '', ResourceType = '', PhysicalResourceId = '' }) => ({
        logicalId: LogicalResourceId,
        type: ResourceType,
        physicalId: PhysicalResourceId,
      }));
    },

    async variables(functionName) {
      const { LambdaClient, GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
      const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
      const { Environment } = await new LambdaClient(options).send(command);
      // AWS reports an error here if it can't use the key that encrypts them.
      if (Environment?.Error?.Message !== undefined) throw new Error(Environment.Error.Message);
      return Environment?.Variables ?? {};
    },

    async concurrency() {
      const { LambdaClient, GetAccountSettingsCommand } = await import('@aws-sdk/client-lambda');
      const { AccountLimit } = await new LambdaClient(options).send(new GetAccountSettingsCommand({}));
      return {
        total: AccountLimit?.ConcurrentExecutions ?? 0,
        unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
      };
    },

    async alarms(names) {
      const { CloudWatchClient, paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch');
      const client = new CloudWatchClient(options);
      const found: AlarmState[] = [];
      for (let start = 0; start < names.length; start += PAGE_SIZE) {
        const AlarmNames = names.slice(start, start + PAGE_SIZE);
        const query = { AlarmNames, AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
        for await (const page of paginateDescribeAlarms({ client, pageSize: PAGE_SIZE }, query)) {
          found.push(...[...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].map(alarmState));
        }
      }
      return found;
    },

    async secret(arn) {
      const { SecretsManagerClient, DescribeSecretCommand } = await import('@aws-sdk/client-secrets-manager');
      try {
        const described = await new SecretsManagerClient(options).send(new DescribeSecretCommand({ SecretId: arn }));
        return secretMetadata(arn, described);
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },

    async secrets(start) {
      const { SecretsManagerClient, paginateListSecrets } = await import('@aws-sdk/client-secrets-manager');
      const client = new SecretsManagerClient(options);
      const query = { Filters: [{ Key: 'name' as const, Values: [start] }] };
      const found: SlotMetadata[] = [];
      for await (const { SecretList = [] } of paginateListSecrets({ client, pageSize: PAGE_SIZE }, query)) {
        // Secrets Manager treats the filter as a search term and also returns similar names.
        const ours = SecretList.filter(({ Name }) => Name?.startsWith(start));
        found.push(...ours.map((secret) => secretMetadata(secret.Name ?? '', secret)));
      }
      return found;
    },

    async items(tableName) {
      const { DynamoDBClient, paginateScan } = await import('@aws-sdk/client-dynamodb');
      const client = new DynamoDBClient(options);
      const found: SlotMetadata[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName, ...SLOT_SCAN })) {
        found.push(...Items.map((item) => itemMetadata(tableName, item)));
      }
      return found;
    },

    async log(logGroup, sinceMs, filterPattern) {
      const { CloudWatchLogsClient, paginateFilterLogEvents } = await import('@aws-sdk/client-cloudwatch-logs');
      const client = new CloudWatchLogsClient(options);
      const query = {
        logGroupName: logGroup,
        startTime: sinceMs,
        startFromHead: false,
        ...(filterPattern !== undefined && { filterPattern }),
      };
      const lines: LogLine[] = [];
      let pages = 0;
      for await (const { events = [], nextToken } of paginateFilterLogEvents({ client }, query)) {
        lines.push(
          ...events.map(({ eventId = '', timestamp = 0, message = '' }) => ({ id: eventId, atMs: timestamp, message })),
        );
        pages += 1;
        if (pages === MOST_LOG_PAGES && nextToken !== undefined) return { lines, complete: false };
      }
      return { lines, complete: true };
    },

    async queueDepth(url) {
      const { SQSClient, GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
      const { Attributes = {} } = await new SQSClient(options).send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return {
        waiting: Number(Attributes.ApproximateNumberOfMessages),
        inWork: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
      };
    },
  };
}

function stackState(stack: Stack): StackState {
  const { StackName = '', StackStatus = '', StackStatusReason, CreationTime, LastUpdatedTime, Outputs = [] } = stack;
  const createdAtMs = CreationTime?.getTime() ?? 0;
  return {
    name: StackName,
    status: StackStatus,
    ...(StackStatusReason !== undefined && { statusReason: StackStatusReason }),
    createdAtMs,
    changedAtMs: LastUpdatedTime?.getTime() ?? createdAtMs,
    outputs: Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
  };
}

const alarmState = (alarm: MetricAlarm | CompositeAlarm): AlarmState => ({
  name: alarm.AlarmName ?? '',
  state: alarm.StateValue ?? '',
  reason: alarm.StateReason ?? '',
  sinceMs: alarm.StateUpdatedTimestamp?.getTime() ?? 0,
  description: alarm.AlarmDescription ?? '',
});
