/** What a client of the AWS SDK may be told; by itself it looks where the SDK looks. */
export interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Time for one try, in milliseconds: a call that hangs is tried again while Forge still listens. */
const TRY_MS = 1_000;

/** Of the receiver's client, whichever store it is for. */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: TRY_MS, requestTimeout: TRY_MS, throwOnRequestTimeout: true },
};
