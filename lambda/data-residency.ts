// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import type { DataResidencyHooks } from './data-residency/hooks';

/**
 * What Forge is told when a site's data moves to another region, where manifest.yml has a `migration:dataResidency`
 * module.
 *
 * This backend has nothing that would have to move. A slot holds an app system token: no data of an end user, dead within
 * 4 hours, and never needed in the other region, whose own slot Forge fills with its first call there. So every hook says
 * that all is well, and the move is ready at once.
 *
 * Does your app keep data of its own? Then this is the place: copy it in `start`, say in `status` how far that is, delete
 * the original in `commit` and the copy in `rollback`. An answer has 4 s, so copying is work for a queue.
 */
export const dataResidency: DataResidencyHooks = {
  schedule: async () => undefined,
  start: async () => undefined,
  status: async () => ({ status: 'ready-to-commit' }),
  commit: async () => undefined,
  rollback: async () => undefined,
};
