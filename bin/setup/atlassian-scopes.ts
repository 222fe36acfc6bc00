import { readFileSync } from 'node:fs';
import { messageOf } from '../command';

/** The list that Atlassian's own validator of manifests goes by (PermissionsValidator in @forge/manifest). */
const LIST = '@forge/manifest/out/scopes/shipyard-scopes.json';

/**
 * Every scope that a manifest may ask for, from Atlassian's package. It is read only when it is called: the package is
 * large, and a development dependency.
 */
export function loadAtlassianScopes(): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(require.resolve(LIST), 'utf8'));
  } catch (error) {
    throw new Error(
      `Atlassian's list of scopes can't be read. Run "npm ci", then the setup again. (${messageOf(error)})`,
    );
  }
  if (!Array.isArray(list)) throw new Error(`Atlassian's list of scopes (${LIST}) is no list any more.`);
  const scopes = list.filter((scope): scope is string => typeof scope === 'string');
  return [...new Set(scopes)];
}
