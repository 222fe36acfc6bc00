import { RELEASED_LABEL } from '../contract/slot';
import { Refusal } from '../refusal';
import type { SecretStore } from './secret-store';

/** Times that the slot may change under us. */
const MOST_ATTEMPTS = 3;

/**
 * Frees the stack's one slot, whose installation is being uninstalled: another installation may have it at once, and
 * nobody waits for its next token. The token itself stays until it expires; it can't be taken back.
 *
 * @returns `acknowledged` when the slot holds no token of this installation
 * @throws {Refusal} `slot-unavailable`
 */
export async function release(
  store: SecretStore,
  installation: string,
  signal: AbortSignal,
): Promise<'released' | 'acknowledged'> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const versions = (await store.describe(signal)) ?? [];
    const current = versions.find((version) => version.current);
    if (current?.says?.installation !== installation) return 'acknowledged';
    if (current.labels.includes(RELEASED_LABEL)) return 'released';
    const before = versions.find(({ labels }) => labels.includes(RELEASED_LABEL));
    if (await store.release(current.id, before?.id, signal)) return 'released';
  }
  throw new Refusal('slot-unavailable', `The slot's labels changed under us ${MOST_ATTEMPTS} times.`);
}
