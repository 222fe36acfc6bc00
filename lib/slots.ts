import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { SlotLocation } from '../lambda/contract/slot';

/**
 * The slots of a stage, whichever way they are kept, and who may do what with them.
 *
 * Where slots are secrets and config.ts names no key, none of the grants is about one. The secrets are encrypted with the
 * key `aws/secretsmanager`, and AWS's policy of that key lets everybody in the account use it who comes through Secrets
 * Manager (AWS's documentation of encryption in Secrets Manager).
 */
export interface Slots extends IConstruct {
  /** Where they are, for the functions that write or read them. */
  readonly location: SlotLocation;
  /** ARN of the one secret, or the pattern that the ARNs of all have; or ARN of the table. */
  readonly arn: string;
  /** How long a slot stays after its token has expired, in days, where it is the writer that says so. */
  readonly keepDays?: number;
  /** The table that they are in. Absent where they are secrets. */
  readonly table?: Table;
  /**
   * Lets `grantee` put newer tokens in the slots: see their versions, write one, move the staging labels. Reading a
   * token isn't part of it.
   */
  grantWrite(grantee: IGrantable): Grant;
  /** Lets `grantee` delete the slot of an installation that is going; where there is one slot, it stays. */
  grantDelete(grantee: IGrantable): Grant;
  /** Lets `grantee` read the tokens, and nothing else. */
  grantRead(grantee: IGrantable): Grant;
  /** Lets `grantee` see all slots by their metadata: which there are, whose token each holds, and until when. */
  grantList(grantee: IGrantable): Grant;
  /**
   * Lets `grantee` delete slots that are long dead, and look at each before; where there is one slot, it stays, and
   * nothing is granted, as where they are deleted without it.
   */
  grantDeleteExpired(grantee: IGrantable): Grant;
}

/** What it takes to put a newer token in a secret that exists. */
export const WRITE_ACTIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

/** What it takes to make a secret that has tags. */
export const CREATE_ACTIONS = ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'];

export const DELETE_ACTIONS = ['secretsmanager:DeleteSecret'];

/** What it takes to see whose token a secret holds and until when. */
export const DESCRIBE_ACTIONS = ['secretsmanager:DescribeSecret'];

/** What it takes to see the same of all secrets, which no smaller right does. */
export const LIST_ACTIONS = ['secretsmanager:ListSecrets'];

export const READ_ACTIONS = ['secretsmanager:GetSecretValue'];
