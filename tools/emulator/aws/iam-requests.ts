import { type Account, partitionOf, regionalArn } from './account';
import type { Requirement } from './iam';
import type { AwsRequest } from './request';
import type { Services } from './resource-type';

type Body = Readonly<Record<string, unknown>>;

/** The rights that operations of a service need. */
type ServiceRules = (
  operation: string,
  request: { readonly body: Body; readonly http: AwsRequest },
  services: Services,
) => readonly Requirement[];

/**
 * The rights that the caller of an operation needs (AWS's Service Authorization Reference).
 *
 * @param operation such as `DescribeSecret`
 */
export function requirementsOf(operation: string, request: AwsRequest, services: Services): readonly Requirement[] {
  const rules = RULES[request.service];
  if (!rules) return [{ action: `${request.service}:${operation}`, resource: '*' }];
  const requested = { 'aws:RequestedRegion': services.account.region };
  return rules(operation, { body: bodyOf(request), http: request }, services).map((requirement) => ({
    ...requirement,
    context: { ...requested, ...requirement.context },
  }));
}

const RULES: Readonly<Record<string, ServiceRules>> = {
  secretsmanager(operation, { body }, { account, secrets }) {
    const action = `secretsmanager:${operation}`;
    if (operation === 'ListSecrets') return [{ action, resource: '*' }];
    const id = String(body.SecretId ?? body.Name ?? '');
    const secret = secrets.find(id);
    const resource =
      secret?.arn ?? (id.startsWith('arn:') ? id : regionalArn(account, 'secretsmanager', `secret:${id}`));
    const tags = tagKeys(body.Tags);
    const context = {
      ...tags,
      ...resourceTags(secret?.tags ?? [], 'secretsmanager'),
      ...(body.Name !== undefined && { 'secretsmanager:Name': String(body.Name) }),
      ...(body.VersionStage !== undefined && { 'secretsmanager:VersionStage': String(body.VersionStage) }),
      ...(body.ForceDeleteWithoutRecovery !== undefined && {
        'secretsmanager:ForceDeleteWithoutRecovery': String(body.ForceDeleteWithoutRecovery),
      }),
    };
    const needed: Requirement[] = [{ action, resource, context }];
    if (operation === 'CreateSecret' && Array.isArray(body.Tags) && body.Tags.length > 0) {
      needed.push({ action: 'secretsmanager:TagResource', resource, context });
    }
    const keyArn = operation === 'CreateSecret' ? optionalText(body.KmsKeyId) : secret?.kmsKeyId;
    // Operations that use the key (Secrets Manager's documentation of encryption).
    const keyActions = { CreateSecret: WRITES, PutSecretValue: WRITES, GetSecretValue: READS }[operation] ?? [];
    return [...needed, ...onKey(keyArn, keyActions, 'secretsmanager', account)];
  },

  dynamodb(operation, { body }, { account, tables }) {
    const name = String(body.TableName ?? '').replace(/^arn:.*:table\//, '');
    const arn = regionalArn(account, 'dynamodb', `table/${name}`);
    const settings = tables.find(name)?.settings;
    const needed: Requirement = {
      action: `dynamodb:${operation}`,
      resource: body.IndexName === undefined ? arn : `${arn}/index/${body.IndexName}`,
      context: itemContext(body, settings?.keyName),
    };
    const keyActions = { GetItem: TABLE_READS, Scan: TABLE_READS, DeleteItem: TABLE_READS, PutItem: TABLE_WRITES };
    const used = keyActions[operation as keyof typeof keyActions] ?? [];
    return [needed, ...onKey(settings?.kmsKeyArn, used, 'dynamodb', account)];
  },

  sqs(operation, { body }, { account, queues }) {
    // A batch needs the right of the single operation.
    const action = `sqs:${operation.replace(/Batch$/, '')}`;
    const id = String(body.QueueUrl ?? body.QueueName ?? body.SourceArn ?? '');
    const resource = regionalArn(account, 'sqs', id.split(/[/:]/).at(-1) ?? '');
    const keyArn = queues.all().find(({ arn }) => arn === resource)?.settings.kmsKeyArn;
    const keyActions = { 'sqs:SendMessage': WRITES, 'sqs:ReceiveMessage': READS }[action] ?? [];
    return [{ action, resource }, ...onKey(keyArn, keyActions, 'sqs', account)];
  },

  lambda(operation, { http }, { account }) {
    if (operation === 'GetAccountSettings') return [{ action: `lambda:${operation}`, resource: '*' }];
    const name = http.path.split('/')[3] ?? '';
    return [{ action: `lambda:${operation}`, resource: regionalArn(account, 'lambda', `function:${name}`) }];
  },

  logs(operation, { body }, { account }) {
    const group = String(body.logGroupName ?? '');
    return [{ action: `logs:${operation}`, resource: regionalArn(account, 'logs', `log-group:${group}:log-stream:`) }];
  },

  monitoring: (operation) => [{ action: `cloudwatch:${operation}`, resource: '*' }],

  cloudformation(operation, { body }, { account }) {
    const id = String(body.StackName ?? '');
    const resource = id.startsWith('arn:') ? id : regionalArn(account, 'cloudformation', `stack/${id}/*`);
    const needed: Requirement[] = [{ action: `cloudformation:${operation}`, resource: id === '' ? '*' : resource }];
    const role = optionalText(body.RoleARN);
    if (role !== undefined) needed.push({ action: 'iam:PassRole', resource: role });
    return needed;
  },

  s3(operation, { http }, { account }) {
    const [, bucket = '', ...key] = http.path.split('/');
    const { action, onBucket } = S3_ACTIONS[operation] ?? { action: operation, onBucket: false };
    const partition = regionalArn(account, '', '').split(':')[1];
    return [
      { action: `s3:${action}`, resource: `arn:${partition}:s3:::${onBucket ? bucket : [bucket, ...key].join('/')}` },
    ];
  },

  ssm: (operation, { body }, { account }) => [
    {
      action: `ssm:${operation}`,
      resource: regionalArn(account, 'ssm', `parameter/${String(body.Name).replace(/^\//, '')}`),
    },
  ],

  // GetCallerIdentity needs no right. AssumeRole checks the rights itself, because it needs the role's trust policy.
  sts: () => [],
};

/** S3 actions with another name than the operation, and whether they concern a bucket. */
const S3_ACTIONS: Readonly<Record<string, { readonly action: string; readonly onBucket: boolean }>> = {
  ListObjectsV2: { action: 'ListBucket', onBucket: true },
  GetBucketLocation: { action: 'GetBucketLocation', onBucket: true },
  GetBucketEncryption: { action: 'GetEncryptionConfiguration', onBucket: true },
  HeadObject: { action: 'GetObject', onBucket: false },
};

const READS = ['kms:Decrypt'];
const WRITES = ['kms:GenerateDataKey', 'kms:Decrypt'];

/**
 * The minimum that a table's key needs (DynamoDB's documentation of encryption). The documentation doesn't say which operation
 * needs what, so reading and writing are separated as in CDK's grants.
 */
const TABLE_READS = ['kms:Decrypt', 'kms:DescribeKey'];
const TABLE_WRITES = [
  ...TABLE_READS,
  ...['kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom'],
  'kms:ReEncryptTo',
];

/** The rights on a customer-managed key, which a service uses on the caller's behalf. */
function onKey(
  keyArn: string | undefined,
  actions: readonly string[],
  service: string,
  { region }: Account,
): Requirement[] {
  if (keyArn === undefined) return [];
  const context = { 'kms:ViaService': `${service}.${region}.${partitionOf(region).urlSuffix}` };
  return actions.map((action) => ({ action, resource: keyArn, context }));
}

/** DynamoDB's condition keys for requests about items. */
function itemContext(body: Body, keyName: string | undefined) {
  const projected = optionalText(body.ProjectionExpression);
  const names = (body.ExpressionAttributeNames ?? {}) as Readonly<Record<string, string>>;
  const attributes = projected?.split(',').map((part) => names[part.trim()] ?? part.trim());
  const item = (body.Item ?? body.Key) as Readonly<Record<string, { S?: string }>> | undefined;
  const key = keyName === undefined ? undefined : item?.[keyName]?.S;
  return {
    'dynamodb:Attributes': attributes ?? (body.Item ? Object.keys(item ?? {}) : []),
    ...(projected !== undefined && { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' }),
    ...(body.Select !== undefined && { 'dynamodb:Select': String(body.Select) }),
    ...(body.ReturnValues !== undefined && { 'dynamodb:ReturnValues': String(body.ReturnValues) }),
    ...(key !== undefined && { 'dynamodb:LeadingKeys': key }),
  };
}

/** A resource's tags, under both names of their condition keys. */
const resourceTags = (tags: readonly { Key?: string; Value?: string }[], service: string) =>
  Object.fromEntries(
    tags.flatMap(({ Key = '', Value = '' }) => ['aws', service].map((start) => [`${start}:ResourceTag/${Key}`, Value])),
  );

function tagKeys(tags: unknown): Readonly<Record<string, string | string[]>> {
  if (!Array.isArray(tags) || tags.length === 0) return {};
  return Object.fromEntries([
    ['aws:TagKeys', tags.map(({ Key }) => String(Key))],
    ...tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, String(Value)]),
  ]);
}

/** The request's parameters, in any protocol. */
function bodyOf({ service, body }: AwsRequest): Body {
  if (service === 's3' || body.length === 0) return {};
  const text = body.toString();
  if (text.startsWith('{')) return JSON.parse(text);
  return Object.fromEntries(new URLSearchParams(text));
}

const optionalText = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
