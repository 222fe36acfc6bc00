import { FORGE_ENVIRONMENTS } from '../../lambda/contract/routes';
import { isHostName, isJwksUrl, isJwksUrlTemplate, isLabel } from '../../lambda/contract/settings';
import {
  byRegion,
  checked,
  emailAddress,
  flag,
  listOf,
  mapByRegion,
  matching,
  namedBy,
  oneOf,
  strict,
  valueOr,
  wholeNumber,
} from './fields';
import { exposure } from './http-api';

// Every option of a stage: once, with its check, its default and its documentation. The types follow from it, and so
// does docs/reference.md: `npm run reference` writes the comments there.

export const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;
export const TOPIC_ARN_ALLOWED = "an SNS topic's ARN, such as 'arn:aws:sns:us-east-1:123456789012:pager'";

export const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/;
export const KEY_ARN_ALLOWED =
  "a key's ARN in AWS KMS, such as 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012'";

// By IAM's API reference, PutRolePermissionsBoundary and CreatePolicy. A name may have its path before it.
export const BOUNDARY = /^(arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/)?[\w+=,.@-][\w+=,.@/-]{0,511}$/;
export const BOUNDARY_ALLOWED =
  "an IAM policy's name, such as 'developer-boundary', or its ARN, such as 'arn:aws:iam::123456789012:policy/developer-boundary'";

// By AWS's documentation of tags. The tag `sites` of a secret is read by the monitor.
export const TAG_KEY = /^(?!aws:|sites$)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
export const TAG_KEY_ALLOWED =
  "up to 128 letters, digits, spaces and _.:/=+-@, not beginning with 'aws:', and not 'sites', which the backend uses";
export const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
export const TAG_VALUE_ALLOWED = 'up to 256 letters, digits, spaces and _.:/=+-@';

/** Days for which CloudWatch Logs can keep a log (CloudWatch Logs API, PutRetentionPolicy). */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

// Whether there is such a region is AWS's to say: new ones come.
const awsRegion = matching(/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/, "an AWS region, such as 'us-east-1'");

const keyArn = matching(KEY_ARN, KEY_ARN_ALLOWED);

const alarmTopics = strict({
  /**
   * ARN of the topic that wakes somebody: tokens run out, or nobody would notice that they do.
   *
   * @default - none
   */
  page: matching(TOPIC_ARN, TOPIC_ARN_ALLOWED).exactOptional(),
  /**
   * ARN of the topic for what can wait until the morning.
   *
   * @default - none
   */
  ticket: matching(TOPIC_ARN, TOPIC_ARN_ALLOWED).exactOptional(),
});

const slack = strict({
  /** Such as `T012ABCDEFG`. */
  workspaceId: matching(/^[A-Z0-9]{9,20}$/, "a workspace's id, such as 'T012ABCDEFG'"),
  /** Such as `C012ABCDEFG`. A private channel has to invite the app first: `/invite @Amazon Q`. */
  channelId: matching(/^[A-Z0-9]{9,20}$/, "a channel's id, such as 'C012ABCDEFG'"),
});

const apiHosts = listOf(checked(isHostName, "a host name in lower case and nothing else, such as 'api.example.com'"));

const isolatedCloud = strict({
  /**
   * `https:` URL of their key sets, with `{icLabel}` in place of the label of the cloud that calls. The label is read from
   * a token before that is verified, so it must not choose whose host is asked: it stands in the path, or in front of a
   * domain that is yours to trust, as in `https://keys.{icLabel}.example.com/jwks.json`.
   */
  jwksUrlTemplate: checked(
    isJwksUrlTemplate,
    "an https: URL with {icLabel} in it once, in the path or as a whole part of the host in front of a domain, such as 'https://{icLabel}.example.com/jwks.json'",
  ),
  /** Host names of their APIs, such as `api.example.com`: their tokens are sent to no other host. */
  apiHosts,
  /**
   * Labels of the Isolated Clouds that are served. With the list, a made-up label is refused without a fetch of keys, and
   * strangers can't crowd out a cloud of yours.
   *
   * @default - any label, each of which costs a fetch of keys
   */
  labels: listOf(
    checked(isLabel, "a label: up to 50 lower-case letters, digits, dashes and underscores, such as 'acme'"),
  ).exactOptional(),
});

