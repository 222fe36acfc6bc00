import { Refusal } from '../contract/outcomes';
import { RELEASED_LABEL } from '../contract/slot';
import { type StoredVersion, type Timing, timingOf, unavailable } from './slot-writer';

/** The stack's one slot, as its release needs it. */
export interface ReleasableStore {
  /** Its versions with a label; `undefined` when the secret has to be made first. */
  describe(signal: AbortSignal): Promise<readonly StoredVersion[] | undefined>;
  /** Labels `to` as released, a label that `from` may have had. False when the labels have moved meanwhile. */
  release(to: string, from: string | undefined, signal: AbortSignal): Promise<boolean>;
}

/** Looks at the slot before a release is given up. */
const MOST_LOOKS = 3;

/** Between two of them, in milliseconds: a little more than the service is expected to be behind. */
const SETTLED_MS = 1_100;

/**
 * Frees the stack's one slot, whose installation is being uninstalled: another installation may have it at once, and
 * nobody waits for its next token. The token itself stays until it expires; it can't be taken back.
 *
 * What isn't freed keeps others out for hours, and the service may be a second behind: so the slot is looked at until
 * there was nothing left to do for that long.
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
  for (let look = 0; look < MOST_LOOKS; look++) {
    if (look > 0) await sleep(SETTLED_MS, signal).catch(unavailable);
    const versions = (await store.describe(signal)) ?? [];
    const current = versions.find((version) => version.current);
    const isOurs = current?.parsed?.installation === installation;
    const isFree = current === undefined || !isOurs || current.labels.includes(RELEASED_LABEL);
    if (isOurs && isFree) isReleased = true;
    if (isFree && look > 0) return isReleased ? 'released' : 'acknowledged';
    if (isFree) continue;
    const before = versions.find(({ labels }) => labels.includes(RELEASED_LABEL));
    if (await store.release(current.id, before?.id, signal)) isReleased = true;
  }
  if (isReleased) return 'released';
  throw new Refusal('slot-unavailable', `The slot's labels changed under us ${MOST_LOOKS} times.`);
}
