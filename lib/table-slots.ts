import { Lazy, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, Grant, type IGrantable, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  DEFAULT_KEEP_DAYS,
  SLOT_ATTRIBUTES,
  SLOT_INDEX,
  SLOT_SCAN,
  type SlotLocation,
  WRITER_ATTRIBUTES,
} from '../lambda/contract/slot';
import type { RegionalStage } from './config';
import { kmsKey, withKeyRights } from './kms-key';
import type { Slots } from './slots';

export interface TableSlotsProps {
  readonly stage: Pick<RegionalStage, 'slot' | 'monitor'>;
}

/**
 * Strategy `dynamodb`: one table, with one item per installation.
 *
 * The table's time to live deletes an item some days after its token has expired. If it were deleted at the expiry, the
 * monitor would no longer see it, and the alarms on expired tokens would end without a reason.
 */
export class TableSlots extends Construct implements Slots {
  readonly location: SlotLocation;
  readonly arn: string;
  readonly keepDays: number;
  readonly table: Table;
  private readonly key: IKey | undefined;
  /** ARNs of principals that may read tokens, and of those that may read the other attributes only. */
  private readonly readers: string[] = [];
  private readonly writers: string[] = [];

  constructor(scope: Construct, id: string, { stage }: TableSlotsProps) {
    super(scope, id);
    const { kmsKeyArn, retain } = stage.slot;
    this.key = kmsKey(this, 'Key', kmsKeyArn);
    const { reapAfterDays } = stage.monitor || {};
    // `false` is refused with this strategy.
    this.keepDays = reapAfterDays || DEFAULT_KEEP_DAYS;

    const table = new Table(this, 'Table', {
      partitionKey: KEY,
      // Forge may spread its calls over the hour or send them all at once, so there is no load to provision for.
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: SLOT_ATTRIBUTES.deleteAt,
      removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      ...(this.key && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: this.key }),
      resourcePolicy: this.denials(),
    });
    // The monitor may read this index, which holds no tokens, but not the table.
    table.addGlobalSecondaryIndex({
      indexName: SLOT_INDEX.name,
      partitionKey: KEY,
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...SLOT_INDEX.attributes],
    });
    Validations.of(table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'A token is useless after 4 hours, and the next call delivers a new one: a backup of it is only a risk.',
    });
    this.table = table;
    this.arn = table.tableArn;
    this.location = { table: table.tableName };
  }

  /**
   * It can't read tokens, as far as IAM can express that. A get must name attributes other than the token, and a put
   * must not return the item that it replaced. IAM has no condition for ReturnValuesOnConditionCheckFailure, which the
   * receiver never uses: other code with this role could see an item that way.
   */
  grantWrite(grantee: IGrantable): Grant {
    this.writers.push(...arnsOf(grantee));
    const described = this.grant(grantee, ['dynamodb:GetItem'], {
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...WRITER_ATTRIBUTES] },
      // A get without attribute names returns all of them, and would meet the condition above.
      Null: { 'dynamodb:Attributes': 'false' },
      StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    });
    const written = this.grant(grantee, ['dynamodb:PutItem'], RETURNS_NOTHING);
    return this.withKeyRights(grantee, [...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS], described.combine(written));
  }

  grantDelete(grantee: IGrantable): Grant {
    return this.withKeyRights(grantee, DECRYPT_ACTIONS, this.grant(grantee, ['dynamodb:DeleteItem'], RETURNS_NOTHING));
  }

  grantRead(grantee: IGrantable): Grant {
    this.readers.push(...arnsOf(grantee));
    return this.withKeyRights(grantee, DECRYPT_ACTIONS, this.grant(grantee, ['dynamodb:GetItem']));
  }

  /** On the index only, which holds no tokens. */
  grantList(grantee: IGrantable): Grant {
    const grant = Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Scan'],
      resourceArns: [`${this.arn}/index/${SLOT_INDEX.name}`],
    });
    return this.withKeyRights(grantee, DECRYPT_ACTIONS, grant);
  }

  /** Grants nothing: the table deletes old items itself. */
  grantDeleteExpired(grantee: IGrantable): Grant {
    return Grant.drop(grantee, 'delete items that the table deletes');
  }

  /**
   * Denies reading tokens to principals that may read all tables of an account, such as those with AWS's
   * ReadOnlyAccess. Only principals with {@link grantRead} may read them.
   */
  private denials(): PolicyDocument {
    const deny = (actions: string[], conditions: Record<string, unknown>) =>
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        // A table can't refer to itself in its template. In its policy, `*` means the table and its index.
        resources: ['*'],
        conditions,
      });
    const isWriter = { ArnEquals: { 'aws:PrincipalArn': Lazy.list({ produce: () => this.writers }) } };
    const granted = { 'aws:PrincipalArn': Lazy.list({ produce: () => [...this.writers, ...this.readers] }) };
    return new PolicyDocument({
      statements: [
        deny(READ_ACTIONS, { ArnNotEquals: granted }),
        deny(READ_ACTIONS, { ...isWriter, Null: { 'dynamodb:Attributes': 'true' } }),
        deny(READ_ACTIONS, {
          ...isWriter,
          'ForAnyValue:StringEquals': { 'dynamodb:Attributes': [SLOT_ATTRIBUTES.value] },
        }),
        // Only scans of the index can have this value of Select, and the index holds no tokens.
        deny(['dynamodb:Scan'], { StringNotEquals: { 'dynamodb:Select': SLOT_SCAN.Select } }),
      ],
    });
  }

  private grant(grantee: IGrantable, actions: string[], conditions?: Record<string, Record<string, unknown>>): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.arn], ...(conditions && { conditions }) });
  }

  /** DynamoDB uses the key on behalf of the caller. */
  private withKeyRights(grantee: IGrantable, actions: string[], grant: Grant): Grant {
    return withKeyRights(grant, this.key, { grantee, service: 'dynamodb', actions });
  }
}

const KEY = { name: SLOT_ATTRIBUTES.installation, type: AttributeType.STRING };

/** All actions that read items, except a scan. */
const READ_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PartiQLSelect', 'dynamodb:Query'];

/** ARNs of a grantee, as they appear in `aws:PrincipalArn`. */
function arnsOf({ grantPrincipal }: IGrantable): string[] {
  const { AWS: arns = [] } = grantPrincipal.policyFragment.principalJson;
  return arns;
}

/** A put or a delete can return the old item, if the caller asks for it. */
const RETURNS_NOTHING = { StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' } };

/** The rights on a key that CDK's own grants on a table include, with their stars written out. */
const DECRYPT_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'];
const ENCRYPT_ACTIONS = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
