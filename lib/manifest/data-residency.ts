import { DATA_RESIDENCY_HOOKS } from '../../lambda/contract/routes';
import type { Problems } from './error';
import type { Endpoint } from './model';
import { routePathProblem } from './route-path';
import type { YamlValue } from './yaml-value';

/** The module by which Forge tells a remote that a site's data moves to another region. */
export const DATA_RESIDENCY_MODULE = 'migration:dataResidency';

/** What calls the hooks of a move to another region. */
export interface DataResidencyModule {
  readonly key: string | undefined;
  /** Below which Forge calls the hooks. */
  readonly path: string;
}

/**
 * The module that asks Forge to call the hooks of a move to another region; `undefined` where there is none. How
 * many there may be, and for how long a move may go on, is what Atlassian's own validator checks.
 */
export function readDataResidency(
  root: YamlValue,
  remoteKey: string,
  endpoints: readonly Endpoint[],
  problems: Problems,
): DataResidencyModule | undefined {
  const module = root
    .get('modules')
    .get(DATA_RESIDENCY_MODULE)
    .items()
    .find((item) => item.get('remote').text === remoteKey);
  if (!module) return undefined;
  const path = module.get('path');
  const allowed = 'Give it one such as /forge/move: Forge calls /forge/move/schedule, and four more below it.';
  if (path.text === undefined) {
    problems.add(module, `${DATA_RESIDENCY_MODULE} has no path`, allowed);
    return undefined;
  }
  const reason = path.text === '/' ? 'the hooks would be at //schedule' : routePathProblem(path.text);
  if (reason !== undefined) {
    problems.add(path, `${DATA_RESIDENCY_MODULE} has the path ${JSON.stringify(path.text)}: ${reason}`, allowed);
  }
  const hooks = DATA_RESIDENCY_HOOKS.map((hook) => `${path.text}/${hook}`);
  const taken = endpoints.find((endpoint) => hooks.includes(endpoint.path));
  if (taken) {
    problems.add(
      path,
      `${DATA_RESIDENCY_MODULE} has the path ${JSON.stringify(path.text)}, and endpoint ${JSON.stringify(taken.key)} is at ${taken.path}`,
      'Give one of them another path.',
    );
  }
  return { key: module.get('key').text, path: path.text };
}
