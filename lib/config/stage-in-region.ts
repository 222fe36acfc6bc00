import type { RegionKey } from '../manifest/regions';
import { type ByRegion, settingIn } from './fields';
import type { Exposure } from './http-api';
import type { Stage } from './schema';

/** What a setting is in one region. */
type InRegion<Setting> = Setting extends ByRegion<infer Value> ? Value : Setting;

/** What config.ts may say for each region. */
type Regional = 'slack' | 'alarmTopics' | 'logKmsKeyArn' | 'messageKmsKeyArn';

/** A stage as one of its stacks has it: with a single value for what config.ts may say for each region. */
export type RegionalStage = Omit<Stage, Regional | 'exposure' | 'slot'> & {
  readonly [Name in keyof Pick<Stage, Regional>]: InRegion<Stage[Name]>;
} & {
  readonly exposure: Exposure;
  readonly slot: Omit<Stage['slot'], 'kmsKeyArn'> & { readonly kmsKeyArn?: string };
};

/** The stage as its stack in the region with Forge's key `regionKey` has it. */
export function stageIn(stage: Stage, regionKey: RegionKey): RegionalStage {
  const { exposure, alarmTopics, slack, logKmsKeyArn, messageKmsKeyArn, slot, ...others } = stage;
  const { kmsKeyArn, ...rest } = slot;
  return {
    ...others,
    exposure: settingIn<Exposure>(exposure, regionKey),
    alarmTopics: settingIn(alarmTopics, regionKey),
    ...(slack && { slack: settingIn(slack, regionKey) }),
    ...(logKmsKeyArn !== undefined && { logKmsKeyArn: settingIn(logKmsKeyArn, regionKey) }),
    ...(messageKmsKeyArn !== undefined && { messageKmsKeyArn: settingIn(messageKmsKeyArn, regionKey) }),
    slot: { ...rest, ...(kmsKeyArn !== undefined && { kmsKeyArn: settingIn(kmsKeyArn, regionKey) }) },
  };
}
