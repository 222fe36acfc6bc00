/**
 * What calls a route, by the name of its Forge module in manifest.yml.
 *
 * - `scheduledTrigger`: on a schedule, for each installation; brings a system token.
 * - `trigger`: on an event such as `avi:forge:installed:app`; brings a system token.
 * - `preUninstall`: once, before an installation goes; brings no token.
 */
export const ROUTE_KINDS = ['scheduledTrigger', 'trigger', 'preUninstall'] as const;
export type RouteKind = (typeof ROUTE_KINDS)[number];

/** What calls a path, and how often. */
export interface Route {
  readonly kind: RouteKind;
  /** Shortest interval of the scheduled triggers that call it, in minutes; absent where none does. */
  readonly everyMinutes?: number;
}

/** The paths that the backend answers, such as `{ '/forge/token': { kind: 'scheduledTrigger', everyMinutes: 60 } }`. */
export type Routes = Readonly<Record<string, Route>>;

/** Forge's environment types: the FIT claim `app.environment.type`. */
export const FORGE_ENVIRONMENTS = ['DEVELOPMENT', 'STAGING', 'PRODUCTION'] as const;
export type ForgeEnvironment = (typeof FORGE_ENVIRONMENTS)[number];
