import type { DataResidencyHooks } from '../../lambda/data-residency/hooks';

/** Hooks of a backend that has nothing to move. */
export const dataResidency: DataResidencyHooks = {
  schedule: async () => undefined,
  start: async () => undefined,
  status: async () => ({ status: 'ready-to-commit' }),
  commit: async () => undefined,
  rollback: async () => undefined,
};
