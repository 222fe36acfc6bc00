import { z } from 'zod';
import { closest } from '../manifest/problems';
import { DEFAULT_REGION, isRegionKey, REGION_KEYS, type RegionKey } from '../manifest/regions';

// Building blocks of the schema of config.ts. A schema's error says what is allowed; docs/reference.md says the same.

/** What docs/reference.md needs to know about a schema. */
interface Facts {
  /** What is allowed, in words. Also the error message. */
  readonly allowed?: string;
  /** The fields of an object. */
  readonly fields?: z.ZodRawShape;
  /** The items of a list. */
  readonly item?: z.ZodType;
  /** The values of an object whose keys are free. */
  readonly value?: z.ZodType;
  /** Alternatives, of which an input matches one. */
  readonly alternatives?: readonly z.ZodType[];
}

/** zod's registry keeps its entries when a schema gets more checks later. */
const FACTS = z.registry<{ facts: object }>();

/** The facts about `schema`, without its default. */
export const factsOf = (schema: z.ZodType): Facts => FACTS.get(schema)?.facts ?? {};

function described<Schema extends z.ZodType>(schema: Schema, facts: Facts): Schema {
  FACTS.add(schema, { facts });
  return schema;
}

/** A string that matches `pattern`; `allowed` describes it in words. */
export const matching = (pattern: RegExp, allowed: string) =>
  described(z.string({ error: allowed }).regex(pattern, { error: allowed }), { allowed });

/** A string that passes `check`; `allowed` describes it in words. */
export const checked = (check: (text: string) => boolean, allowed: string) =>
  described(z.string({ error: allowed }).refine(check, { error: allowed }), { allowed });

/** A string; `problemOf` returns what is allowed instead, or `undefined` if it is valid. */
export const checkedText = (problemOf: (text: string) => string | undefined, allowed: string) =>
  described(
    z.string({ error: allowed }).superRefine((text, context) => {
      const message = problemOf(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
    { allowed },
  );

/** A whole number. Without `to` there is no upper limit. */
export function wholeNumber(unit: string, from: number, to?: number) {
  const allowed = `a whole number of ${unit} from ${from}${to === undefined ? '' : ` to ${to}`}`;
  const atLeast = z.int({ error: allowed }).min(from, { error: allowed });
  return described(to === undefined ? atLeast : atLeast.max(to, { error: allowed }), { allowed });
}

/** One of a closed list of strings or numbers. */
export const oneOf = <const Value extends string | number>(values: readonly Value[], allowed: string) =>
  described(z.literal([...values], { error: allowed }), { allowed });

/** `true` or `false`. */
export const flag = () => described(z.boolean({ error: 'true or false' }), { allowed: 'true or false' });

/** An e-mail address. */
export const emailAddress = () => {
  const allowed = "an e-mail address, such as 'ops@example.com'";
  return described(z.email({ error: allowed }), { allowed });
};

/** A list; `allowed` describes it in words. config.ts may pass a read-only one. */
export function listOf<Item extends z.ZodType>(item: Item, allowed = 'a list with at least one entry', atLeast = 1) {
  const list = z.array(item, { error: allowed }).min(atLeast, { error: allowed });
  const readable: z.ZodType<z.output<Item>[], readonly z.input<Item>[]> = list;
  return described(readable, { allowed, item });
}

/** An object with free keys; `allowedKey` describes them in words. */
export function namedBy<Value extends z.ZodType>(key: RegExp, allowedKey: string, value: Value) {
  const allowed = `an object, each key of which is ${allowedKey}`;
  const record = z.record(z.string().regex(key), value, { error: allowed });
  return described(record, { allowed, value });
}

type OptionalKey<Input> = { [Key in keyof Input]-?: object extends Pick<Input, Key> ? Key : never }[keyof Input];
type Given<Fields, Key extends keyof Fields> = { [K in Key]: z.input<Fields[K]> };
type MayBeGiven<Fields, Key extends keyof Fields> = { [K in Key]?: z.input<Fields[K]> };

/** Like zod's `z.input` of an object, but it keeps the comment of each field, so that editors show it in config.ts. */
type InputOf<Fields extends z.ZodRawShape, Optional = OptionalKey<z.input<z.ZodObject<Fields>>>> = Given<
  Fields,
  Exclude<keyof Fields, Optional>
> &
  MayBeGiven<Fields, Extract<keyof Fields, Optional>>;

/**
 * An object that refuses unknown keys, and suggests the most similar known key.
 *
 * @param alternative what is also allowed, in front of "an object"
 */
export function strict<Fields extends z.ZodRawShape>(fields: Fields, alternative = '') {
  const keys = Object.keys(fields);
  const allowed = `${alternative}an object with the keys ${keys.join(', ')}`;
  const object: z.ZodType<z.output<z.ZodObject<Fields>>, unknown> = z.strictObject(fields, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys, keys) : allowed),
  });
  return described(object as z.ZodType<z.output<z.ZodObject<Fields>>, InputOf<Fields>>, { allowed, fields });
}

