/** Whether `value` is a JSON object, and not an array or null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a claim is there: Atlassian's documentation has some that are `null`, which means absent. */
export const isThere = (claim: unknown): boolean => claim !== undefined && claim !== null;
