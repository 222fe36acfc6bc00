import type { z } from 'zod';
import type { ForgeEnvironment } from '../lambda/contract/routes';
import { ConfigError, describeIssues } from './config-error';
import { configSchema, type LogRetentionDays } from './config-schema';
import type { ExposureInput } from './exposure-input';
import type { RegionKey } from './manifest/regions';

/** What config.ts says: the AWS side of a fork. */
export interface ConfigInput {
  /**
   * Start of every stack's name: the stack of stage `dev` is called `<name>-dev`. Lower-case letters, digits and dashes.
   * Renaming makes new stacks with new URLs, and every admin has to consent again.
   *
   * @default 'forge-remote'
   */
  name?: string;
  /**
   * Key of the remote in manifest.yml that this backend serves. Needed only when scheduled triggers use several.
   *
   * @default - the one remote whose scheduled triggers ask for a system token
   */
  remoteKey?: string;
  /** At least one; each becomes a stack of its own, with its own URL and its own slot. */
  stages: readonly StageInput[];
}

/** One deployment of the backend. */
export interface StageInput {
  /** Such as `dev`: part of the stack's name, and what `--stage` takes. Up to 20 lower-case letters, digits and dashes. */
  name: string;
  /**
   * AWS account, 12 digits in quotes. Set it for production: a deployment with the wrong credentials then fails.
   *
   * @default - the account of the credentials that deploy
   */
  account?: string;
  /** AWS region, such as `us-east-1`. Either this or {@link regions}. */
  region?: string;
  /**
   * AWS regions by Forge's keys, for customers who want their data in a region: `{ default: 'us-east-1', EU:
   * 'eu-central-1' }` makes a stack in each, with its own URL and its own slots. The one for `default` serves every site
   * whose region has none of its own.
   *
   * @default - one stack, in {@link region}
   */
  regions?: RegionsInput;
  /**
   * Forge environment types that this stage serves; calls from others are refused. All of them share the app id, so
   * this list is what keeps a development installation out of production's slot.
   */
  environments: readonly ForgeEnvironment[];
  /**
   * Who gets the alarms. Each address first receives a mail from AWS and has to confirm it.
   *
   * @default [] - alarms are visible in CloudWatch only
   */
  alarmEmails?: readonly string[];
  /**
   * SNS topics that exist already, such as a pager's, and are told of alarms as well.
   *
   * @default {} - none
   */
  alarmTopics?: AlarmTopicsInput;
  /**
   * A Slack channel that gets the alarms, through Amazon Q Developer in chat applications.
   *
   * @default - none
   */
  slack?: SlackInput;
  /**
   * Days to keep the receiver's log; one of `LOG_RETENTION_DAYS`.
   *
   * @default 30
   */
  logRetentionDays?: LogRetentionDays;
  /**
   * Concurrent executions set aside for the receiver, which is also the most it can use. It caps what a flood of
   * requests to the public URL can cost, and keeps that flood from starving the account's other functions.
   *
   * Leave it unset in an account with Lambda's initial limit of 10 concurrent executions: AWS always keeps at least 10
   * unreserved, so there are none to reserve and the deployment fails. Ask for a higher quota first.
   *
   * @default - not reserved
   */
  reservedConcurrency?: number;
  /**
   * How long known keys are trusted while Forge's key server can't be reached, in hours. Longer rides out a longer
   * outage; but a key that Forge has withdrawn is trusted for as long, by a function that can't learn of it.
   *
   * @default 24
   */
  trustKeysForHours?: number;
  /**
   * Isolated Clouds whose calls are accepted beside those of Atlassian's commercial cloud. Atlassian gives both values.
   *
   * @default - calls from Isolated Clouds are refused
   */
  isolatedCloud?: IsolatedCloudInput;
  /**
   * Where the app system token is kept.
   *
   * @default - one slot, deleted with the stack unless that serves PRODUCTION
   */
  slot?: SlotInput;
  /**
   * How lambda/job.ts is run, once for each call of a scheduled trigger. `false`: it isn't, and neither its function
   * nor its queue is deployed.
   *
   * @default {} - on, with the defaults of each setting
   */
  worker?: WorkerInput | false;
  /**
   * Looks at the slots every 5 minutes, and alarms before a token expires that Forge no longer renews. `false`: nobody
   * is told before the first job fails.
   *
   * It costs $1.96 a month with one slot, and $7.09 with 10,000 (AWS's prices in us-east-1; docs/runbook.md adds them up).
   *
   * @default {} - on, and no slot is ever deleted by it
   */
  monitor?: MonitorInput | false;
  /**
   * One screen in CloudWatch that shows how the stage is, and saved queries for its logs. $3 a month beyond the first three
   * dashboards of an account (AWS's prices in us-east-1).
   *
   * @default true
   */
  dashboard?: boolean;
  /**
   * The URL that Forge calls: `'functionUrl'`, which AWS makes up, or an HTTP API under a domain of yours. A change of it
   * is a new URL, to which every admin has to consent; `keepFunctionUrl` makes that one consent without an outage.
   *
   * @default 'functionUrl'
   */
  exposure?: 'functionUrl' | ExposureInput;
}

