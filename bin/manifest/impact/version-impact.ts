import { namesIn } from '../../../lib/manifest/variables';
import { at, both, byKey, type Environment, items, withVariables } from './lenient';
import { compareApp, compareEndpoints, compareOthers, compareProviders, compareWebTriggers } from './modules';
import { comparePermissions } from './permissions';
import { compareRemotes } from './remotes';
import { change, type Impact, type VersionChange } from './rules';

export { isMajor, type VersionChange } from './rules';

const ORDER: readonly Impact[] = ['major', 'unknown', 'minor'];

/**
 * What the change from one manifest to another means for the app's version: every change, with Forge's rule for it. Those
 * that make a major version come first, those that nobody knows next, and the minor ones last.
 *
 * Neither manifest needs to pass our checks, or Forge's. Manifest variables are resolved in both, as the Forge CLI does.
 *
 * @param deployed content of the manifest that was deployed last, as plain values
 * @param current content of the manifest that is to be deployed
 * @param environment values of manifest variables that win over their defaults
 */
export function versionImpact(deployed: unknown, current: unknown, environment: Environment = {}): VersionChange[] {
  const [before, after] = both(deployed, current, (content) => withVariables(content, environment));
  const changes = [
    ...compareRemotes(before, after),
    ...compareEndpoints(before, after),
    ...comparePermissions(before, after),
    ...compareProviders(before, after),
    ...compareWebTriggers(before, after),
    ...compareApp(before, after),
    ...compareOthers(before, after),
    ...urlsWithoutValue(after),
  ];
  return changes.toSorted((a, b) => ORDER.indexOf(a.impact) - ORDER.indexOf(b.impact));
}

/** Variables in the base URLs of a manifest that are declared: by the key of the remote. */
function variablesInUrls(manifest: unknown): { readonly remote: string; readonly name: string }[] {
  const declared = items(at(manifest, 'environment', 'variables')).map((variable) => at(variable, 'key') ?? variable);
  return [...byKey(at(manifest, 'remotes'))].flatMap(([remote, entry]) => {
    const names = namesIn(JSON.stringify(at(entry, 'baseUrl') ?? ''));
    return [...new Set(names)].filter((name) => declared.includes(name)).map((name) => ({ remote, name }));
  });
}

/** Base URLs whose variable has no value here: nobody can say whether Forge gets another URL. */
const urlsWithoutValue = (manifest: unknown): VersionChange[] =>
  variablesInUrls(manifest).map(({ remote, name }) =>
    change(
      'valueUnknown',
      `The baseUrl of the remote ${JSON.stringify(remote)} is in ${name}, which has no value here`,
    ),
  );

/** What can't be seen of a manifest whose base URL comes from the environment, for a person to read. */
export function valuesFromEnvironment(content: unknown, environment: Environment): string[] {
  const names = new Set(variablesInUrls(content).map(({ name }) => name));
  return [...names]
    .filter((name) => environment[name] !== undefined)
    .map(
      (name) =>
        `${name} is from the environment, on both sides: if it had another value at the last "forge deploy", that is a major version.`,
    );
}
