import type { Stage } from './config';
import type { ForgeRemote } from './forge-remote';
import type { RemoteStack } from './remote-stack';

/**
 * Adds a fork's own AWS resources to a stack. It is the type of `addResources` in lib/resources.ts, called once per
 * stack.
 */
export type AddResources = (to: ResourcesProps) => void;

export interface ResourcesProps {
  /** The stack to add them to: a stage has one in each of its regions. */
  readonly stack: RemoteStack;
  /**
   * The backend in this stack. `remote.worker?.function` and `remote.receiver.function` take grants and environment
   * variables, `remote.notifications.topics` receive alarms, and `remote.grantTokenRead` lets another function read
   * tokens.
   */
  readonly remote: ForgeRemote;
  /** The stage from config.ts, after all checks. */
  readonly stage: Stage;
}
