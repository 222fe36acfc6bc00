import {
  CURRENT_LABEL,
  parseVersionId,
  RELEASED_LABEL,
  SITES_TAG,
  SLOT_ATTRIBUTES,
  type SlotVersion,
  slotIdOf,
} from './slot';

/** What AWS shows of a slot without the right to read its token: for the monitor and `npm run doctor`. */
export interface SlotMetadata {
  /** Name or ARN of its secret; table and key of its item. */
  readonly id: string;
  /** Ids of its versions, with the staging labels of each. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** Hashes of the sites of its installation, from a tag or an attribute. */
  readonly sites?: readonly string[];
  readonly createdAtMs?: number;
  readonly changedAtMs?: number;
  /** Set while the secret is scheduled for deletion. */
  readonly deletedAtMs?: number;
}

/** A secret in the answers of DescribeSecret and ListSecrets. */
interface DescribedSecret {
  readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The name in ListSecrets. */
  readonly SecretVersionsToStages?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly Tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
  readonly CreatedDate?: Date | undefined;
  readonly LastChangedDate?: Date | undefined;
  readonly DeletedDate?: Date | undefined;
}

export function secretMetadata(id: string, secret: DescribedSecret): SlotMetadata {
  const { CreatedDate, LastChangedDate, DeletedDate, Tags = [] } = secret;
  const sites = Tags.find(({ Key }) => Key === SITES_TAG)?.Value?.split(' ');
  return {
    id,
    versions: secret.VersionIdsToStages ?? secret.SecretVersionsToStages ?? {},
    ...(sites && { sites }),
    ...(CreatedDate && { createdAtMs: CreatedDate.getTime() }),
    ...(LastChangedDate && { changedAtMs: LastChangedDate.getTime() }),
    ...(DeletedDate && { deletedAtMs: DeletedDate.getTime() }),
  };
}

/** An item in a scan of the table's index: texts and numbers. */
type ListedItem = Readonly<Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>>;

export function itemMetadata(table: string, item: ListedItem): SlotMetadata {
  const versionId = item[SLOT_ATTRIBUTES.versionId]?.S;
  const sites = item[SLOT_ATTRIBUTES.sites]?.S?.split(' ');
  const createdAt = item[SLOT_ATTRIBUTES.createdAt]?.N;
  const writtenAt = item[SLOT_ATTRIBUTES.writtenAt]?.N;
  return {
    id: slotIdOf({ table }, item[SLOT_ATTRIBUTES.installation]?.S ?? ''),
    versions: versionId === undefined ? {} : { [versionId]: [CURRENT_LABEL] },
    ...(sites && { sites }),
    ...(createdAt !== undefined && { createdAtMs: Number(createdAt) * 1000 }),
    ...(writtenAt !== undefined && { changedAtMs: Number(writtenAt) * 1000 }),
  };
}

/**
 * The token that readers of the slot get. `isReleased`: its installation is gone, and nobody waits for its next token.
 *
 * @returns `undefined` when the slot is empty or was written by hand
 */
export function currentToken({
  versions,
}: Pick<SlotMetadata, 'versions'>): { readonly version: SlotVersion; readonly isReleased: boolean } | undefined {
  const id = Object.keys(versions).find((versionId) => versions[versionId]?.includes(CURRENT_LABEL)) ?? '';
  const version = parseVersionId(id);
  return version && { version, isReleased: versions[id]?.includes(RELEASED_LABEL) === true };
}
