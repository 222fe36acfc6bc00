import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../command';

/**
 * The list that Atlassian's own validator of manifests goes by (PermissionsValidator). The package exports its entry
 * point only, so the list is found from there.
 */
const PACKAGE = '@forge/manifest';
const LIST = 'scopes/shipyard-scopes.json';

/**
 * Every scope that a manifest may ask for, from Atlassian's package. It is read only when it is called: the package is
 * large, and a development dependency.
 */
export function loadAtlassianScopes(): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(join(dirname(require.resolve(PACKAGE)), LIST), 'utf8'));
  } catch (error) {
    throw new Error(
      `Atlassian's list of scopes can't be read. Run "npm ci", then the setup again. (${messageOf(error)})`,
    );
  }
  if (!Array.isArray(list)) throw new Error(`Atlassian's list of scopes (${PACKAGE}: ${LIST}) is no list any more.`);
  const scopes = list.filter((scope): scope is string => typeof scope === 'string');
  return [...new Set(scopes)];
}
