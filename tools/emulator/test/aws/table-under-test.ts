import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';

/** One table, seen through the AWS SDK. Its key is the text `id`; its index `short` has the attribute `version` beside it. */
export class TableUnderTest {
  readonly #client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  create() {
    const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' as const }];
    return this.#client.send(
      new CreateTableCommand({
        TableName: this.name,
        KeySchema,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        GlobalSecondaryIndexes: [
          { IndexName: 'short', KeySchema, Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['version'] } },
        ],
      }),
    );
  }

  describe() {
    return this.#client.send(new DescribeTableCommand({ TableName: this.name }));
  }

  put(Item: Record<string, AttributeValue>, more: Partial<PutItemCommandInput> = {}) {
    return this.#client.send(new PutItemCommand({ TableName: this.name, Item, ...more }));
  }

  /** Puts, and says whether the condition held. */
  async putIf(
    Item: Record<string, AttributeValue>,
    ConditionExpression: string,
    ExpressionAttributeValues?: Record<string, AttributeValue>,
  ) {
    const condition = { ConditionExpression, ...(ExpressionAttributeValues && { ExpressionAttributeValues }) };
    return this.put(Item, condition).then(
      () => true,
      (error) => {
        if (error.name === 'ConditionalCheckFailedException') return false;
        throw error;
      },
    );
  }

  get(id: string, more: Partial<GetItemCommandInput> = {}) {
    return this.#client.send(new GetItemCommand({ TableName: this.name, Key: { id: { S: id } }, ...more }));
  }

  delete(id: string) {
    return this.#client.send(new DeleteItemCommand({ TableName: this.name, Key: { id: { S: id } } }));
  }

  /** A page of the index. */
  scan(more: Partial<ScanCommandInput> = {}) {
    return this.#client.send(new ScanCommand({ TableName: this.name, IndexName: 'short', ...more }));
  }
}
