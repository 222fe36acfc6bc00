import { z } from 'zod';
import { closest } from './manifest/did-you-mean';

// What the schema of config.ts is made of. The messages say what is allowed.

/** Says that a schema has exactly the keys of the interface that documents it. */
export type FieldsOf<Input> = Record<keyof Input, z.ZodType>;

/** A text that matches `pattern`; `allowed` says the same in words. */
export function matching(pattern: RegExp, allowed: string) {
  return z.string({ error: allowed }).regex(pattern, { error: allowed });
}

export function wholeNumber(unit: string, from: number, to: number) {
  const error = `a whole number of ${unit} from ${from} to ${to}`;
  return z.int({ error }).min(from, { error }).max(to, { error });
}

/** `value`, or what `schema` takes. A union would say of a mistake inside only that neither fits. */
export function valueOr<const Value extends false | string, Schema extends z.ZodType>(value: Value, schema: Schema) {
  return z.unknown().transform((input, context): Value | z.output<Schema> => {
    if (input === value) return value;
    const result = schema.safeParse(input);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.issues.push({ ...issue, input } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

/** A text that passes `check`; `allowed` says the same in words. */
export function checked(check: (text: string) => boolean, allowed: string) {
  return z.string({ error: allowed }).refine(check, { error: allowed });
}

export function listOf<Item extends z.ZodType>(item: Item) {
  const error = 'a list with at least one entry';
  return z.array(item, { error }).min(1, { error });
}

/**
 * An object that refuses keys it doesn't know and says which one was probably meant.
 *
 * @param alternative what is allowed in its place, to put before "an object"
 */
export function strict<Fields extends z.ZodRawShape>(fields: Fields, alternative = '') {
  const keys = Object.keys(fields);
  return z.strictObject(fields, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownKeys(issue.keys, keys)
        : `${alternative}an object with the keys ${keys.join(', ')}`,
  });
}

function unknownKeys(unknown: readonly string[], known: readonly string[]): string {
  const problems = unknown.map((key) => {
    const meant = closest(key, known);
    return `unknown key '${key}'${meant === undefined ? '' : `, did you mean '${meant}'?`}`;
  });
  return `${problems.join('; ')}; allowed: ${known.join(', ')}`;
}
