import type { Installation } from './invocation-token';

/** Events of an app's own life that Forge sends to a remote. */
export type LifecycleEvent = 'avi:forge:installed:app' | 'avi:forge:upgraded:app';

/** The account of whoever installed or upgraded the app: in Atlassian's form, and nobody's. */
const ACCOUNT_ID = '000000000000000000000000';

/**
 * What is new about the app, in the shape that Atlassian's documentation of lifecycle events gives. It doesn't name the
 * event: a remote knows it by the endpoint that is called.
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
