import { Duration, type Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { FORGE_JWKS_URL } from '../../../lambda/contract/settings';
import type { AlarmOptions } from '../../../lib/alarms/add-alarms';
import { parseConfig, type RegionalStage, type StageInput, stageIn } from '../../../lib/config';
import type { ForgeRemoteProps } from '../../../lib/forge-remote';
import type { Manifest } from '../../../lib/manifest/model';
import { DEFAULT_REGION } from '../../../lib/manifest/regions';
import type { ReceiverProps } from '../../../lib/receiver';

export const APP_ID = 'ari:cloud:ecosystem::app/3f0c2a1e-7b7d-4d5c-9a51-2f6b8f1c9d10';

export const MANIFEST: Manifest = {
  file: 'manifest.yml',
  appId: APP_ID,
  placeholderAppId: false,
  remote: { key: 'backend' },
  endpoints: [
    {
      key: 'token-endpoint',
      path: '/forge/token',
      line: 20,
      kind: 'scheduledTrigger',
      users: [{ kind: 'scheduledTrigger', key: 'hourly', interval: 'hour', line: 12 }],
      systemToken: true,
    },
  ],
  foreignKeys: [],
  shortestInterval: 'hour',
  shortestIntervalMinutes: 60,
  tokenNeedsLicence: false,
  systemToken: true,
};

/** As in config.ts: nothing but what has no default. */
export const DEV_STAGE: StageInput = { name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'] };

/** The stage, checked, with these options more, as its first stack has it. */
export function stageWith(options: Partial<StageInput> = {}): RegionalStage {
  const [stage] = parseConfig({ stages: [{ ...DEV_STAGE, ...options }] }).stages;
  if (stage === undefined) throw new Error('A checked configuration has a stage.');
  return stageIn(stage, DEFAULT_REGION);
}

/** The defaults of `worker` in config.ts. */
export const WORKER_SETTINGS = stageWith().worker || { timeoutMinutes: 5, maxAttempts: 3, concurrency: 5 };

export const REMOTE_PROPS: ForgeRemoteProps = {
  appId: APP_ID,
  remoteKey: 'backend',
  app: 'forge-remote',
  stage: stageWith(),
  routes: { '/forge/token': { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } } },
  tokenInterval: Duration.hours(1),
};

/** {@link REMOTE_PROPS} for a stage with these options. The dashboard is a fifth of the work: only its own tests have it. */
export const remoteProps = (options: Partial<StageInput>): ForgeRemoteProps => ({
  ...REMOTE_PROPS,
  stage: stageWith({ dashboard: false, ...options }),
});

/** What alarms take beside what they are about. */
export const alarmOptions = (stack: Stack): AlarmOptions => ({
  topics: { page: [new Topic(stack, 'Page')], ticket: [new Topic(stack, 'Ticket')] },
  stage: stageWith(),
});

export const RECEIVER_PROPS: Omit<ReceiverProps, 'slots'> = {
  appId: APP_ID,
  stage: stageWith({ environments: ['DEVELOPMENT', 'STAGING'] }),
  routes: REMOTE_PROPS.routes,
  jwksUrl: FORGE_JWKS_URL,
  app: 'forge-remote',
  remoteName: 'forge-remote-dev',
};