const cloud = strict({
  /** `https:` URL of its key set. */
  jwksUrl: checked(
    (text) => isJwksUrl(text) && text.startsWith('https:'),
    "an https: URL, such as 'https://keys.example.com/jwks.json'",
  ),
  /** Host names of its APIs, such as `api.example.com`: its tokens are sent to no other host. */
  apiHosts,
});

/** Ways to keep slots. */
export const STRATEGIES = ['single', 'perInstallation', 'dynamodb'] as const;

const slot = strict({
  /**
   * - `single`: one secret, with an ARN that is known when it is deployed. For an app of your own on one site. It belongs
   *   to the first installation that calls; another one is refused until the first one's token has expired.
   * - `perInstallation`: a secret for each installation, made at its first call and deleted when the app is uninstalled.
   *   For an app on several sites.
   * - `dynamodb`: one table with an item for each installation, made and deleted like the secrets above. For an app on so
   *   many sites that a secret for each costs too much.
   *
   * A secret costs $0.40 a month (AWS Secrets Manager pricing), an item about a tenth of a cent (DynamoDB pricing).
   * Changing the strategy loses nothing: each installation's next call fills the new slot, and until then its job is
   * tried again.
   *
   * @default 'single'
   */
  strategy: oneOf(STRATEGIES, "'single', 'perInstallation' or 'dynamodb'").default('single'),
  /**
   * Keep the secrets, or the table, when their stack is deleted. With `single`, the secret's ARN then stays valid for
   * whoever reads it.
   *
   * @default - true in a stage that serves PRODUCTION, false in any other
   */
  retain: flag().exactOptional(),
  /**
   * ARN of a key in AWS KMS, in the stage's region, that encrypts the slots; with several regions, one for each:
   * `{ default: …, EU: … }`. The functions get the rights on it that they use, through the slots' service alone. Its
   * policy has to leave access to the account's IAM policies, as KMS's default policy does. It costs $1 a month, and $0.03 for 10,000 calls (AWS KMS pricing).
   *
   * With `perInstallation`, a secret keeps the key that it was made with. After a change from one key to another, delete
   * the secrets that have the earlier one: each is made anew by its installation's next call.
   *
   * @default - a key of AWS's own that costs nothing: `aws/secretsmanager`, or one that DynamoDB owns
   */
  kmsKeyArn: byRegion(keyArn).exactOptional(),
});

const worker = strict(
  {
    /**
     * How long one run may take, in minutes. A run that fails is tried again after 6 times this time, as AWS recommends
     * for the queue of a function.
     *
     * @default 5
     */
    timeoutMinutes: wholeNumber('minutes', 1, 14).default(5),
    /**
     * How often a job that fails is tried before the worker gives it up and keeps its message in the dead-letter queue,
     * which is an alarm. It does so after a run that failed. SQS counts the tries: one that Lambda throttled counts as
     * well, so after such tries a job may have run less often. SQS itself gives up a message 10 tries later, when none of
     * its runs came to an end, for lack of memory.
     *
     * @default 3
     */
    maxAttempts: wholeNumber('runs', 1, 10).default(3),
    /**
     * How many jobs may run at once. Jobs of one installation never do. The limits are those of AWS Lambda. The default is
     * half of the 10 executions at a time that a new AWS account may have: without a bound the worker would take them
     * all, and Forge's calls would be turned away. With 5, some 1,800 jobs of 10 seconds are done in an hour; raise it
     * with the account's quota.
     *
     * @default 5
     */
    concurrency: wholeNumber('runs', 2, 1000).default(5),
  },
  'false, or ',
);

const monitor = strict(
  {
    /**
     * Delete the slots whose token expired longer ago than this, in days; `false`: none is deleted. Such a slot is what
     * remains of an installation whose uninstall we were not told of. Not for the strategy `single`, whose slot belongs to
     * the stack. With `dynamodb` the table does it, within some days, and `false` is not possible.
     *
     * @default - 30, where each installation has a slot
     */
    reapAfterDays: valueOr(false, wholeNumber('days', 1, 365)).exactOptional(),
  },
  'false, or ',
);

