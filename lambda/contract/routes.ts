/**
 * What calls a route, by the name of its Forge module in manifest.yml.
 *
 * - `scheduledTrigger`: on a schedule, for each installation; brings a system token.
 * - `trigger`: on an event such as `avi:forge:installed:app`; brings a system token.
 * - `preUninstall`: once, before an installation goes; brings no token.
 */
export const ROUTE_KINDS = ['scheduledTrigger', 'trigger', 'preUninstall'] as const;
export type RouteKind = (typeof ROUTE_KINDS)[number];

/** Minutes between two calls of a scheduled trigger, by the name of its `interval` (Forge's manifest reference). */
export const INTERVAL_MINUTES = { fiveMinute: 5, hour: 60, day: 24 * 60, week: 7 * 24 * 60 } as const;

/** A scheduled trigger's `interval`. */
export type Interval = keyof typeof INTERVAL_MINUTES;

/** Life-cycle events that Forge sends to a remote (Forge's reference of life cycle events). */
export const LIFECYCLE_EVENTS = ['avi:forge:installed:app', 'avi:forge:upgraded:app'] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

/** Whether `event` is a life-cycle event of the app, not one of a product. */
export const isLifecycleEvent = (event: string): event is LifecycleEvent =>
  LIFECYCLE_EVENTS.some((known) => known === event);

/**
 * Forge's calls to a remote when a site's data moves to another region, in this order; a failed move ends with `rollback`
 * instead of `commit` (Forge's documentation of realm migrations). They follow the path of the module
 * `migration:dataResidency` in manifest.yml.
 */
export const DATA_RESIDENCY_HOOKS = ['schedule', 'start', 'status', 'commit', 'rollback'] as const;
export type DataResidencyHook = (typeof DATA_RESIDENCY_HOOKS)[number];

/** What calls a path, and how often. */
export type Route = EndpointRoute | DataResidencyRoute;

export interface EndpointRoute {
  readonly kind: RouteKind;
  /** Intervals of the scheduled triggers that call it, by their keys. */
  readonly schedules?: Readonly<Record<string, Interval>>;
  /** Events of the event triggers that call it, by the triggers' keys. */
  readonly events?: Readonly<Record<string, readonly string[]>>;
  /** Keys of event triggers that only bring tokens: their events don't run the job. */
  readonly seedOnly?: readonly string[];
  /** `false`: Forge sends no system token here. The worker uses the one in the slot. */
  readonly systemToken?: false;
  /** Keys of the endpoints at this path and of the modules that call them. A call names one of them. */
  readonly modules?: readonly string[];
}

export interface DataResidencyRoute {
  readonly kind: 'dataResidency';
  readonly hook: DataResidencyHook;
  /** Key of the module that asks for the hooks. */
  readonly modules?: readonly string[];
}

/**
 * A module's key in 7 characters (FNV-1a, 32 bits): Lambda takes 4 KB of environment variables, and a manifest may have
 * hundreds of modules.
 */
export function shortKey(moduleKey: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(moduleKey)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(36).padStart(7, '0');
}

/** Keys of triggers in manifest.yml for which a job has work. */
export interface JobKeys {
  readonly schedules: readonly string[];
  readonly events: readonly string[];
}

/** Forge calls with POST, except for the status of a move, with GET (its documentation). */
export const methodOf = (route: Route): 'GET' | 'POST' =>
  route.kind === 'dataResidency' && route.hook === 'status' ? 'GET' : 'POST';

/** The paths that the backend answers, such as `{ '/forge/token': { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } } }`. */
export type Routes = Readonly<Record<string, Route>>;

/** Forge's environment types: the FIT claim `app.environment.type`. */
export const FORGE_ENVIRONMENTS = ['DEVELOPMENT', 'STAGING', 'PRODUCTION'] as const;
export type ForgeEnvironment = (typeof FORGE_ENVIRONMENTS)[number];
