import { z } from 'zod';
import { isHostName, isJwksUrlTemplate } from '../lambda/contract/clouds';
import { FORGE_ENVIRONMENTS } from '../lambda/contract/routes';
import type {
  AlarmTopicsInput,
  ConfigInput,
  IsolatedCloudInput,
  MonitorInput,
  RegionsInput,
  SlackInput,
  SlotInput,
  StageInput,
  WorkerInput,
} from './config';
import { checked, type FieldsOf, listOf, matching, strict, valueOr, wholeNumber } from './config-fields';
import { checkExposure, exposureSchema } from './exposure-schema';
import { checkRegion } from './manifest/regions';

/** Days for which CloudWatch Logs can keep a log (CloudWatch Logs API, PutRetentionPolicy). */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export type LogRetentionDays = (typeof LOG_RETENTION_DAYS)[number];

const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;
const TOPIC_ARN_ALLOWED = "an SNS topic's ARN, such as 'arn:aws:sns:us-east-1:123456789012:pager'";

const slotFields = {
  strategy: z.enum(['single', 'perInstallation'], { error: "'single' or 'perInstallation'" }).default('single'),
  retain: z.boolean({ error: 'true or false' }).exactOptional(),
} satisfies FieldsOf<SlotInput>;

const isolatedCloudFields = {
  jwksUrlTemplate: checked(
    isJwksUrlTemplate,
    "an https: URL with {icLabel} in it once, such as 'https://{icLabel}.example.com/jwks.json'",
  ),
  apiHosts: listOf(checked(isHostName, "a host name in lower case and nothing else, such as 'api.example.com'")),
} satisfies FieldsOf<IsolatedCloudInput>;

const workerFields = {
  timeoutMinutes: wholeNumber('minutes', 1, 14).default(5),
  maxAttempts: wholeNumber('runs', 1, 10).default(3),
  concurrency: wholeNumber('runs', 2, 1000).exactOptional(),
} satisfies FieldsOf<WorkerInput>;

const monitorFields = {
  reapAfterDays: wholeNumber('days', 1, 365).exactOptional(),
} satisfies FieldsOf<MonitorInput>;

const alarmTopicFields = {
  page: matching(TOPIC_ARN, TOPIC_ARN_ALLOWED).exactOptional(),
  ticket: matching(TOPIC_ARN, TOPIC_ARN_ALLOWED).exactOptional(),
} satisfies FieldsOf<AlarmTopicsInput>;

const slackFields = {
  workspaceId: matching(/^[A-Z0-9]{9,20}$/, "a workspace's id, such as 'T012ABCDEFG'"),
  channelId: matching(/^[A-Z0-9]{9,20}$/, "a channel's id, such as 'C012ABCDEFG'"),
} satisfies FieldsOf<SlackInput>;

const awsRegion = matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region, such as 'us-east-1'");

const regionFields = {
  default: awsRegion,
  EU: awsRegion.exactOptional(),
  US: awsRegion.exactOptional(),
  AU: awsRegion.exactOptional(),
  DE: awsRegion.exactOptional(),
  SG: awsRegion.exactOptional(),
  CA: awsRegion.exactOptional(),
  IN: awsRegion.exactOptional(),
  KR: awsRegion.exactOptional(),
  JP: awsRegion.exactOptional(),
  GB: awsRegion.exactOptional(),
  CH: awsRegion.exactOptional(),
} satisfies FieldsOf<RegionsInput>;

const stageFields = {
  name: matching(/^[a-z][a-z0-9-]{0,19}$/, 'a lower-case letter, then up to 19 lower-case letters, digits and dashes'),
  account: matching(/^\d{12}$/, "12 digits in quotes, such as '123456789012'").exactOptional(),
  region: awsRegion.exactOptional(),
  regions: strict(regionFields).exactOptional(),
  environments: listOf(z.enum(FORGE_ENVIRONMENTS, { error: `one of ${FORGE_ENVIRONMENTS.join(', ')}` })),
  alarmEmails: z
    .array(z.email({ error: "an e-mail address, such as 'ops@example.com'" }), { error: 'a list of e-mail addresses' })
    .default([]),
  alarmTopics: strict(alarmTopicFields).prefault({}),
  slack: strict(slackFields).exactOptional(),
  logRetentionDays: z
    .literal(LOG_RETENTION_DAYS, { error: `a number of days out of ${LOG_RETENTION_DAYS.join(', ')}` })
    .default(30),
  reservedConcurrency: z
    .int({ error: 'a whole number from 1' })
    .min(1, { error: 'a whole number from 1; leave it out to reserve none' })
    .exactOptional(),
  trustKeysForHours: z
    .int({ error: 'a whole number of hours from 1' })
    .min(1, { error: 'a whole number of hours from 1' })
    .default(24),
  isolatedCloud: strict(isolatedCloudFields).exactOptional(),
  slot: strict(slotFields).prefault({}),
  worker: valueOr(false, strict(workerFields, 'false, or ')).prefault({}),
  monitor: valueOr(false, strict(monitorFields, 'false, or ')).prefault({}),
  dashboard: z.boolean({ error: 'true or false' }).default(true),
  exposure: exposureSchema,
} satisfies FieldsOf<StageInput>;

