import type { Problems } from './error';
import type { Endpoint } from './model';

/** A path says what a call is for: one that means two things can't be told apart when the call arrives. */
export function checkRoutes(endpoints: readonly Endpoint[], problems: Problems): void {
  for (const endpoint of endpoints) {
    const kinds = new Set(endpoint.users.map(({ kind }) => kind));
    if (kinds.has('preUninstall') && kinds.size > 1) {
      problems.add(
        endpoint,
        `Endpoint ${JSON.stringify(endpoint.key)} is called by triggers and by preUninstall`,
        'Give preUninstall an endpoint and a path of its own: it removes what triggers keep.',
      );
    }
  }
  for (const [index, endpoint] of endpoints.entries()) {
    const first = endpoints.slice(0, index).find(({ path, kind }) => path === endpoint.path && kind !== endpoint.kind);
    if (first === undefined) continue;
    problems.add(
      endpoint,
      `Endpoint ${JSON.stringify(endpoint.key)} (${endpoint.kind}) has the path ${JSON.stringify(endpoint.path)} of endpoint ${JSON.stringify(first.key)} (${first.kind})`,
      'Give one of them another path.',
    );
  }
}
