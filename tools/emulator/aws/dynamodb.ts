import type {
  DeleteItemCommandInput,
  DescribeTableCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Account, regionalArn } from './account';
import { AwsError, notEmulated } from './aws-error';
import { conditionHolds, project } from './item-expressions';
import { invalid, keyOf, parseItem, parseKey } from './item-rules';
import { ItemTable, type TableSettings } from './item-table';
import type { JsonOperations } from './json-protocol';
import type { Lag } from './lag';
import { text } from './properties';
import { tableSettings } from './table-settings';
import type { JsonObject } from './template';

/** The emulated members of each request. Any other member is an error. */
const PUT = ['TableName', 'Item', 'ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'];
const GET = ['TableName', 'Key', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames'];
const DELETE = ['TableName', 'Key'];
const SCAN = ['TableName', 'IndexName', 'Limit', 'ExclusiveStartKey', 'ConsistentRead', 'Select'];

/** DynamoDB in memory: tables with a single key attribute, and the operations that this project uses. */
export class DynamoDB {
  readonly #account: Account;
  readonly #clock: () => number;
  readonly #tables = new Map<string, ItemTable>();
  #lag: Lag | undefined;

  /** @param clock milliseconds since 1970 */
  constructor(account: Account, clock: () => number) {
    this.#account = account;
    this.#clock = clock;
  }

  readonly operations: JsonOperations = {
    CreateTable: (request: JsonObject) => this.create(request),
    PutItem: (request: PutItemCommandInput) => this.put(request),
    GetItem: (request: GetItemCommandInput) => this.get(request),
    DeleteItem: (request: DeleteItemCommandInput) => this.delete(request),
    Scan: (request: ScanCommandInput) => this.scan(request),
    DescribeTable: (request: DescribeTableCommandInput) => this.describe(request),
  };

  /** Makes eventually consistent reads lag from now on. `undefined` ends it. */
  lag(lag: Lag | undefined): void {
    this.#lag = lag;
    for (const table of this.#tables.values()) table.lag(lag);
  }

  create(request: JsonObject) {
    const { name } = this.createTable(text(request, 'TableName'), tableSettings(request));
    const { Table } = this.describe({ TableName: name });
    return { TableDescription: Table };
  }

  createTable(name: string, settings: TableSettings): ItemTable {
    if (this.#tables.has(name)) throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
    const table = new ItemTable(name, regionalArn(this.#account, 'dynamodb', `table/${name}`), settings, this.#clock);
    table.lag(this.#lag);
    this.#tables.set(name, table);
    return table;
  }

  deleteTable(name: string): void {
    this.table(name);
    this.#tables.delete(name);
  }

  names(): string[] {
    return [...this.#tables.keys()];
  }

  find(name: string): ItemTable | undefined {
    return this.#tables.get(name);
  }

  /** The table with this name or ARN. @throws {AwsError} ResourceNotFoundException */
  table(name = ''): ItemTable {
    const table = this.#tables.get(name.replace(/^arn:.*:table\//, ''));
    if (table) return table;
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  }

  put(request: PutItemCommandInput) {
    refuseOtherMembers('PutItem', request, PUT);
    const table = this.table(request.TableName);
    const item = parseItem(request.Item, table.settings.keyName);
    const before = table.get(keyOf(item, table.settings.keyName));
    if (request.ConditionExpression !== undefined && !conditionHolds(request.ConditionExpression, before, request)) {
      throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
    }
    table.put(item);
    return {};
  }

  get(request: GetItemCommandInput) {
    refuseOtherMembers('GetItem', request, GET);
    const table = this.table(request.TableName);
    const key = parseKey(request.Key, table.settings.keyName);
    const item = request.ConsistentRead ? table.get(key) : table.seen('GetItem', key);
    const projected = project(item ?? {}, request.ProjectionExpression, request);
    return item ? { Item: projected } : {};
  }

  /** Succeeds also if the item doesn't exist. */
  delete(request: DeleteItemCommandInput) {
    refuseOtherMembers('DeleteItem', request, DELETE);
    const table = this.table(request.TableName);
    table.delete(parseKey(request.Key, table.settings.keyName));
    return {};
  }

  scan(request: ScanCommandInput) {
    refuseOtherMembers('Scan', request, SCAN);
    const { TableName, IndexName, ExclusiveStartKey, ConsistentRead, Limit, Select } = request;
    const table = this.table(TableName);
    const { keyName } = table.settings;
    if (IndexName !== undefined && ConsistentRead) {
      throw invalid('Consistent reads are not supported on global secondary indexes');
    }
    if (Limit !== undefined && !(Limit >= 1)) {
      throw invalid(
        "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
      );
    }
    if (Select !== undefined && Select !== 'ALL_PROJECTED_ATTRIBUTES')
      throw notEmulated(`Select ${Select} of dynamodb.Scan`, []);
    if (Select !== undefined && IndexName === undefined) {
      throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
    }
    const after = ExclusiveStartKey && parseKey(ExclusiveStartKey, keyName);
    const { items, last } = table.scan(IndexName, {
      after,
      limit: Limit,
      consistent: ConsistentRead ?? false,
    });
    return {
      Items: items,
      Count: items.length,
      ScannedCount: items.length,
      ...(last !== undefined && { LastEvaluatedKey: { [keyName]: { S: last } } }),
    };
  }

  describe({ TableName }: DescribeTableCommandInput) {
    const table = this.table(TableName);
    const { keyName, indexes, kmsKeyArn } = table.settings;
    const KeySchema = [{ AttributeName: keyName, KeyType: 'HASH' }];
    return {
      Table: {
        TableName: table.name,
        TableArn: table.arn,
        TableStatus: 'ACTIVE',
        KeySchema,
        AttributeDefinitions: [{ AttributeName: keyName, AttributeType: 'S' }],
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        ItemCount: table.all().length,
        GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, attributes]) => ({
          IndexName,
          IndexStatus: 'ACTIVE',
          KeySchema,
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: attributes },
        })),
        ...(kmsKeyArn !== undefined && {
          SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: kmsKeyArn },
        }),
      },
    };
  }
}

/** @throws {AwsError} NotEmulated for a member that this emulation would ignore */
function refuseOtherMembers(operation: string, request: object, emulated: readonly string[]): void {
  for (const member of Object.keys(request)) {
    if (!emulated.includes(member)) throw notEmulated(`${member} of dynamodb.${operation}`, emulated);
  }
}