type StageOutput = z.output<z.ZodObject<typeof stageFields>>;

const stageSchema = strict(stageFields)
  .superRefine(refuseReaperOfOneSlot)
  .superRefine(checkRegions)
  .superRefine(checkExposure);

const configFields = {
  name: matching(
    /^[a-z][a-z0-9-]{0,59}$/,
    'a lower-case letter, then up to 59 lower-case letters, digits and dashes',
  ).default('forge-remote'),
  // Forge's own rule for a remote's key (Atlassian's manifest schema).
  remoteKey: matching(/^[a-zA-Z0-9_-]{1,23}$/, 'up to 23 letters, digits, dashes and underscores').exactOptional(),
  stages: listOf(stageSchema).superRefine(refuseSameName, { when: () => true }),
} satisfies FieldsOf<ConfigInput>;

/** The rules of config.ts. The messages say what is allowed; `describeIssues` adds where, and what was received. */
export const configSchema = strict(configFields);

/** A stage's name is part of its stack's name, so two stages of one name would be one stack. */
function refuseSameName(stages: unknown, context: z.core.$RefinementCtx): void {
  // Runs beside the other checks, so that all problems are listed at once: the stages may still be anything.
  if (!Array.isArray(stages)) return;
  const names = stages.map((stage: unknown) =>
    typeof stage === 'object' && stage && 'name' in stage ? stage.name : undefined,
  );
  for (const [index, name] of names.entries()) {
    if (name === undefined || names.indexOf(name) === index) continue;
    context.addIssue({ code: 'custom', path: [index, 'name'], message: 'a name that no other stage has' });
  }
}

/** The one slot belongs to its stack, and is never deleted while that stands. */
function refuseReaperOfOneSlot(
  { slot, monitor }: Pick<StageOutput, 'slot' | 'monitor'>,
  context: z.core.$RefinementCtx,
): void {
  if (monitor === false || monitor.reapAfterDays === undefined || slot.strategy === 'perInstallation') return;
  context.addIssue({
    code: 'custom',
    path: ['monitor', 'reapAfterDays'],
    message: "no value with slot.strategy 'single'; slots are deleted only with 'perInstallation'",
  });
}

/** A stage is in one region, or in several by Forge's keys; and its alarms can only tell topics in their own region. */
function checkRegions(
  { region, regions, alarmTopics }: Pick<StageOutput, 'region' | 'regions' | 'alarmTopics'>,
  context: z.core.$RefinementCtx,
): void {
  const problem = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (region === undefined && regions === undefined) {
    problem(['region'], "an AWS region, such as 'us-east-1'; or several as regions: { default: 'us-east-1', EU: … }");
  }
  if (region !== undefined && regions !== undefined) {
    problem(['region'], 'nothing beside regions: the stack for all other sites is in regions.default');
  }
  const inUse = regions ?? { default: region ?? '' };
  for (const [key, awsRegion] of Object.entries(inUse)) {
    const reason = regions && checkRegion(key, awsRegion);
    if (reason !== undefined) problem(['regions', key], reason);
  }
  for (const [severity, arn] of Object.entries(alarmTopics)) {
    const elsewhere = Object.values(inUse).find((awsRegion) => awsRegion !== arn.split(':')[3]);
    // Of what is no ARN, the field's own check tells.
    if (elsewhere === undefined || elsewhere === '' || !TOPIC_ARN.test(arn)) continue;
    problem(
      ['alarmTopics', severity],
      `a topic in ${elsewhere}, since an alarm tells topics in its own region only. With several regions leave it out, and ` +
        "subscribe to each stack's own topics",
    );
  }
}
