import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { handler as receive } from './receiver.mjs';

// Beside the deployed receiver, in one process with it: calls both in turn, and tells how long each took. The bench
// copies the receiver's bundle beside this one.

interface Warm {
  readonly jwks: JSONWebKeySet;
  readonly issuer: string;
  readonly audience: string;
  /** Function URL events, each with an invocation token of its own. */
  readonly events: readonly { readonly headers: { readonly authorization: string } }[];
}

/** Milliseconds of each call, but for those that go before, in which code is compiled and the token stored. */
export interface WarmTimes {
  readonly ours: number[];
  readonly verifyOnly: number[];
}

/** Share of the events that goes before. */
const WARM_UP = 0.5;

export async function handler({ jwks, issuer, audience, events }: Warm): Promise<WarmTimes> {
  const keys = createLocalJWKSet(jwks);
  const times: WarmTimes = { ours: [], verifyOnly: [] };
  for (const [index, event] of events.entries()) {
    const startedAt = performance.now();
    const { statusCode } = await receive(event);
    const receivedAt = performance.now();
    await jwtVerify(event.headers.authorization.slice('Bearer '.length), keys, {
      algorithms: ['RS256'],
      issuer,
      audience,
    });
    const verifiedAt = performance.now();
    if (statusCode !== 200) throw new Error(`The receiver answered ${statusCode}; expected: 200.`);
    if (index < events.length * WARM_UP) continue;
    times.ours.push(receivedAt - startedAt);
    times.verifyOnly.push(verifiedAt - receivedAt);
  }
  return times;
}
