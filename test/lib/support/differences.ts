import { isDeepStrictEqual } from 'node:util';

/** What `changed` has instead of what `before` has, by the path to it. */
export function differences(before: unknown, changed: unknown, path = ''): Record<string, unknown> {
  if (isDeepStrictEqual(before, changed)) return {};
  if (!isObject(before) || !isObject(changed)) return { [path]: changed ?? 'gone' };
  const keys = [...new Set([...Object.keys(before), ...Object.keys(changed)])].sort();
  return Object.assign({}, ...keys.map((key) => differences(before[key], changed[key], `${path}/${key}`)));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
