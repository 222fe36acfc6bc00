/**
 * Merges JSON files key by key. A merge by lines would report conflicts between neighbouring dependencies, and leave markers
 * in a file that npm must read.
 */
import { isDeepStrictEqual } from 'node:util';

type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonMerge {
  readonly merged: string;
  /** Values that both sides changed, and which one was taken, one line each. */
  readonly notes: readonly string[];
}

export interface JsonMergeOptions {
  /** Whether to leave out a new entry of the template. */
  readonly leaveOut?: (value: unknown) => boolean;
}

/**
 * Merges package.json. If both sides changed a value, the fork's wins; of two versions, the higher one wins. What the fork
 * deleted stays deleted.
 */
export function mergePackageJson(
  base: string,
  ours: string,
  theirs: string,
  { leaveOut = () => false }: JsonMergeOptions = {},
): JsonMerge {
  const notes: string[] = [];
  const bothChanged = (keys: readonly string[], our: unknown, their: unknown): unknown => {
    const taken = isVersion(our) && isVersion(their) && compareVersions(our, their) < 0 ? their : our;
    const show = (value: unknown) => (value === undefined ? 'deleted' : JSON.stringify(value));
    notes.push(`${keys.join(' > ')}: yours ${show(our)}, the template's ${show(their)}; it is now ${show(taken)}`);
    return taken;
  };
  const merged = mergeObjects([parse(base), parse(ours), parse(theirs)], [], { bothChanged, leaveOut, depth: 9 });
  return { merged: `${JSON.stringify(merged, null, 2)}\n`, notes };
}

/**
 * Merges package-lock.json as a start for npm, which corrects it. Each package is one value. If both sides changed it, the
 * template's wins, because the template was tested with it.
 */
export function mergeLockFile(base: string, ours: string, theirs: string): string {
  const bothChanged = (_keys: readonly string[], our: unknown, their: unknown) => their ?? our;
  const merged = mergeObjects([parse(base), parse(ours), parse(theirs)], [], {
    bothChanged,
    leaveOut: () => false,
    depth: 2,
  });
  return `${JSON.stringify(merged, null, 2)}\n`;
}

/** Compares versions such as 1.10.0 and ^1.9.2 by their numbers. */
export const compareVersions = (one: string, other: string): number =>
  new Intl.Collator('en', { numeric: true }).compare(bare(one), bare(other));

const bare = (version: string): string => version.replace(/^[\^~v]/, '');
const isVersion = (value: unknown): value is string => typeof value === 'string' && /^[\^~]?\d+\.\d+\.\d+$/.test(value);

interface Rules {
  readonly bothChanged: (keys: readonly string[], our: unknown, their: unknown) => unknown;
  readonly leaveOut: (value: unknown) => boolean;
  /** Objects nested deeper than this are treated as one value. */
  readonly depth: number;
}

function mergeObjects(
  [base, ours, theirs]: readonly [JsonObject, JsonObject, JsonObject],
  keys: readonly string[],
  rules: Rules,
): JsonObject {
  const merged: [string, unknown][] = [];
  for (const key of inOrder(Object.keys(ours), Object.keys(theirs))) {
    const value = mergeValue([base[key], ours[key], theirs[key]], [...keys, key], rules);
    if (value !== undefined) merged.push([key, value]);
  }
  return Object.fromEntries(merged);
}

function mergeValue(
  [base, our, their]: readonly [unknown, unknown, unknown],
  keys: readonly string[],
  rules: Rules,
): unknown {
  if (isDeepStrictEqual(base, our)) return base === undefined && rules.leaveOut(their) ? undefined : their;
  if (isDeepStrictEqual(base, their) || isDeepStrictEqual(our, their)) return our;
  if (keys.length < rules.depth && isObject(our) && isObject(their)) {
    return mergeObjects([isObject(base) ? base : {}, our, their], keys, rules);
  }
  return rules.bothChanged(keys, our, their);
}

/** The fork's keys in their order. A new key of the template comes after the same key as in the template. */
function inOrder(ours: readonly string[], theirs: readonly string[]): string[] {
  const keys = [...ours];
  theirs.forEach((key, index) => {
    if (keys.includes(key)) return;
    const before = theirs[index - 1];
    keys.splice(before === undefined ? 0 : keys.indexOf(before) + 1, 0, key);
  });
  return keys;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): JsonObject {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return isObject(value) ? value : {};
}
