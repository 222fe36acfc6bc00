import { Refusal } from '../contract/outcomes';
import { RELEASED_LABEL } from '../contract/slot';
import { type StoredVersion, type Timing, timingOf, unavailable } from './slot-writer';

/** The stack's one slot, for its release. */
export interface ReleasableStore {
  /** Its versions with a label. `undefined` when there is no secret yet. */
  describe(signal: AbortSignal): Promise<readonly StoredVersion[] | undefined>;
  /** Moves the label for a release to `to`, from `from` if it was there. False when the labels have moved meanwhile. */
  release(to: string, from: string | undefined, signal: AbortSignal): Promise<boolean>;
}

/** Most attempts. */
const MOST_ATTEMPTS = 3;

/** Pause between two attempts, in milliseconds: a little longer than the service's expected lag. */
const SETTLED_MS = 1_100;

/**
 * Frees the stack's one slot when its installation is uninstalled: another installation may have it at once, and nobody
 * waits for its next token. The token itself stays until it expires.
 *
 * A slot that isn't freed keeps others out for hours, and the service may lag by a second. So this looks again until nothing
 * was left to do for that long.
 *
 * @returns `acknowledged` when the slot holds no token of this installation
 * @throws {Refusal} `slot-unavailable`
 */
export async function release(
  store: ReleasableStore,
  installation: string,
  signal: AbortSignal,
  given?: Partial<Timing>,
): Promise<'released' | 'acknowledged'> {
  const { sleep } = timingOf(given);
  let isReleased = false;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(SETTLED_MS, signal).catch(unavailable);
    const versions = (await store.describe(signal)) ?? [];
    const current = versions.find((version) => version.current);
    const isOurs = current?.parsed?.installation === installation;
    const isFree = current === undefined || !isOurs || current.labels.includes(RELEASED_LABEL);
    if (isOurs && isFree) isReleased = true;
    if (isFree && attempt > 0) return isReleased ? 'released' : 'acknowledged';
    if (isFree) continue;
    const before = versions.find(({ labels }) => labels.includes(RELEASED_LABEL));
    if (await store.release(current.id, before?.id, signal)) isReleased = true;
  }
  if (isReleased) return 'released';
  throw new Refusal('slot-unavailable', `The slot's labels changed in each of ${MOST_ATTEMPTS} attempts.`);
}
