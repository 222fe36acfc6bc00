import { ROUTE_KINDS } from '../../lambda/contract/routes';
import type { YamlValue } from './document';
import { didYouMean, type Problems } from './problems';

/** The module that makes Forge tell a remote that a site's data moves to another region. */
export const DATA_RESIDENCY_MODULE = 'migration:dataResidency';

/** An item of `modules.endpoint` that has a key. */
export interface EndpointItem {
  readonly key: string;
  /** Key of the remote; `undefined` for an endpoint of Forge's own services. */
  readonly remote: string | undefined;
  /** Whether `auth.appSystemToken.enabled` is true. */
  readonly systemToken: boolean;
  readonly line: number;
  readonly yaml: YamlValue;
}

/** A place where a module refers to an endpoint or a remote, such as `endpoint: token`. */
export interface Reference {
  /** Type of the module, such as `scheduledTrigger` or `macro`. */
  readonly moduleType: string;
  readonly moduleKey: string;
  /** The key that it refers to. */
  readonly target: string;
  readonly line: number;
  /** The whole module. */
  readonly yaml: YamlValue;
}

/** Checks that the module types that concern this backend are lists. */
export function checkModuleLists(root: YamlValue, problems: Problems): void {
  const modules = root.get('modules');
  if (!modules.isMap)
    problems.add(modules, `modules is ${modules.shown}`, 'It must be a map of module types to lists.');
  for (const type of ['endpoint', ...ROUTE_KINDS, DATA_RESIDENCY_MODULE]) {
    const list = modules.get(type);
    if (!list.exists || list.isList) continue;
    problems.add(list, `modules.${type} is ${list.shown}`, 'It must be a list, with "- key: …" for each item.');
  }
}

/** The items of `modules.endpoint`. */
export function readEndpoints(root: YamlValue, problems: Problems): EndpointItem[] {
  const endpoints: EndpointItem[] = [];
  for (const yaml of root.get('modules').get('endpoint').items()) {
    const key = yaml.get('key').text;
    if (key === undefined) {
      problems.add(yaml, 'This endpoint has no key', 'Add a key, so that modules can refer to it.');
      continue;
    }
    if (endpoints.some((other) => other.key === key)) {
      problems.add(yaml, `There are two endpoints with the key ${JSON.stringify(key)}`, 'Rename one of them.');
      continue;
    }
    endpoints.push({
      key,
      remote: yaml.get('remote').text,
      systemToken: yaml.get('auth').get('appSystemToken').get('enabled').scalar === true,
      line: yaml.line,
      yaml,
    });
  }
  return endpoints;
}

/** All `property: <key>` in modules, at any depth. Endpoints themselves are left out. */
export function readReferences(root: YamlValue, property: 'endpoint' | 'remote'): Reference[] {
  const references: Reference[] = [];
  for (const [moduleType, list] of root.get('modules').entries()) {
    if (moduleType === 'endpoint') continue;
    for (const module of list.items()) {
      for (const { text: target, line } of valuesAt(module, property)) {
        if (target === undefined) continue;
        references.push({ moduleType, moduleKey: module.get('key').text ?? '', target, line, yaml: module });
      }
    }
  }
  return references;
}

/** A place outside `remotes` that refers to a remote. */
export interface RemoteUse {
  /** Such as `permissions.external.fetch.backend`; for a module, its type and key. */
  readonly where: string;
  /** Top-level key of the manifest; for a module, its type. */
  readonly part: string;
  readonly remoteKey: string;
  readonly line: number;
}

/** All `remote: <key>`, and all keys in lists called `remotes`. The top-level list `remotes` is left out. */
export function readRemoteUses(root: YamlValue): RemoteUse[] {
  const modules = root.get('modules').entries();
  return [
    ...modules.flatMap(([type, list]) =>
      list.items().flatMap((module) => usesIn(module, `${type} ${module.get('key').shown}`, type)),
    ),
    ...root
      .entries()
      .filter(([part]) => part !== 'modules' && part !== 'remotes')
      .flatMap(([part, value]) => usesIn(value, part, part)),
  ];
}

function usesIn(yaml: YamlValue, where: string, part: string): RemoteUse[] {
  const inside = part === where || where.startsWith(`${part}.`);
  const named = [yaml.get('remote'), ...yaml.get('remotes').items()];
  return [
    ...named.flatMap(({ text: remoteKey, line }) =>
      remoteKey === undefined ? [] : [{ where, part, remoteKey, line }],
    ),
    ...yaml.items().flatMap((item) => usesIn(item, where, part)),
    ...yaml.entries().flatMap(([key, value]) => usesIn(value, inside ? `${where}.${key}` : where, part)),
  ];
}

function valuesAt(yaml: YamlValue, property: string): YamlValue[] {
  const nested = [...yaml.items(), ...yaml.entries().map(([, value]) => value)];
  const own = yaml.get(property).text === undefined ? [] : [yaml.get(property)];
  return [...own, ...nested.flatMap((value) => valuesAt(value, property))];
}

/** Checks that every endpoint exists that a module refers to. */
export function checkReferences(
  references: readonly Reference[],
  endpoints: readonly EndpointItem[],
  problems: Problems,
): void {
  const keys = endpoints.map(({ key }) => key);
  for (const { moduleType, moduleKey, target, line } of references) {
    if (keys.includes(target)) continue;
    problems.add(
      { line },
      `${moduleType} ${JSON.stringify(moduleKey)} refers to the endpoint ${JSON.stringify(target)}, which does not exist`,
      `${keys.length === 0 ? 'Add it under modules.endpoint.' : `Existing endpoints: ${keys.join(', ')}.`}${didYouMean(target, keys)}`,
    );
  }
}