/** The options of a stage. rules.ts says how they go together. */
export const stageOptions = strict({
  /** Such as `dev`: part of the stack's name, and what `--stage` takes. */
  name: matching(/^[a-z][a-z0-9-]{0,19}$/, 'a lower-case letter, then up to 19 lower-case letters, digits and dashes'),
  /**
   * AWS account, 12 digits in quotes. Set it for production: a deployment with the wrong credentials then fails.
   *
   * @default - the account of the credentials that deploy
   */
  account: matching(/^\d{12}$/, "12 digits in quotes, such as '123456789012'").exactOptional(),
  /**
   * AWS region, such as `us-east-1`. Give either this or `regions`.
   *
   * @default - none: `regions` says where
   */
  region: awsRegion.exactOptional(),
  /**
   * AWS regions by Forge's keys, for customers who want their data in a region: `{ default: 'us-east-1', EU:
   * 'eu-central-1' }` makes a stack in each, with its own URL and its own slots. The one for `default` serves every site
   * whose region has none of its own.
   *
   * @default - one stack, in `region`
   */
  regions: mapByRegion(awsRegion).exactOptional(),
  /**
   * Tags of all that is deployed, such as `{ CostCenter: '4711' }`, your own resources and the secrets that are made at
   * run time included. They come beside `app`, `stage` and `region`, and count more where they have the same name. A
   * secret keeps the tags that it was made with.
   *
   * @default {}
   */
  tags: namedBy(TAG_KEY, TAG_KEY_ALLOWED, matching(TAG_VALUE, TAG_VALUE_ALLOWED)).default({}),
  /**
   * Name or ARN of the IAM policy that every role gets as its permissions boundary, those of your own resources
   * included. It has to allow what the roles are granted: a boundary that lacks a right takes it away.
   *
   * @default - none
   */
  permissionsBoundary: matching(BOUNDARY, BOUNDARY_ALLOWED).exactOptional(),
  /**
   * What the account's CDK bootstrap stack was made with: `npx cdk bootstrap --qualifier <qualifier>`.
   *
   * @default - that of CDK, `hnb659fds`
   */
  bootstrapQualifier: matching(/^[a-z0-9-]{1,10}$/, 'up to 10 lower-case letters, digits and dashes').exactOptional(),
  /**
   * Forge environment types that this stage serves; calls from others are refused. All of them share the app id, so this
   * list is what keeps a development installation out of production's slot.
   */
  environments: listOf(oneOf(FORGE_ENVIRONMENTS, `one of ${FORGE_ENVIRONMENTS.join(', ')}`)),
  /**
   * Who gets the alarms. Each address first receives a mail from AWS and has to confirm it. With no address, alarms are
   * visible in CloudWatch only.
   *
   * @default []
   */
  alarmEmails: listOf(emailAddress(), 'a list of e-mail addresses', 0).default([]),
  /**
   * ARNs of SNS topics that exist already, such as a pager's, by the severity of the alarms that they get. They are in
   * the stage's region, and their policies let `cloudwatch.amazonaws.com` publish. With several regions, some for each:
   * `{ default: { page: … }, EU: { page: … } }`.
   *
   * @default {}
   */
  alarmTopics: byRegion(alarmTopics).prefault({}),
  /**
   * A Slack channel that gets the alarms, through Amazon Q Developer in chat applications. Its workspace has to be
   * authorized once, in the console of that service. AWS takes a channel once in an account, as users report: with several
   * regions, one for each (`{ default: …, EU: … }`), and no other stage's in the same account.
   *
   * @default - none
   */
  slack: byRegion(slack).exactOptional(),
  /**
   * Whether a new alarm may wait for its first data (`WarmUpConfiguration`). A region whose CloudFormation doesn't know
   * that property refuses the whole stack: set `false` there. MonitorSilent then pages once, within minutes of the first
   * deployment.
   *
   * @default true
   */
  alarmWarmUp: flag().default(true),
  /**
   * Days to keep the logs.
   *
   * @default 30
   */
  logRetentionDays: oneOf(LOG_RETENTION_DAYS, `a number of days out of ${LOG_RETENTION_DAYS.join(', ')}`).default(30),
  /**
   * ARN of a key in AWS KMS, in the stage's region, that encrypts the logs; with several regions, one for each:
   * `{ default: …, EU: … }`. Its policy has to let CloudWatch Logs use it:
   * `logs.<region>.amazonaws.com` with `kms:Encrypt*`, `kms:Decrypt*`, `kms:ReEncrypt*`, `kms:GenerateDataKey*` and
   * `kms:Describe*`. Without that, the deployment fails.
   *
   * @default - CloudWatch Logs' own encryption
   */
  logKmsKeyArn: byRegion(keyArn).exactOptional(),
  /**
   * ARN of a key in AWS KMS, in the stage's region, that encrypts the queue of jobs, its dead letters and the topics of
   * alarms; with several regions, one for each. Its policy has to leave access to the account's IAM policies, for the
   * queue; and, for the topics, to let `cloudwatch.amazonaws.com` use `kms:GenerateDataKey*` and `kms:Decrypt`: else no
   * alarm is told. A job has no token in it, and neither has an alarm.
   *
   * @default - SQS's own encryption; topics are not encrypted
   */
  messageKmsKeyArn: byRegion(keyArn).exactOptional(),
  /**
   * Concurrent executions set aside for the receiver, which is also the most it can use. It caps what a flood of requests
   * to the public URL can cost, and keeps that flood from starving the account's other functions.
   *
   * Leave it unset in an account with Lambda's initial limit of 10 concurrent executions: AWS always keeps at least 10
   * unreserved, so there are none to reserve and the deployment fails. Ask for a higher quota first.
   *
   * @default - not reserved
   */
  reservedConcurrency: wholeNumber('executions', 1).exactOptional(),
  /**
   * How long known keys are trusted while Forge's key server can't be reached, in hours. Longer rides out a longer
   * outage; but a key that Forge has withdrawn is trusted for as long, by a function that can't learn of it.
   *
   * @default 24
   */
  trustKeysForHours: wholeNumber('hours', 1).default(24),
  /**
   * Isolated Clouds whose calls are accepted beside those of Atlassian's commercial cloud. Atlassian gives the values.
   *
   * @default - calls from Isolated Clouds are refused
   */
  isolatedCloud: isolatedCloud.exactOptional(),
  /**
   * Other clouds of Atlassian with keys and APIs of their own whose calls are accepted as well, by a name of your choice,
   * such as Atlassian Government Cloud: `{ government: { jwksUrl: …, apiHosts: […] } }`. Atlassian gives the values; none
   * is built in. Not tried against such a cloud.
   *
   * @default - none
   */
  clouds: namedBy(
    /^[a-z][a-z0-9-]{0,19}$/,
    'a lower-case letter, then up to 19 lower-case letters, digits and dashes',
    cloud,
  ).exactOptional(),
  /**
   * Where the app system token is kept.
   *
   * @default {}
   */
  slot: slot.prefault({}),
  /**
   * How lambda/job.ts is run, once for each call of a scheduled trigger. `false`: it isn't, and neither its function nor
   * its queue is deployed.
   *
   * @default {}
   */
  worker: valueOr(false, worker).prefault({}),
  /**
   * Looks at the slots every 5 minutes, and alarms before a token expires that Forge no longer renews. `false`: nobody is
   * told before the first job fails.
   *
   * What it costs is in docs/cost.md.
   *
   * @default {}
   */
  monitor: valueOr(false, monitor).prefault({}),
  /**
   * One screen in CloudWatch that shows how the stage is, and saved queries for its logs. $3 a month beyond the first
   * three dashboards of an account (AWS's prices in us-east-1).
   *
   * @default true
   */
  dashboard: flag().default(true),
  /**
   * The URL that Forge calls: `'functionUrl'`, which AWS makes up, or an HTTP API under a domain of yours. Changing it
   * makes a new URL, to which every admin has to consent; `keepFunctionUrl` makes that one consent without an outage.
   *
   * With several regions, one for each: `{ default: 'functionUrl', CH: { httpApi: … } }`. Each API has a domain of its own.
   * Some regions have no Function URLs, `eu-central-2` (Zurich) among them: there it has to be an HTTP API.
   *
   * @default 'functionUrl'
   */
  exposure: exposure.prefault('functionUrl'),
});