function unknownKeys(unknown: readonly string[], known: readonly string[]): string {
  const problems = unknown.map((key) => {
    const meant = closest(key, known);
    return `unknown key '${key}'${meant === undefined ? '' : `, did you mean '${meant}'?`}`;
  });
  return `${problems.join('; ')}; allowed: ${known.join(', ')}`;
}

/**
 * Accepts what `first` or `second` accepts. With zod's own union, a mistake inside would only say that neither matches.
 *
 * @param isSecond whether an input is intended for `second`
 */
function choice<First extends z.ZodType, Second extends z.ZodType>(
  first: First,
  second: Second,
  isSecond: (input: unknown) => boolean,
) {
  type Output = z.output<First> | z.output<Second>;
  const chosen = z.unknown().transform((input, context): Output => {
    const result = (isSecond(input) ? second : first).safeParse(input);
    if (result.success) return result.data as Output;
    for (const issue of result.error.issues) context.issues.push({ ...issue, input } as z.core.$ZodRawIssue);
    return z.NEVER;
  }) as z.ZodType<Output, z.input<First> | z.input<Second>>;
  return described(chosen, { alternatives: [first, second] });
}

/** `value`, or anything that `schema` accepts. */
export const valueOr = <const Value extends false | string, Schema extends z.ZodType>(value: Value, schema: Schema) =>
  choice(
    described(z.literal(value), { allowed: value === false ? 'false' : `'${value}'` }),
    schema,
    (input: unknown) => input !== value,
  );

/** Values by Forge's region keys; `default` applies to all others. */
export type ByRegion<Value> = { readonly default: Value } & { readonly [Key in RegionKey]?: Value };

/** `{ default: …, EU: … }`: an object with Forge's region keys. */
export function mapByRegion<Schema extends z.ZodType>(schema: Schema) {
  const fields = Object.fromEntries(
    [DEFAULT_REGION, ...REGION_KEYS.filter((key) => key !== DEFAULT_REGION)].map((key) => [
      key,
      key === DEFAULT_REGION ? schema : schema.exactOptional(),
    ]),
  );
  return strict(fields) as unknown as z.ZodType<ByRegion<z.output<Schema>>, ByRegion<z.input<Schema>>>;
}

/** One value for all regions of a stage, or one for each: `{ default: …, EU: … }`. */
export const byRegion = <Schema extends z.ZodType>(schema: Schema) => choice(schema, mapByRegion(schema), isByRegion);

/** Whether a value is a map by Forge's region keys. */
export const isByRegion = (value: unknown): value is ByRegion<unknown> =>
  typeof value === 'object' && value !== null && Object.keys(value).some(isRegionKey);

/** The setting's value in the region with Forge's key `regionKey`: its own, or `default`. */
export function settingIn<Value>(setting: Value | ByRegion<Value>, regionKey: RegionKey): Value {
  if (!isByRegion(setting)) return setting as Value;
  const map = setting as ByRegion<Value>;
  return map[regionKey] ?? map.default;
}
