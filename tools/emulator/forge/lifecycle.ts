import type { Installation } from './invocation-token';

/** Life cycle events that Forge sends to a remote. */
export type LifecycleEvent = 'avi:forge:installed:app' | 'avi:forge:upgraded:app';

/** An account id in Atlassian's format. It is nobody's. */
const ACCOUNT_ID = '000000000000000000000000';

/**
 * The body of a life cycle event, as Atlassian documents it. It doesn't name the event: the called endpoint tells.
 */
export function lifecyclePayload(event: LifecycleEvent, appId: string, { uuid, cloudId }: Installation) {
  const isNew = event === 'avi:forge:installed:app';
  return {
    id: uuid,
    ...(isNew ? { installerAccountId: ACCOUNT_ID } : { upgraderAccountId: ACCOUNT_ID }),
    app: { id: appId.split('/').at(-1) ?? appId, version: isNew ? '1.0.0' : '2.0.0' },
    context: `ari:cloud:confluence::site/${cloudId}`,
  };
}
