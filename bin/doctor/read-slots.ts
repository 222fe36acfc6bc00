import type { Aws, SecretState } from './aws';

/** The stage's slots by their metadata. */
export interface ReadSlots {
  /** Whether the stage has one slot, which belongs to the stack. */
  readonly single: boolean;
  /** Without the one of the stack when it is gone. */
  readonly secrets: readonly SecretState[];
}

/**
 * Reads what the output SlotArn names: one secret, all under a prefix where it ends with a star, or a table.
 *
 * @throws {Error} of AWS
 */
export async function readSlots(aws: Aws, slotArn: string): Promise<ReadSlots> {
  const prefix = /:secret:(.+\/)\*$/.exec(slotArn)?.[1];
  if (prefix !== undefined) return { single: false, secrets: await aws.secrets(prefix) };
  const table = /^arn:[^:]+:dynamodb:.*:table\/(.+)$/.exec(slotArn)?.[1];
  if (table !== undefined) return { single: false, secrets: await aws.items(table) };
  const secret = await aws.secret(slotArn);
  return { single: true, secrets: secret ? [secret] : [] };
}
