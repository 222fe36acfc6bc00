/**
 * Attributes of the item that is an installation's slot, where slots are in a table of DynamoDB. What isn't the value may
 * be seen by whoever may see the table's index, which has no copy of the value.
 */
export const SLOT_ATTRIBUTES = {
  /** The installation's uuid: the table's key. */
  installation: 'installation',
  /** Whose token it is, until when, and which one: the same text as the id of a secret's version. */
  versionId: 'versionId',
  /** The same of the token before. Absent for an installation's first one. */
  previousId: 'previousId',
  /** The JSON that `SlotValue` describes, with the token in it. */
  value: 'value',
  /** Hashes of the installation's sites, with a space between two. Absent where it has none. */
  sites: 'sites',
  /** The installation's Forge environment type. For people. */
  environment: 'environment',
  /** When the item was made, and when its token was written, in seconds since 1970. */
  createdAt: 'createdAt',
  writtenAt: 'writtenAt',
  /** When DynamoDB may delete the item, in seconds since 1970: its time to live. */
  deleteAt: 'deleteAt',
} as const;

/**
 * How long an item stays after its token has expired unless told otherwise, in days. Not at once: a slot that is gone has
 * no life that could be watched, and nobody would learn that its token ran out.
 */
export const DEFAULT_KEEP_DAYS = 30;

/** What the writer of a slot reads of it: enough to tell a newer token from an older one, and never the value. */
export const WRITER_ATTRIBUTES = [
  SLOT_ATTRIBUTES.installation,
  SLOT_ATTRIBUTES.versionId,
  SLOT_ATTRIBUTES.previousId,
  SLOT_ATTRIBUTES.createdAt,
] as const;

/** The index by which the monitor lists all slots: a copy of each item, with nothing in it but the key and these. */
export const SLOT_INDEX = {
  name: 'metadata',
  attributes: [SLOT_ATTRIBUTES.versionId, SLOT_ATTRIBUTES.sites, SLOT_ATTRIBUTES.createdAt, SLOT_ATTRIBUTES.writtenAt],
} as const;

/** What a scan of the index has to ask for: the table's policy denies any other scan. */
export const SLOT_SCAN = { IndexName: SLOT_INDEX.name, Select: 'ALL_PROJECTED_ATTRIBUTES' } as const;
