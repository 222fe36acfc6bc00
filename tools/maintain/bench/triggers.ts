import type { Installation } from '../../emulator/forge/invocation-token';
import { type Firing, type Fleet, newTraceId, type Trigger } from '../test/support/fleet';

export const TRIGGER: Trigger = { path: '/forge/hourly', key: 'hourly-trigger' };

/** A firing with a new system token for each of so many installations. */
export function newFirings(fleet: Fleet, count: number): Promise<Firing[]> {
  const installations = Array.from({ length: count }, fleet.install);
  return Promise.all(installations.map((installation) => newFiring(fleet, installation)));
}

async function newFiring(fleet: Fleet, installation: Installation): Promise<Firing> {
  return { installation, trigger: TRIGGER, systemToken: await fleet.issue(installation, 0), traceId: newTraceId() };
}
