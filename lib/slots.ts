import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { SlotLocation } from '../lambda/contract/slot';

/**
 * The slots of a stage, in any strategy, and the grants on them.
 *
 * For secrets without a key in config.ts, the grants include no rights on a key. Secrets Manager encrypts them with the
 * key `aws/secretsmanager`, whose policy lets everybody in the account use it through Secrets Manager (AWS's
 * documentation of encryption in Secrets Manager).
 */
export interface Slots extends IConstruct {
  /** Where the slots are, for the functions that write or read them. */
  readonly location: SlotLocation;
  /** ARN of the single secret, pattern of the ARNs of all secrets, or ARN of the table. */
  readonly arn: string;
  /** Days that a slot stays after its token has expired. Absent if the writer doesn't set this time. */
  readonly keepDays?: number;
  /** The table of the slots. Absent if they are secrets. */
  readonly table?: Table;
  /**
   * Lets `grantee` store newer tokens: read versions, write a version, move staging labels. It can't read
   * tokens.
   */
  grantWrite(grantee: IGrantable): Grant;
  /** Lets `grantee` delete the slot of an uninstalled app. A single slot is never deleted. */
  grantDelete(grantee: IGrantable): Grant;
  /** Lets `grantee` read the tokens, and nothing else. */
  grantRead(grantee: IGrantable): Grant;
  /** Lets `grantee` list all slots and read their metadata: whose token each holds, and until when. */
  grantList(grantee: IGrantable): Grant;
  /**
   * Lets `grantee` delete slots whose tokens expired long ago, after reading their metadata. Grants nothing for a
   * single slot, which stays, or for a table, which deletes by itself.
   */
  grantDeleteExpired(grantee: IGrantable): Grant;
}

/** To store a newer token in an existing secret. */
export const WRITE_ACTIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

/** To create a secret with tags. */
export const CREATE_ACTIONS = ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'];

export const DELETE_ACTIONS = ['secretsmanager:DeleteSecret'];

/** To read whose token a secret holds, and until when. */
export const DESCRIBE_ACTIONS = ['secretsmanager:DescribeSecret'];

/** To read the same of all secrets. It has no resource-level permissions. */
export const LIST_ACTIONS = ['secretsmanager:ListSecrets'];

export const READ_ACTIONS = ['secretsmanager:GetSecretValue'];
