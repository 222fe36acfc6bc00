import { z } from 'zod';
import { closest } from '../manifest/problems';
import { DEFAULT_REGION, isRegionKey, REGION_KEYS, type RegionKey } from '../manifest/regions';

// What the schema of config.ts is made of. The error of a schema says what is allowed; docs/reference.md says the same.

/** What docs/reference.md says about a schema. */
interface Facts {
  /** What it allows, in words: its error message. */
  readonly allowed?: string;
  /** Of an object. */
  readonly fields?: z.ZodRawShape;
  /** Of a list. */
  readonly item?: z.ZodType;
  /** Of an object with names that config.ts makes up. */
  readonly value?: z.ZodType;
  /** Of which an input fits one. */
  readonly alternatives?: readonly z.ZodType[];
}

/** A registry of zod's, whose entries outlive checks that a schema gets later. */
const FACTS = z.registry<{ facts: object }>();

/** What the reference says about `schema`, without its default. */
export const factsOf = (schema: z.ZodType): Facts => FACTS.get(schema)?.facts ?? {};

function described<Schema extends z.ZodType>(schema: Schema, facts: Facts): Schema {
  FACTS.add(schema, { facts });
  return schema;
}

/** A text that matches `pattern`; `allowed` says the same in words. */
export const matching = (pattern: RegExp, allowed: string) =>
  described(z.string({ error: allowed }).regex(pattern, { error: allowed }), { allowed });

/** A text that passes `check`; `allowed` says the same in words. */
export const checked = (check: (text: string) => boolean, allowed: string) =>
  described(z.string({ error: allowed }).refine(check, { error: allowed }), { allowed });

/** A text about which `problemOf` says what is allowed instead. */
export const checkedText = (problemOf: (text: string) => string | undefined, allowed: string) =>
  described(
    z.string({ error: allowed }).superRefine((text, context) => {
      const message = problemOf(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
    { allowed },
  );

/** Without `to` there is no upper limit. */
export function wholeNumber(unit: string, from: number, to?: number) {
  const allowed = `a whole number of ${unit} from ${from}${to === undefined ? '' : ` to ${to}`}`;
  const atLeast = z.int({ error: allowed }).min(from, { error: allowed });
  return described(to === undefined ? atLeast : atLeast.max(to, { error: allowed }), { allowed });
}

/** One of the texts or numbers of a closed list. */
export const oneOf = <const Value extends string | number>(values: readonly Value[], allowed: string) =>
  described(z.literal([...values], { error: allowed }), { allowed });

/** `true` or `false`. */
export const flag = () => described(z.boolean({ error: 'true or false' }), { allowed: 'true or false' });

/** An e-mail address. */
export const emailAddress = () => {
  const allowed = "an e-mail address, such as 'ops@example.com'";
  return described(z.email({ error: allowed }), { allowed });
};

/** A list; `allowed` says what in it. Config.ts may give a read-only one. */
export function listOf<Item extends z.ZodType>(item: Item, allowed = 'a list with at least one entry', atLeast = 1) {
  const list = z.array(item, { error: allowed }).min(atLeast, { error: allowed });
  const readable: z.ZodType<z.output<Item>[], readonly z.input<Item>[]> = list;
  return described(readable, { allowed, item });
}

/** An object whose keys config.ts makes up; `allowedKey` says in words which it may. */
export function namedBy<Value extends z.ZodType>(key: RegExp, allowedKey: string, value: Value) {
  const allowed = `an object, each key of which is ${allowedKey}`;
  const record = z.record(z.string().regex(key), value, { error: allowed });
  return described(record, { allowed, value });
}

type OptionalKey<Input> = { [Key in keyof Input]-?: object extends Pick<Input, Key> ? Key : never }[keyof Input];
type Given<Fields, Key extends keyof Fields> = { [K in Key]: z.input<Fields[K]> };
type MayBeGiven<Fields, Key extends keyof Fields> = { [K in Key]?: z.input<Fields[K]> };

/** zod's own `z.input` of an object, made in a way that leaves each field its comment: editors show it in config.ts. */
type InputOf<Fields extends z.ZodRawShape, Optional = OptionalKey<z.input<z.ZodObject<Fields>>>> = Given<
  Fields,
  Exclude<keyof Fields, Optional>
> &
  MayBeGiven<Fields, Extract<keyof Fields, Optional>>;

/**
 * An object that refuses unknown keys and says which one was probably meant.
 *
 * @param alternative what is allowed in its place, to put before "an object"
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
 * What `first` takes, or what `second` takes. zod's own union would say of a mistake inside only that neither fits.
 *
 * @param isSecond whether an input is meant for `second`
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

/** `value`, or what `schema` takes. */
export const valueOr = <const Value extends false | string, Schema extends z.ZodType>(value: Value, schema: Schema) =>
  choice(
    described(z.literal(value), { allowed: value === false ? 'false' : `'${value}'` }),
    schema,
    (input: unknown) => input !== value,
  );

/** One value by Forge's key of a region; that of `default` is for all others. */
export type ByRegion<Value> = { readonly default: Value } & { readonly [Key in RegionKey]?: Value };

/** `{ default: …, EU: … }`: an object with Forge's keys of regions. */
export function mapByRegion<Schema extends z.ZodType>(schema: Schema) {
  const fields = Object.fromEntries(
    [DEFAULT_REGION, ...REGION_KEYS.filter((key) => key !== DEFAULT_REGION)].map((key) => [
      key,
      key === DEFAULT_REGION ? schema : schema.exactOptional(),
    ]),
  );
  return strict(fields) as unknown as z.ZodType<ByRegion<z.output<Schema>>, ByRegion<z.input<Schema>>>;
}

/** One value for every region of a stage, or one for each: `{ default: …, EU: … }`. */
export const byRegion = <Schema extends z.ZodType>(schema: Schema) => choice(schema, mapByRegion(schema), isByRegion);

/** Whether a value is given by Forge's keys of regions. */
export const isByRegion = (value: unknown): value is ByRegion<unknown> =>
  typeof value === 'object' && value !== null && Object.keys(value).some(isRegionKey);

/** What a setting is in the region with Forge's key `regionKey`: its own value, or that of `default`. */
export function settingIn<Value>(setting: Value | ByRegion<Value>, regionKey: RegionKey): Value {
  if (!isByRegion(setting)) return setting as Value;
  const map = setting as ByRegion<Value>;
  return map[regionKey] ?? map.default;
}
