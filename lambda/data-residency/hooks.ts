import type { DataResidencyHook } from '../contract/routes';
import type { Invocation } from '../forge/claims';

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

/**
 * What a hook answers. Forge reads the body of `status` only: anything but `ready-to-commit` at the end is rolled back.
 * Any status but 2xx says that the hook has failed.
 */
export interface DataResidencyAnswer {
  readonly status?: string;
  /** Of a failure, with the status `failed` or a `httpStatus`: why, by Forge's list, such as `E9999` for a generic one. */
  readonly errorResponseCode?: string;
  /**
   * HTTP status of the answer, which has the other fields as its body. Not 401: with it Forge takes its own token for
   * refused. A hook that throws is answered with 500, and with no code.
   *
   * @default 200
   */
  readonly httpStatus?: 400 | 403 | 404 | 409 | 410 | 422 | 429 | 500 | 503;
}
