import type { DataResidencyHook } from '../contract/routes';
import type { Invocation } from '../forge/claims';

/**
 * What the app does when a site's data moves to another region: a function for each of Forge's hooks. Forge calls it in the
 * old region, retries a failed hook up to twice, 5 s apart, and polls the status every 5 minutes (its documentation of realm
 * migrations). So each function must be idempotent.
 */
export type DataResidencyHooks = Readonly<
  Record<DataResidencyHook, (call: DataResidencyCall) => Promise<DataResidencyAnswer | undefined>>
>;

export interface DataResidencyCall {
  /** Proven: whose data moves. */
  readonly invocation: Invocation;
  /** Aborts when it is too late for an answer. */
  readonly signal: AbortSignal;
}

/**
 * The answer of a hook. Forge reads only the body of `status`: a move that doesn't end with `ready-to-commit` is rolled back.
 * An HTTP status other than 2xx means that the hook failed.
 */
export interface DataResidencyAnswer {
  readonly status?: string;
  /** Reason of a failure, with the status `failed` or a `httpStatus`: a code of Forge's list, such as `E9999`. */
  readonly errorResponseCode?: string;
  /**
   * HTTP status of the answer, whose body has the other fields. Not 401, which tells Forge that its token was refused. A
   * hook that throws is answered with 500 and no code.
   *
   * @default 200
   */
  readonly httpStatus?: 400 | 403 | 404 | 409 | 410 | 422 | 429 | 500 | 503;
}
