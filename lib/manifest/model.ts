import {
  DATA_RESIDENCY_HOOKS,
  type DataResidencyRoute,
  type EndpointRoute,
  type Interval,
  isLifecycleEvent,
  type Route,
  type RouteKind,
  type Routes,
} from '../../lambda/contract/routes';

/** A base URL for each of Forge's region keys, and the `default`. */
export type RegionMap = Readonly<Record<string, string>>;

/** A module in manifest.yml that makes Forge call an endpoint. */
export interface EndpointUser {
  readonly kind: RouteKind;
  readonly key: string;
  /** Only for a `scheduledTrigger`. */
  readonly interval?: Interval;
  /** Whether Forge only calls for licensed sites (`filter.appIsLicensed`). For a `scheduledTrigger` or a `trigger`. */
  readonly licensedOnly?: true;
  /** Only for a `trigger`. */
  readonly events?: readonly string[];
  /** Line in the file, from 1. */
  readonly line: number;
}

/** An endpoint of our remote that Forge calls. */
export interface Endpoint {
  readonly key: string;
  /** `route.path`, which Forge appends to the remote's base URL. */
  readonly path: string;
  /** What calls it; `scheduledTrigger` if both scheduled and event triggers do. */
  readonly kind: RouteKind;
  /** At least one. */
  readonly users: readonly EndpointUser[];
  /** Whether Forge sends the app system token along. */
  readonly systemToken: boolean;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** What manifest.yml says about the remote that this backend serves. */
export interface Manifest {
  readonly file: string;
  /** The app's ARI: the audience of its invocation tokens. */
  readonly appId: string;
  /** Whether {@link appId} is still the template's placeholder. */
  readonly placeholderAppId: boolean;
  readonly remote: {
    readonly key: string;
    /** As written, with `${VARIABLE}`. Absent if the `remotes` entry or its base URL doesn't exist yet. */
    readonly baseUrl?: string | RegionMap;
    /**
     * The same as Forge sees it: by region (`default` for a single URL), with variables filled in. A variable without a
     * value stays as written. Absent without {@link baseUrl}.
     */
    readonly baseUrls?: RegionMap;
  };
  /** Endpoints of our remote that modules use. */
  readonly endpoints: readonly Endpoint[];
  /** Path prefix of the data residency hooks; absent without such a module. */
  readonly dataResidencyPath?: string;
  /** Key of that module; absent without {@link dataResidencyPath}. */
  readonly dataResidencyKey?: string;
  /**
   * Keys of all modules and endpoints in manifest.yml that don't belong to this backend, each once. A call that Forge
   * makes for one of them is not for us. Keys that one of our modules has too are left out.
   */
  readonly foreignKeys: readonly string[];
  /** The longest time between two deliveries of a system token to an installation. */
  readonly shortestInterval: Interval;
  readonly shortestIntervalMinutes: number;
  /**
   * Whether only licensed sites get tokens: every scheduled trigger that keeps the token alive has
   * `filter.appIsLicensed`. The token of a site without a licence then expires, by design.
   */
  readonly tokenNeedsLicence: boolean;
  /** Whether any endpoint asks for the app system token. */
  readonly systemToken: boolean;
}

/**
 * For each path, the module keys that an invocation token may contain: the keys of the endpoints at this path, and of
 * the modules that call them.
 */
export function moduleKeysOf(manifest: Pick<Manifest, 'endpoints' | 'dataResidencyPath' | 'dataResidencyKey'>) {
  const { endpoints, dataResidencyPath, dataResidencyKey } = manifest;
  const keys = new Map<string, string[]>();
  for (const { path, key, users } of endpoints) {
    keys.set(path, [...new Set([...(keys.get(path) ?? []), key, ...users.map((user) => user.key)])]);
  }
  if (dataResidencyPath !== undefined) {
    for (const hook of DATA_RESIDENCY_HOOKS) {
      keys.set(`${dataResidencyPath}/${hook}`, dataResidencyKey === undefined ? [] : [dataResidencyKey]);
    }
  }
  return Object.fromEntries(keys) as Readonly<Record<string, readonly string[]>>;
}

/**
 * The routes that the backend serves, in the order of the file.
 *
 * @param jobEvents keys of triggers that lambda/job.ts handles. A trigger that waits for life-cycle events only runs
 * the job if it is one of them; all other triggers always do.
 */
export function routesOf(manifest: Manifest, jobEvents: readonly string[] = []): Routes {
  const { endpoints, dataResidencyPath } = manifest;
  const modulesAt = moduleKeysOf(manifest);
  return Object.fromEntries<Route>([
    // Endpoints with the same path have the same kind: the manifest is refused otherwise.
    ...endpoints.map(({ path, kind }): [string, EndpointRoute] => {
      const here = endpoints.filter((endpoint) => endpoint.path === path);
      const users = here.flatMap((endpoint) => endpoint.users);
      const bringsToken = kind === 'preUninstall' || here.every(({ systemToken }) => systemToken);
      const modules = modulesAt[path] ?? [];
      return [path, { kind, modules, ...triggersOf(users, jobEvents), ...(!bringsToken && { systemToken: false }) }];
    }),
    ...(dataResidencyPath === undefined ? [] : DATA_RESIDENCY_HOOKS).map((hook): [string, DataResidencyRoute] => {
      const path = `${dataResidencyPath}/${hook}`;
      return [path, { kind: 'dataResidency', hook, modules: modulesAt[path] ?? [] }];
    }),
  ]);
}

/** Whether a trigger only waits for the app's life-cycle events, whose purpose is the token. */
export const isLifecycleOnly = ({ kind, events = [] }: EndpointUser): boolean =>
  kind === 'trigger' && events.every(isLifecycleEvent);

function triggersOf(users: readonly EndpointUser[], jobEvents: readonly string[]): Omit<EndpointRoute, 'kind'> {
  const schedules = users.flatMap(({ key, interval }) => (interval === undefined ? [] : [[key, interval] as const]));
  const events = users.flatMap(({ key, events: names }) => (names === undefined ? [] : [[key, names] as const]));
  const seedOnly = users.filter((user) => isLifecycleOnly(user) && !jobEvents.includes(user.key)).map(({ key }) => key);
  return {
    ...(schedules.length > 0 && { schedules: Object.fromEntries(schedules) }),
    ...(events.length > 0 && { events: Object.fromEntries(events) }),
    ...(seedOnly.length > 0 && { seedOnly }),
  };
}

/** How to read manifest.yml. */
export interface ReadOptions {
  /**
   * Key of the remote that this backend serves.
   *
   * @default the remote whose endpoint a scheduled trigger calls with the system token; with several, an error
   */
  readonly remoteKey?: string;
  /**
   * Whether the base URL may be http: to this machine, as in a local run.
   *
   * @default false
   */
  readonly allowLoopback?: boolean;
  /**
   * Whether to check the base URL in the file. False if it is about to be replaced.
   *
   * @default true
   */
  readonly checkBaseUrl?: boolean;
  /**
   * Environment variables. As in the Forge CLI, they override the defaults of manifest variables.
   *
   * @default none
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
