/** What `error` says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return isRecord(error) && typeof error.message === 'string' ? error.message : String(error);
}

/** The `code` that Node gives its errors, such as `ENOENT`. */
export const codeOf = (error: unknown): unknown => (isRecord(error) ? error.code : undefined);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
