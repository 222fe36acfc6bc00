import { FORGE_ENVIRONMENTS, type ForgeEnvironment } from '../contract/routes';
import { installationUuid } from '../contract/slot';
import { isRecord } from '../record';

/** One run of the job, as it waits in the queue. It holds no token: the worker reads the slot when its turn comes. */
export interface JobMessage {
  /** The installation's ARI. */
  readonly installationId: string;
  readonly environment: ForgeEnvironment;
  /** Key of the manifest's module that fired. */
  readonly moduleKey?: string;
  /** Forge's trace id of the call: it leads from the receiver's log to the worker's. */
  readonly traceId?: string;
}

export const formatJobMessage = (message: JobMessage): string => JSON.stringify(message);

/** @throws {Error} when `body` is no such message: it ends in the dead-letter queue, for somebody to look at */
export function parseJobMessage(body: string): JobMessage {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Error('The message is not JSON. Only the receiver writes to this queue.');
  }
  if (!isRecord(value)) throw new Error('The message is not a JSON object. Only the receiver writes to this queue.');
  const { installationId, moduleKey, traceId } = value;
  const environment = FORGE_ENVIRONMENTS.find((known) => known === value.environment);
  if (typeof installationId !== 'string' || !installationUuid(installationId)) {
    throw new Error("The message has no installationId that is an installation's ARI.");
  }
  if (!environment) throw new Error(`The message's environment is not one of ${FORGE_ENVIRONMENTS.join(', ')}.`);
  return {
    installationId,
    environment,
    ...(typeof moduleKey === 'string' && { moduleKey }),
    ...(typeof traceId === 'string' && { traceId }),
  };
}
