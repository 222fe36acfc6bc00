import type { Reason } from '../../../../../lambda/contract/outcomes';
import { functionUrlEvent } from '../../../../../test/support/forge-call';
import type { Forge } from './forge';
import type { StageSettings } from './stage';
import { createToken, splitToken, type TokenChange, type TokenParts } from './token';

/** Makes the event of one call. */
export type BuildEvent = (forge: Forge) => unknown;

/** A call that must be refused: the good call, with one thing changed. */
export interface Attack {
  /** What is changed, unique in the corpus. */
  readonly name: string;
  /** The one reason with which it is refused. */
  readonly reason: Reason;
  readonly event: BuildEvent;
  /** @default - a stage that serves the commercial cloud's DEVELOPMENT, with an empty slot */
  readonly stage?: StageSettings;
  /** Set where the call is genuine, so that only the slot's writer can refuse it. @default false */
  readonly reachesWriter?: boolean;
}

/** The call that every attack starts from. */
export const goodEvent = (forge: Forge) => eventWith(`Bearer ${createToken(forge)}`, forge);

/** The good event, with another value in place of its authorization header. */
export const withAuthorization =
  (change: (good: string, forge: Forge) => unknown): BuildEvent =>
  (forge) =>
    eventWith(change(`Bearer ${createToken(forge)}`, forge), forge);

/** The good event with another token. */
export const withToken =
  (change: TokenChange | ((forge: Forge) => TokenChange)): BuildEvent =>
  (forge) =>
    eventWith(`Bearer ${createToken(forge, typeof change === 'function' ? change(forge) : change)}`, forge);

/** The good event, with a claim changed that is signed like the others. `undefined` takes it away. */
export const withClaim = (path: string, value: unknown) => withToken({ claims: { [path]: value } });

/** The good event, with its token put together from the signed parts in another way. */
export const withParts = (change: (parts: TokenParts, forge: Forge) => string): BuildEvent =>
  withAuthorization((good, forge) => `Bearer ${change(splitToken(good.slice('Bearer '.length)), forge)}`);

type GoodEvent = ReturnType<typeof goodEvent>;

/** The good event, changed outside of its token. */
export const withEvent =
  (change: (good: GoodEvent, forge: Forge) => unknown): BuildEvent =>
  (forge) =>
    change(goodEvent(forge), forge);

/** The good event, with other HTTP headers beside or in place of its own. */
export const withHeaders = (changes: Readonly<Record<string, unknown>>) =>
  withEvent((good) => ({ ...good, headers: { ...good.headers, ...changes } }));

function eventWith(authorization: unknown, forge: Forge) {
  const event = functionUrlEvent();
  return { ...event, headers: { ...event.headers, authorization, 'x-forge-oauth-system': forge.systemToken } };
}
