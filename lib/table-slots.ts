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
import { ownKey, withKey } from './own-key';
import type { Slots } from './slots';

export interface TableSlotsProps {
  readonly stage: Pick<RegionalStage, 'slot' | 'monitor'>;
}

/**
 * Strategy `dynamodb`: one table, with an item for each installation.
 *
 * An item is deleted some days after its token has expired, by the table's time to live. Not at the expiry: a slot that
 * is gone has no life left that could be watched, so the alarms on tokens that ran out would fall silent by themselves.
 */
export class TableSlots extends Construct implements Slots {
  readonly location: SlotLocation;
  readonly arn: string;
  readonly keepDays: number;
  readonly table: Table;
  private readonly key: IKey | undefined;
  /** ARNs of those that may read tokens, and of those that may read what stands beside them. */
  private readonly readers: string[] = [];
  private readonly writers: string[] = [];

  constructor(scope: Construct, id: string, { stage }: TableSlotsProps) {
    super(scope, id);
    const { kmsKeyArn, retain } = stage.slot;
    this.key = ownKey(this, 'Key', kmsKeyArn);
    const { reapAfterDays } = stage.monitor || {};
    // `false` is refused with this strategy.
    this.keepDays = reapAfterDays || DEFAULT_KEEP_DAYS;

    const table = new Table(this, 'Table', {
      partitionKey: KEY,
      // Calls are spread over the hour or come all at once, as Forge likes: there is no load to provide for.
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: SLOT_ATTRIBUTES.deleteAt,
      removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      ...(this.key && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: this.key }),
      resourcePolicy: this.denials(),
    });
    // The monitor may read this index and not the table, so no token.
    table.addGlobalSecondaryIndex({
      indexName: SLOT_INDEX.name,
      partitionKey: KEY,
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...SLOT_INDEX.attributes],
    });
    Validations.of(table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'A token is worth nothing after 4 hours, and the next call brings another: a backup of it is only a risk.',
    });
    this.table = table;
    this.arn = table.tableArn;
    this.location = { table: table.tableName };
  }

  /**
   * Reading a token is no part of it, as far as IAM can say so. A get may ask for the attributes beside the token, by
   * their names, and a put may not answer with the item that it has replaced. IAM has no condition on what a put answers
   * when its own condition fails (ReturnValuesOnConditionCheckFailure, which the receiver never asks for): other code in
   * its place could see an item in that way.
   */
  grantWrite(grantee: IGrantable): Grant {
    this.writers.push(...arnsOf(grantee));
    const described = this.grant(grantee, ['dynamodb:GetItem'], {
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...WRITER_ATTRIBUTES] },
      // Else a get that names no attribute, and so means all of them, would pass the line above.
      Null: { 'dynamodb:Attributes': 'false' },
      StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    });
    const written = this.grant(grantee, ['dynamodb:PutItem'], RETURNS_NOTHING);
    return this.withKey(grantee, [...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS], described.combine(written));
  }

  grantDelete(grantee: IGrantable): Grant {
    return this.withKey(grantee, DECRYPT_ACTIONS, this.grant(grantee, ['dynamodb:DeleteItem'], RETURNS_NOTHING));
  }

  grantRead(grantee: IGrantable): Grant {
    this.readers.push(...arnsOf(grantee));
    return this.withKey(grantee, DECRYPT_ACTIONS, this.grant(grantee, ['dynamodb:GetItem']));
  }

  /** On the index alone, which has no token in it. */
  grantList(grantee: IGrantable): Grant {
    const grant = Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Scan'],
      resourceArns: [`${this.arn}/index/${SLOT_INDEX.name}`],
    });
    return this.withKey(grantee, DECRYPT_ACTIONS, grant);
  }

  /** Grants nothing: the table deletes by itself what is long dead. */
  grantDeleteExpired(grantee: IGrantable): Grant {
    return Grant.drop(grantee, 'delete items that the table deletes');
  }

  /**
   * Whoever may read all tables of an account, as AWS's ReadOnlyAccess lets them, may not read tokens here: only those that
   * {@link grantRead} is for.
   */
  private denials(): PolicyDocument {
    const deny = (actions: string[], conditions: Record<string, unknown>) =>
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        // A table can't name itself in its template. By this DynamoDB means the table and its index.
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
        // This selection is possible in the index only, which has no token.
        deny(['dynamodb:Scan'], { StringNotEquals: { 'dynamodb:Select': SLOT_SCAN.Select } }),
      ],
    });
  }

  private grant(grantee: IGrantable, actions: string[], conditions?: Record<string, Record<string, unknown>>): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.arn], ...(conditions && { conditions }) });
  }

  /** DynamoDB uses the key in the name of whoever calls. */
  private withKey(grantee: IGrantable, actions: string[], grant: Grant): Grant {
    return withKey(grant, this.key, { grantee, service: 'dynamodb', actions });
  }
}

const KEY = { name: SLOT_ATTRIBUTES.installation, type: AttributeType.STRING };

/** All ways to an item but a scan. */
const READ_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PartiQLSelect', 'dynamodb:Query'];

/** ARNs by which the caller of a grantee is known. */
function arnsOf({ grantPrincipal }: IGrantable): string[] {
  const { AWS: arns = [] } = grantPrincipal.policyFragment.principalJson;
  return arns;
}

/** The answer to a put or a delete has the item that was there, if it is asked for. */
const RETURNS_NOTHING = { StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' } };

/** What CDK's own grants on a table give along for a key of AWS KMS, with the actions that its stars stand for. */
const DECRYPT_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'];
const ENCRYPT_ACTIONS = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
