/**
 * Nobody waits for a sweep, so it outlasts throttling: between two tries the SDK waits longer each time, up to 20 s. It
 * ends all the same when the function's time does.
 */
export const CLIENT_SETTINGS = {
  retryMode: 'standard',
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
