type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A copy of `claims` with other values at some paths.
 *
 * @param changes by path, such as `app.environment.type`; `undefined` takes the claim away
 */
export function changeClaims(claims: object, changes: Readonly<Record<string, unknown>>): Json {
  const copy: Json = structuredClone({ ...claims });
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop();
    const parent = keys.reduce<unknown>((object, key) => (isJson(object) ? object[key] : undefined), copy);
    if (last === undefined || !isJson(parent)) throw new Error(`No object in the claims holds ${path}.`);
    parent[last] = value;
  }
  return copy;
}

/** The path of each claim, and of each object that holds some. Arrays count as one value. */
export function claimPaths(claims: object, prefix = ''): string[] {
  return Object.entries(claims).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    return isJson(value) ? [path, ...claimPaths(value, `${path}.`)] : [path];
  });
}
