import type { Stage } from './config';
import type { ForgeRemote } from './forge-remote';
import type { RemoteStack } from './remote-stack';

/** Adds AWS resources of a fork's own to a stack: what lib/resources.ts exports. Called once for each stack. */
export type AddResources = (to: ResourcesProps) => void;

export interface ResourcesProps {
  /** The stack that they go into: one for each stage, in each of its regions. */
  readonly stack: RemoteStack;
  /**
   * The backend in that stack. `remote.worker?.function` and `remote.receiver.function` take grants and environment
   * variables, `remote.notifications.topics` take alarms, `remote.grantTokenRead` lets another function read tokens.
   */
  readonly remote: ForgeRemote;
  /** The stage in config.ts, checked. */
  readonly stage: Stage;
}
