import type { z } from 'zod';
import type { RegionKey } from '../manifest/regions';
import { type ByRegion, listOf, matching, settingIn, strict } from './fields';
import type { Exposure } from './http-api';
import { checkStage } from './rules';
import { stageOptions } from './stage';

const stageSchema = stageOptions.superRefine(checkStage).transform(({ slot, ...stage }) => ({
  ...stage,
  slot: { ...slot, retain: slot.retain ?? stage.environments.includes('PRODUCTION') },
}));

/** A checked stage, with all defaults filled in. */
export type Stage = z.output<typeof stageSchema>;

/** The options `worker` and `monitor`, if they are not `false`. */
export type WorkerOptions = Exclude<Stage['worker'], false>;
export type MonitorOptions = Exclude<Stage['monitor'], false>;

/**
 * The schema of config.ts. Its messages say what is allowed; `describeIssues` adds the place and the received value.
 */
export const configSchema = strict({
  /**
   * Prefix of all stack names: the stack of stage `dev` is called `<name>-dev`. Renaming creates new stacks with new
   * URLs, and every admin must consent again.
   *
   * @default 'forge-remote'
   */
  name: matching(
    /^[a-z][a-z0-9-]{0,59}$/,
    'a lower-case letter, then up to 59 lower-case letters, digits and dashes',
  ).default('forge-remote'),
  /**
   * Key of the remote in manifest.yml that this backend serves. Only needed if scheduled triggers use several remotes.
   * The format is Forge's (Atlassian's manifest schema).
   *
   * @default - the only remote whose scheduled triggers ask for a system token
   */
  remoteKey: matching(/^[a-zA-Z0-9_-]{1,23}$/, 'up to 23 letters, digits, dashes and underscores').exactOptional(),
  /** At least one. Each is deployed as its own stack, with its own URL and slots. */
  stages: listOf(stageSchema).superRefine(checkNames, { when: () => true }),
});

/** A stage's name is part of its stack's name, so two stages with the same name would be one stack. */
function checkNames(stages: unknown, context: z.core.$RefinementCtx): void {
  // Runs even if other checks fail, so that all problems are listed at once. So `stages` can be anything here.
  if (!Array.isArray(stages)) return;
  const names = stages.map((stage: unknown) =>
    typeof stage === 'object' && stage && 'name' in stage ? stage.name : undefined,
  );
  for (const [index, name] of names.entries()) {
    if (name === undefined || names.indexOf(name) === index) continue;
    context.addIssue({ code: 'custom', path: [index, 'name'], message: 'a name that no other stage has' });
  }
}

/** The type of a setting in one region. */
type InRegion<Setting> = Setting extends ByRegion<infer Value> ? Value : Setting;

/** Settings that can differ by region. */
type Regional = 'slack' | 'alarmTopics' | 'logKmsKeyArn' | 'messageKmsKeyArn';

/** A stage in one region: regional settings have a single value. */
export type RegionalStage = Omit<Stage, Regional | 'exposure' | 'slot'> & {
  readonly [Name in keyof Pick<Stage, Regional>]: InRegion<Stage[Name]>;
} & {
  readonly exposure: Exposure;
  readonly slot: Omit<Stage['slot'], 'kmsKeyArn'> & { readonly kmsKeyArn?: string };
};

/** The stage in the region with Forge's key `regionKey`. */
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
