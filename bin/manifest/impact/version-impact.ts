import { namesIn } from '../../../lib/manifest/variables';
import { at, both, byKey, type Environment, entries, items, withVariables } from './lenient';
import { compareApp, compareEndpoints, compareOthers, compareProviders, compareWebTriggers } from './modules';
import { comparePermissions } from './permissions';
import { compareRemotes } from './remotes';
import { change, type Impact, type VersionChange } from './rules';

export { isMajor, type VersionChange } from './rules';

const ORDER: readonly Impact[] = ['major', 'unknown', 'minor'];

/**
 * Lists the changes between two manifests, with Forge's rule for each: major ones first, then unknown ones, then minor ones.
 *
 * The manifests may be invalid. Manifest variables are resolved in both, as the Forge CLI does.
 *
 * @param deployed content of the manifest that was deployed last
 * @param current content of the manifest to deploy
 * @param environment values of manifest variables, which win over their defaults
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
    ...withoutValue(after),
  ];
  return changes.toSorted((a, b) => ORDER.indexOf(a.impact) - ORDER.indexOf(b.impact));
}

/** A declared variable, and where it is used. */
interface UsedVariable {
  readonly name: string;
  /** Such as `The baseUrl of the remote "aws"`. */
  readonly place: string;
  readonly isUrl: boolean;
}

/** The declared variables that the manifest uses, once for each part that uses them. */
function usedVariables(manifest: unknown): UsedVariable[] {
  const declared = items(at(manifest, 'environment', 'variables')).map((variable) => at(variable, 'key') ?? variable);
  const used = (value: unknown, place: string, isUrl: boolean): UsedVariable[] =>
    [...new Set(namesIn(JSON.stringify(value ?? '')))]
      .filter((name) => declared.includes(name))
      .map((name) => ({ name, place, isUrl }));
  return [
    ...[...byKey(at(manifest, 'remotes'))].flatMap(([remote, entry]) =>
      used(at(entry, 'baseUrl'), `The baseUrl of the remote ${JSON.stringify(remote)}`, true),
    ),
    ...entries(manifest)
      .filter(([part]) => part !== 'environment')
      .flatMap(([part, value]) => used(part === 'remotes' ? items(value).map(withoutUrl) : value, part, false)),
  ];
}

const withoutUrl = (remote: unknown): unknown =>
  Object.fromEntries(entries(remote).filter(([setting]) => setting !== 'baseUrl'));

/** Variables without a value here. Forge may get another value than last time. */
const withoutValue = (manifest: unknown): VersionChange[] =>
  usedVariables(manifest).map(({ name, place, isUrl }) =>
    change('valueUnknown', `${place} ${isUrl ? 'is in' : 'uses'} ${name}, which has no value here`),
  );

/** Lines about what this comparison can't see, because values come from the environment. */
export function valuesFromEnvironment(content: unknown, environment: Environment): string[] {
  const used = usedVariables(content).filter(({ name }) => environment[name] !== undefined);
  return [...new Set(used.map(({ name }) => name))].map((name) => {
    const isUrl = used.some((each) => each.name === name && each.isUrl);
    return `${name} comes from the environment, for both manifests. If it had another value at the last "forge deploy", ${
      isUrl ? 'this is a major version' : 'this report misses that change'
    }.`;
  });
}
