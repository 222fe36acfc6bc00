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

/** A module in manifest.yml that has Forge call an endpoint. */
export interface EndpointUser {
  readonly kind: RouteKind;
  readonly key: string;
  /** For a `scheduledTrigger` only. */
  readonly interval?: Interval;
  /** Whether Forge calls for licensed sites only (`filter.appIsLicensed`). For a `scheduledTrigger` or a `trigger`. */
  readonly licensedOnly?: true;
  /** For a `trigger` only. */
  readonly events?: readonly string[];
  /** Line in the file, from 1. */
  readonly line: number;
}

/** An endpoint of our remote that Forge calls. */
export interface Endpoint {
  readonly key: string;
  /** `route.path`, which Forge appends to the remote's base URL. */
  readonly path: string;
  /** What calls it. `scheduledTrigger` where scheduled triggers and event triggers share the endpoint. */
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
  /** Whether {@link appId} is still the template's, so that no such app exists. */
  readonly placeholderAppId: boolean;
  readonly remote: {
    readonly key: string;
    /** As written, `${VARIABLE}` included. Absent while the `remotes` entry, or its base URL, is still to be created. */
    readonly baseUrl?: string | RegionMap;
    /**
     * The same as Forge will see it: by region, `default` for a single URL, with the values of variables put in. A
     * variable with no value stays as it is. Absent where {@link baseUrl} is.
     */
    readonly baseUrls?: RegionMap;
  };
  /** Endpoints of our remote that a module uses. */
  readonly endpoints: readonly Endpoint[];
  /** The path below which Forge calls the hooks of a move to another region; absent where no module asks for that. */
  readonly dataResidencyPath?: string;
  /** Key of the module that asks for them; absent where {@link dataResidencyPath} is. */
  readonly dataResidencyKey?: string;
  /**
   * Keys of all modules and endpoints in manifest.yml that have nothing to do with this backend, each once: a call that
   * Forge made for one of them is not for us. Keys that one of ours has as well are left out.
   */
  readonly foreignKeys: readonly string[];
  /** How often Forge delivers a system token to each installation, at the least. */
  readonly shortestInterval: Interval;
  readonly shortestIntervalMinutes: number;
  /**
   * Whether the token reaches licensed sites only: `filter.appIsLicensed` is on every scheduled trigger that brings it in
   * time. By design, the slot of a site without a licence then runs out.
   */
  readonly tokenNeedsLicence: boolean;
  /** Whether any endpoint asks for the app system token. */
  readonly systemToken: boolean;
}

/**
 * For each path, the keys that an invocation token may name as its module: those of the endpoints at this path, and of
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
 * The routes that the backend has to answer, in the order of the file.
 *
 * @param asked keys of event triggers that the job asks for although they wait for nothing but life-cycle events. Those
 * of all others run the job anyway.
 */
export function routesOf(manifest: Manifest, asked: readonly string[] = []): Routes {
  const { endpoints, dataResidencyPath } = manifest;
  const modulesAt = moduleKeysOf(manifest);
  return Object.fromEntries<Route>([
    // Endpoints that share a path are of one kind: anything else is refused when the file is read.
    ...endpoints.map(({ path, kind }): [string, EndpointRoute] => {
      const here = endpoints.filter((endpoint) => endpoint.path === path);
      const users = here.flatMap((endpoint) => endpoint.users);
      const bringsToken = kind === 'preUninstall' || here.every(({ systemToken }) => systemToken);
      const modules = modulesAt[path] ?? [];
      return [path, { kind, modules, ...whatFires(users, asked), ...(!bringsToken && { systemToken: false }) }];
    }),
    ...(dataResidencyPath === undefined ? [] : DATA_RESIDENCY_HOOKS).map((hook): [string, DataResidencyRoute] => {
      const path = `${dataResidencyPath}/${hook}`;
      return [path, { kind: 'dataResidency', hook, modules: modulesAt[path] ?? [] }];
    }),
  ]);
}

/** Whether a trigger waits for nothing but events of the app's own life, of which the token is what matters. */
export const isLifecycleOnly = ({ kind, events = [] }: EndpointUser): boolean =>
  kind === 'trigger' && events.every(isLifecycleEvent);

function whatFires(users: readonly EndpointUser[], asked: readonly string[]): Omit<EndpointRoute, 'kind'> {
  const schedules = users.flatMap(({ key, interval }) => (interval === undefined ? [] : [[key, interval] as const]));
  const events = users.flatMap(({ key, events: names }) => (names === undefined ? [] : [[key, names] as const]));
  const seedOnly = users.filter((user) => isLifecycleOnly(user) && !asked.includes(user.key)).map(({ key }) => key);
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
   * @default the remote whose endpoint a scheduled trigger calls with the system token; an error if there are several
   */
  readonly remoteKey?: string;
  /**
   * Whether the base URL may be http: on this machine, as in a local run.
   *
   * @default false
   */
  readonly allowLoopback?: boolean;
  /**
   * Whether the base URL that stands in the file must be a good one. False where it is about to be replaced.
   *
   * @default true
   */
  readonly checkBaseUrl?: boolean;
  /**
   * Environment variables. Like the Forge CLI, manifest variables get their values from here before their defaults.
   *
   * @default none
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
