import { describeRequest } from './api-url';
import { orAborted, requireTime } from './deadline';
import { type Actor, AtlassianForbidden, AtlassianUnauthorized } from './errors';
import { discard, excerptOf } from './excerpt';
import { type Bearer, type Call, canBeSentAgain, sendWithRetries, type Transport } from './send';

/** Where the token for a request comes from. */
export interface Access {
  readonly actor: Actor;
  bearer(): Promise<Bearer>;
  /** Told when Atlassian answered 401 to `token`: the next `bearer` should bring another, if there is one. */
  drop(token: string): void;
}

/**
 * Sends `call` with a token. A token that is answered with 401 is dropped and asked for again, once: it may have been
 * replaced since it was read.
 *
 * @throws {AtlassianUnauthorized} when the newest token is answered with 401
 * @throws {AtlassianForbidden} when the answer is 403
 */
export async function sendAuthorized(call: Call, access: Access, transport: Transport): Promise<Response> {
  requireTime(transport.deadline, 'no further request was started');
  let bearer = await orAborted(access.bearer(), call.signal);
  let response = await sendWithRetries(call, bearer, transport);
  if (response.status === 401) {
    access.drop(bearer.token);
    const newest = await orAborted(access.bearer(), call.signal);
    if (newest.token !== bearer.token && canBeSentAgain(call)) {
      await discard(response);
      bearer = newest;
      response = await sendWithRetries(call, bearer, transport);
    }
  }
  if (response.status !== 401 && response.status !== 403) return response;

  const Refused = response.status === 401 ? AtlassianUnauthorized : AtlassianForbidden;
  const answer = await excerptOf(response, bearer.token);
  throw new Refused(describeRequest(call.method, call.url(bearer.apiBaseUrl)), access.actor, answer);
}
