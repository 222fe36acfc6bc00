import { CURRENT_LABEL, parseVersionId, RELEASED_LABEL, SITES_TAG, type SlotVersion } from '../contract/slot';

/** A slot as its metadata shows it. */
export interface SlotState {
  /** Name or ARN of its secret; table and key of its item. */
  readonly id: string;
  /** The token that readers get. Absent in a slot that is empty, that was released, or that somebody wrote by hand. */
  readonly token?: Pick<SlotVersion, 'installation' | 'expiresAtSeconds'>;
  /** Hashes of the sites that its installation covers, where a tag or an attribute tells them. */
  readonly sites?: readonly string[];
  /** When it was made, in milliseconds since 1970. */
  readonly createdAtMs?: number;
}

/** What Secrets Manager tells of a secret besides its name. */
export interface SecretMetadata {
  /** Version ids with their staging labels. */
  readonly versions?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
  readonly createdAt?: Date | undefined;
}

/** What the metadata of the secret `secretId` says of its slot. */
export function slotState(secretId: string, { versions = {}, tags = [], createdAt }: SecretMetadata): SlotState {
  const current = Object.keys(versions).find((id) => versions[id]?.includes(CURRENT_LABEL));
  const says = current === undefined ? undefined : parseVersionId(current);
  // Its installation is gone, and nobody waits for its next token.
  if (current === undefined || !says || versions[current]?.includes(RELEASED_LABEL)) return { id: secretId };
  const sites = tags.find(({ Key }) => Key === SITES_TAG)?.Value?.split(' ');
  return {
    id: secretId,
    token: { installation: says.installation, expiresAtSeconds: says.expiresAtSeconds },
    ...(sites && { sites }),
    ...(createdAt && { createdAtMs: createdAt.getTime() }),
  };
}
