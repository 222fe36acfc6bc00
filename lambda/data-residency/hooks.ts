import type { DataResidencyHook } from '../contract/routes';
import type { Invocation } from '../forge/invocation';

/**
 * What the app does when a site's data moves to another region: a function for each of Forge's hooks. Forge calls it in
 * the region that the data leaves, tries a hook that fails up to twice more, 5 s apart, and polls the status every 5
 * minutes (its documentation of realm migrations). So each must come to the same when it is called again.
 */
export type DataResidencyHooks = Readonly<
  Record<DataResidencyHook, (call: DataResidencyCall) => Promise<DataResidencyAnswer | undefined>>
>;

export interface DataResidencyCall {
  /** Proven: whose data moves. */
  readonly invocation: Invocation;
  /** When an answer must be under way. */
  readonly signal: AbortSignal;
}

/** The answer's body. Forge reads it of `status` only: anything but `ready-to-commit` at the end is rolled back. */
export interface DataResidencyAnswer {
  readonly status?: string;
  /** With the status `failed`: why, by Forge's list, such as `E9999` for a generic failure. */
  readonly errorResponseCode?: string;
}
