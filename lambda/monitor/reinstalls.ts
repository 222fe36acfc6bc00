import type { SlotState } from './slot-state';

/** An installation that has taken the place of an earlier one, whose slot is left over. */
export interface Reinstall {
  /** The uuid of the one that is installed now. */
  readonly installation: string;
  /** The uuid of the one that it has replaced. */
  readonly before: string;
}

/**
 * Which installations have followed an earlier one on the same site. Forge makes a new installation with a new id when
 * an app is uninstalled and installed again (its documentation), and a site has one installation of an environment.
 */
export function findReinstalls(slots: readonly SlotState[]): Reinstall[] {
  const newest = new Map<string, SlotState>();
  for (const slot of slots.filter(({ token }) => token)) {
    for (const site of slot.sites ?? []) {
      const other = newest.get(site);
      if (!other || madeAt(slot) > madeAt(other)) newest.set(site, slot);
    }
  }
  return slots.flatMap(({ token, sites = [] }) => {
    const now = sites.map((site) => newest.get(site)?.token).find((other) => other && other !== token);
    return token && now ? [{ installation: now.installation, before: token.installation }] : [];
  });
}

const madeAt = ({ createdAtMs = 0 }: SlotState) => createdAtMs;
