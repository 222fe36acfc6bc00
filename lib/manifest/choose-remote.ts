import { reportNoSchedule } from './check-schedule';
import { didYouMean } from './did-you-mean';
import type { Problems } from './error';
import type { EndpointItem, Reference } from './modules';
import type { YamlValue } from './yaml-value';

/**
 * The key of the remote that this backend serves: the one whose endpoint a scheduled trigger calls with the system
 * token. Where several are, `wanted` says which.
 *
 * Where none is, the only remote that comes near is taken, so that the other checks can say what it lacks.
 */
export function chooseRemote(
  root: YamlValue,
  endpoints: readonly EndpointItem[],
  references: readonly Reference[],
  wanted: string | undefined,
  problems: Problems,
): string | undefined {
  const remotes = remotesOf(endpoints);
  if (wanted !== undefined) {
    if (remotes.includes(wanted)) return wanted;
    problems.add(
      root.get('modules').get('endpoint'),
      `No endpoint is on the remote ${JSON.stringify(wanted)}, which this backend is said to serve`,
      `${remotes.length === 0 ? 'No endpoint names a remote.' : `Endpoints are on: ${remotes.join(', ')}.`}${didYouMean(wanted, remotes)}`,
    );
    return undefined;
  }

  const scheduled = endpoints.filter(({ key }) =>
    references.some(({ moduleType, target }) => moduleType === 'scheduledTrigger' && target === key),
  );
  const best = [scheduled.filter(({ systemToken }) => systemToken), scheduled, endpoints];
  const candidates = best.map(remotesOf).find((found) => found.length > 0) ?? [];
  if (candidates.length === 1) return candidates[0];
  if (remotesOf(scheduled).length === 0) {
    reportNoSchedule(root.get('modules'), problems);
  } else {
    problems.add(
      root.get('modules').get('scheduledTrigger'),
      `Scheduled triggers call endpoints on several remotes: ${candidates.join(', ')}`,
      'Say which one this backend serves by giving its key as remoteKey.',
    );
  }
  return undefined;
}

const remotesOf = (endpoints: readonly EndpointItem[]): string[] => [
  ...new Set(endpoints.flatMap(({ remote }) => (remote === undefined ? [] : [remote]))),
];