/** AWS regions by the keys that Forge has for `baseUrl` in manifest.yml. */
export type RegionsInput = { readonly default: string } & { readonly [Key in RegionKey]?: string };

/**
 * ARNs of SNS topics, in the stage's region, by the severity of the alarms that they get. A topic's policy has to let
 * `cloudwatch.amazonaws.com` publish.
 */
export interface AlarmTopicsInput {
  /**
   * Wakes somebody: tokens run out, or nobody would notice that they do.
   *
   * @default - none
   */
  page?: string;
  /**
   * Can wait for the morning.
   *
   * @default - none
   */
  ticket?: string;
}

/** A Slack channel. Its workspace has to be authorized once, in the console of Amazon Q Developer in chat applications. */
export interface SlackInput {
  /** Such as `T012ABCDEFG`. */
  workspaceId: string;
  /** Such as `C012ABCDEFG`. A private channel has to invite the app first: `/invite @Amazon Q`. */
  channelId: string;
}

/** Isolated Clouds that a stage serves. */
export interface IsolatedCloudInput {
  /** `https:` URL of their key sets, with `{icLabel}` where the label of the one that calls goes. */
  jwksUrlTemplate: string;
  /** Host names of their APIs, such as `api.example.com`: their tokens are sent to no other. */
  apiHosts: readonly string[];
}

/** Where a stage keeps the app system token. */
export interface SlotInput {
  /**
   * - `single`: one secret, with an ARN that is known when it is deployed. For an app of your own on one site. It belongs
   *   to the first installation that calls; another one is refused until the first one's token has expired.
   * - `perInstallation`: a secret for each installation, made at its first call and deleted when the app is uninstalled.
   *   For an app on several sites.
   * - `dynamodb`: one table with an item for each installation, made and deleted like the secrets above. For an app on so
   *   many sites that a secret for each costs too much.
   *
   * A secret costs $0.40 a month (AWS Secrets Manager pricing), an item about a tenth of a cent (DynamoDB pricing). To change the strategy is no loss:
   * each installation's next call fills the new slot, and until then its job is tried again.
   *
   * @default 'single'
   */
  strategy?: 'single' | 'perInstallation' | 'dynamodb';
  /**
   * Keep the secrets, or the table, when their stack is deleted. With `single`, the secret's ARN then stays valid for
   * whoever reads it.
   *
   * @default - true in a stage that serves PRODUCTION, false in any other
   */
  retain?: boolean;
  /**
   * ARN of a key in AWS KMS, in the stage's region, that the table of `dynamodb` is encrypted with: for whom a key of
   * AWS's won't do. It costs $1 a month and a call now and then (AWS KMS pricing). Its policy has to leave access to the
   * account's IAM policies, as KMS's default policy does. A table keeps its items when its key is changed.
   *
   * @default - a key that DynamoDB owns and does not charge for
   */
  kmsKeyArn?: string;
}

/** How lambda/job.ts is run. */
export interface WorkerInput {
  /**
   * How long one run may take, in minutes: 1 to 14. A run that fails is tried again after 6 times this time, as AWS
   * recommends for the queue of a function.
   *
   * @default 5
   */
  timeoutMinutes?: number;
  /**
   * How often a job is run before it is given up and kept in the dead-letter queue, which is an alarm: 1 to 10.
   *
   * @default 3
   */
  maxAttempts?: number;
  /**
   * How many jobs may run at once: 2 to 1,000, which are the limits of AWS Lambda. Jobs of one installation never do.
   *
   * @default - as many as there are installations with work, and as the account's concurrency allows
   */
  concurrency?: number;
}

/** How the slots are watched. */
export interface MonitorInput {
  /**
   * Delete the slots whose token expired longer ago than this, in days: 1 to 365. Such a slot is what remains of an
   * installation whose uninstall we were not told of; until it is gone, its token counts as one that has run out. Not for
   * the strategy `single`, whose slot belongs to the stack. With `dynamodb` the table does it, within some days.
   *
   * @default - none is deleted; with `dynamodb`, after 30 days
   */
  reapAfterDays?: number;
}

/** A configuration that was checked, with every default filled in. */
export type Config = z.output<typeof configSchema>;
/** A stage that was checked, with every default filled in. */
export type Stage = Config['stages'][number];

/** Lets an editor complete and explain config.ts. The values are checked by {@link parseConfig}, at synth. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/**
 * The configuration in `input`, with every default filled in.
 *
 * @param file - where it comes from, for the error message
 * @throws {ConfigError} that lists all problems
 */
export function parseConfig(input: unknown, file = 'config.ts'): Config {
  const result = configSchema.safeParse(input);
  if (!result.success) throw new ConfigError(file, describeIssues(result.error.issues, input));
  return result.data;
}
