import { CURRENT_LABEL, parseVersionId, type SlotVersion } from '../contract/slot';

/** A slot as its metadata shows it. */
export interface SlotState {
  /** Name or ARN of its secret. */
  readonly secretId: string;
  /** The token that readers get. Absent in a slot that is empty, or that somebody wrote by hand. */
  readonly token?: Pick<SlotVersion, 'installation' | 'expiresAtSeconds'>;
}

/** Version ids with their staging labels, as Secrets Manager describes a secret. */
export type LabelsByVersion = Readonly<Record<string, readonly string[]>>;

/** What the metadata of the secret `secretId` says of its slot. */
export function slotState(secretId: string, versions: LabelsByVersion = {}): SlotState {
  const current = Object.keys(versions).find((id) => versions[id]?.includes(CURRENT_LABEL));
  const says = current === undefined ? undefined : parseVersionId(current);
  if (!says) return { secretId };
  return { secretId, token: { installation: says.installation, expiresAtSeconds: says.expiresAtSeconds } };
}
