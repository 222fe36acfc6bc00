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

// All options of a stage: each one once, with its check, its default and its documentation. The types are derived from
// them. `npm run reference` copies the comments into docs/reference.md.

export const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;
const TOPIC_ARN_ALLOWED = "an SNS topic's ARN, such as 'arn:aws:sns:us-east-1:123456789012:pager'";

export const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/;
const KEY_ARN_ALLOWED =
  "a key's ARN in AWS KMS, such as 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012'";

// From IAM's API reference, PutRolePermissionsBoundary and CreatePolicy. A name may have a path in front of it.
const BOUNDARY = /^(arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/)?[\w+=,.@-][\w+=,.@/-]{0,511}$/;
const BOUNDARY_ALLOWED =
  "an IAM policy's name, such as 'developer-boundary', or its ARN, such as 'arn:aws:iam::123456789012:policy/developer-boundary'";

// From AWS's documentation of tags. The monitor reads the tag `sites` of a secret.
const TAG_KEY = /^(?!aws:|sites$)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const TAG_KEY_ALLOWED =
  "up to 128 letters, digits, spaces and _.:/=+-@, not beginning with 'aws:', and not 'sites', which the backend uses";
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const TAG_VALUE_ALLOWED = 'up to 256 letters, digits, spaces and _.:/=+-@';

/** Retention periods of CloudWatch Logs, in days (CloudWatch Logs API, PutRetentionPolicy). */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

// Only the format is checked: AWS adds new regions.
const awsRegion = matching(/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/, "an AWS region, such as 'us-east-1'");

const keyArn = matching(KEY_ARN, KEY_ARN_ALLOWED);

const alarmTopics = strict({
  /**
   * ARN of the topic for pages: tokens run out, or nobody would notice if they did.
   *
   * @default - none
   */
  page: matching(TOPIC_ARN, TOPIC_ARN_ALLOWED).exactOptional(),
  /**
   * ARN of the topic for tickets, which can wait until the morning.
   *
   * @default - none
   */
  ticket: matching(TOPIC_ARN, TOPIC_ARN_ALLOWED).exactOptional(),
});

const slack = strict({
  /** Such as `T012ABCDEFG`. */
  workspaceId: matching(/^[A-Z0-9]{9,20}$/, "a workspace's id, such as 'T012ABCDEFG'"),
  /** Such as `C012ABCDEFG`. Invite the app to a private channel first: `/invite @Amazon Q`. */
  channelId: matching(/^[A-Z0-9]{9,20}$/, "a channel's id, such as 'C012ABCDEFG'"),
});

const apiHosts = listOf(checked(isHostName, "a host name in lower case and nothing else, such as 'api.example.com'"));

const isolatedCloud = strict({
  /**
   * `https:` URL of their key sets, with `{icLabel}` instead of the label of the calling cloud. The label comes from a
   * token that isn't verified yet, so it must not choose the host: put it into the path, or in front of a domain that
   * you trust, as in `https://keys.{icLabel}.example.com/jwks.json`.
   */
  jwksUrlTemplate: checked(
    isJwksUrlTemplate,
    "an https: URL with {icLabel} in it once, in the path or as a whole part of the host in front of a domain, such as 'https://{icLabel}.example.com/jwks.json'",
  ),
  /** Host names of their APIs, such as `api.example.com`. Their tokens are sent to no other host. */
  apiHosts,
  /**
   * Labels of the Isolated Clouds that are served. With this list, an invented label is refused without a fetch of
   * keys, and strangers can't displace the key sets of your clouds.
   *
   * @default - any label; each one costs a fetch of keys
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
  /** Host names of its APIs, such as `api.example.com`. Its tokens are sent to no other host. */
  apiHosts,
});

/** Ways to store slots. */
export const STRATEGIES = ['single', 'perInstallation', 'dynamodb'] as const;

const slot = strict({
  /**
   * - `single`: one secret, whose ARN is known at deployment. For your own app on one site. It belongs to the first
   *   installation that calls; all others are refused until the token of the first one has expired.
   * - `perInstallation`: one secret per installation, created at its first call and deleted at its uninstall. For an app
   *   on several sites.
   * - `dynamodb`: one table with one item per installation, created and deleted like the secrets above. For an app on
   *   so many sites that a secret for each costs too much.
   *
   * A secret costs $0.40 a month (AWS Secrets Manager pricing), an item about a tenth of a cent (DynamoDB pricing).
   * Changing the strategy loses nothing: each installation's next call fills the new slot, and until then its job is
   * retried.
   *
   * @default 'single'
   */
  strategy: oneOf(STRATEGIES, "'single', 'perInstallation' or 'dynamodb'").default('single'),
  /**
   * Keeps the secrets or the table when their stack is deleted. With `single`, the secret's ARN then stays valid for
   * its readers.
   *
   * @default - true in a stage that serves PRODUCTION, otherwise false
   */
  retain: flag().exactOptional(),
  /**
   * ARN of a key in AWS KMS that encrypts the slots, in the stage's region; with several regions, one for each: `{
   * default: …, EU: … }`. The functions only get the rights on it that they use, through the slots' service. The key's
   * policy must give access to the account's IAM policies, as KMS's default policy does. It costs $1 a month, and $0.03
   * for 10,000 calls (AWS KMS pricing).
   *
   * With `perInstallation`, a secret keeps the key that it was created with. After you change the key, delete the
   * secrets with the earlier key: each installation's next call creates its secret again.
   *
   * @default - AWS's own key, which is free: `aws/secretsmanager`, or one that DynamoDB owns
   */
  kmsKeyArn: byRegion(keyArn).exactOptional(),
});

const worker = strict(
  {
    /**
     * Timeout of one run, in minutes. A failed run is retried after 6 times this timeout, as AWS recommends for the
     * queue of a function.
     *
     * @default 5
     */
    timeoutMinutes: wholeNumber('minutes', 1, 14).default(5),
    /**
     * Attempts of a failing job before the worker gives it up and moves its message to the dead-letter queue, which has
     * an alarm. The worker does so after a failed run. SQS also counts attempts that Lambda throttled, so after such
     * attempts a job may have run less often. SQS itself gives up a message 10 attempts later, if none of its runs
     * ended, as when it is out of memory.
     *
     * @default 3
     */
    maxAttempts: wholeNumber('runs', 1, 10).default(3),
    /**
     * Maximum number of jobs at once, within AWS Lambda's limits. Jobs of one installation never run at once. The
     * default is half of the 10 concurrent executions of a new AWS account: without a limit the worker could use all of
     * them, and Forge's calls would be throttled. With 5, about 1,800 jobs of 10 seconds run in an hour; raise it with
     * the account's quota.
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
     * Deletes slots whose token expired longer ago than this, in days; `false` deletes none. Such slots are left over
     * if Forge didn't report an uninstall. Not for the strategy `single`, whose slot belongs to the stack. With
     * `dynamodb` the table deletes them, some days later, and `false` is not possible.
     *
     * @default - 30, if each installation has its own slot
     */
    reapAfterDays: valueOr(false, wholeNumber('days', 1, 365)).exactOptional(),
  },
  'false, or ',
);

/** The options of a stage. rules.ts checks them together. */
export const stageOptions = strict({
  /** Such as `dev`: part of the stack's name, and the value for `--stage`. */
  name: matching(/^[a-z][a-z0-9-]{0,19}$/, 'a lower-case letter, then up to 19 lower-case letters, digits and dashes'),
  /**
   * AWS account, 12 digits in quotes. Set it for production: then a deployment with the wrong credentials fails.
   *
   * @default - the account of your credentials
   */
  account: matching(/^\d{12}$/, "12 digits in quotes, such as '123456789012'").exactOptional(),
  /**
   * AWS region, such as `us-east-1`. Set either this or `regions`.
   *
   * @default - none: `regions` is set
   */
  region: awsRegion.exactOptional(),
  /**
   * AWS regions by Forge's keys, for customers who want their data in a region. `{ default: 'us-east-1', EU:
   * 'eu-central-1' }` creates one stack in each, with its own URL and slots. `default` serves all sites whose region
   * isn't listed.
   *
   * @default - one stack, in `region`
   */
  regions: mapByRegion(awsRegion).exactOptional(),
  /**
   * Tags of all resources, such as `{ CostCenter: '4711' }`, including your own and the secrets that are created at run
   * time. They are added to `app`, `stage` and `region`, and override these. A secret keeps the tags that it was
   * created with.
   *
   * @default {}
   */
  tags: namedBy(TAG_KEY, TAG_KEY_ALLOWED, matching(TAG_VALUE, TAG_VALUE_ALLOWED)).default({}),
  /**
   * Name or ARN of the IAM policy that is the permissions boundary of every role, including those of your own
   * resources. It must allow everything that the roles are granted: a right that it lacks has no effect.
   *
   * @default - none
   */
  permissionsBoundary: matching(BOUNDARY, BOUNDARY_ALLOWED).exactOptional(),
  /**
   * Qualifier of the account's CDK bootstrap stack: `npx cdk bootstrap --qualifier <qualifier>`.
   *
   * @default - CDK's own, `hnb659fds`
   */
  bootstrapQualifier: matching(/^[a-z0-9-]{1,10}$/, 'up to 10 lower-case letters, digits and dashes').exactOptional(),
  /**
   * Forge environments that this stage serves; calls from others are refused. All environments share the app id, so
   * this list keeps development installations out of production's slot.
   */
  environments: listOf(oneOf(FORGE_ENVIRONMENTS, `one of ${FORGE_ENVIRONMENTS.join(', ')}`)),
  /**
   * Addresses that get the alarms. Each must first confirm a mail from AWS. Without addresses, alarms are only visible
   * in CloudWatch.
   *
   * @default []
   */
  alarmEmails: listOf(emailAddress(), 'a list of e-mail addresses', 0).default([]),
  /**
   * ARNs of your own SNS topics, such as a pager's, by severity. They must be in the stage's region, and their policies
   * must let `cloudwatch.amazonaws.com` publish. With several regions, some for each:
   * `{ default: { page: … }, EU: { page: … } }`.
   *
   * @default {}
   */
  alarmTopics: byRegion(alarmTopics).prefault({}),
  /**
   * A Slack channel that gets the alarms, through Amazon Q Developer in chat applications. Authorize its workspace
   * once, in the console of that service. Users report that AWS accepts a channel only once per account. So with
   * several regions, use one for each (`{ default: …, EU: … }`), and none of another stage in the same account.
   *
   * @default - none
   */
  slack: byRegion(slack).exactOptional(),
  /**
   * Whether new alarms wait for their first data (`WarmUpConfiguration`). Some regions' CloudFormation doesn't support
   * this property and refuses the whole stack: set `false` there. MonitorSilent then pages once, within minutes of the
   * first deployment.
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
   * ARN of a key in AWS KMS that encrypts the logs, in the stage's region; with several regions, one for each:
   * `{ default: …, EU: … }`. Its policy must let CloudWatch Logs use it, or the deployment fails:
   * `logs.<region>.amazonaws.com` with `kms:Encrypt*`, `kms:Decrypt*`, `kms:ReEncrypt*`, `kms:GenerateDataKey*` and
   * `kms:Describe*`.
   *
   * @default - CloudWatch Logs' own encryption
   */
  logKmsKeyArn: byRegion(keyArn).exactOptional(),
  /**
   * ARN of a key in AWS KMS that encrypts the queue of jobs, its dead letters and the topics of alarms, in the stage's
   * region; with several regions, one for each. For the queue, its policy must give access to the account's IAM
   * policies. For the topics, it must let `cloudwatch.amazonaws.com` use `kms:GenerateDataKey*` and `kms:Decrypt`;
   * otherwise no alarm is sent. Jobs and alarms contain no token.
   *
   * @default - SQS's own encryption; topics are not encrypted
   */
  messageKmsKeyArn: byRegion(keyArn).exactOptional(),
  /**
   * Reserved concurrent executions of the receiver, which are also its limit. This limits the cost of a flood of
   * requests to the public URL, and keeps the flood from using up the concurrency of other functions.
   *
   * Don't set it in an account with Lambda's initial limit of 10 concurrent executions. AWS always keeps at least 10
   * unreserved, so none can be reserved and the deployment fails. Request a higher quota first.
   *
   * @default - not reserved
   */
  reservedConcurrency: wholeNumber('executions', 1).exactOptional(),
  /**
   * How long known keys stay trusted while Forge's key server can't be reached, in hours. A larger value survives
   * longer outages. But a function that can't fetch keys also trusts a key that Forge has withdrawn for that time.
   *
   * @default 24
   */
  trustKeysForHours: wholeNumber('hours', 1).default(24),
  /**
   * Isolated Clouds whose calls are also accepted, besides Atlassian's commercial cloud. Atlassian provides the values.
   *
   * @default - calls from Isolated Clouds are refused
   */
  isolatedCloud: isolatedCloud.exactOptional(),
  /**
   * Other Atlassian clouds whose calls are also accepted, with their own keys and APIs, under a name of your choice,
   * such as Atlassian Government Cloud: `{ government: { jwksUrl: …, apiHosts: […] } }`. Atlassian provides the values;
   * none is built in. Not tested with such a cloud.
   *
   * @default - none
   */
  clouds: namedBy(
    /^[a-z][a-z0-9-]{0,19}$/,
    'a lower-case letter, then up to 19 lower-case letters, digits and dashes',
    cloud,
  ).exactOptional(),
  /**
   * Where the app system tokens are stored.
   *
   * @default {}
   */
  slot: slot.prefault({}),
  /**
   * How lambda/job.ts runs, for scheduled calls and events. `false`: no job runs, and neither the worker nor its queue
   * is deployed.
   *
   * @default {}
   */
  worker: valueOr(false, worker).prefault({}),
  /**
   * Checks the slots every 5 minutes, and raises an alarm before a token expires that Forge no longer renews. `false`:
   * nobody is notified before the first job fails.
   *
   * For its cost, see docs/cost.md.
   *
   * @default {}
   */
  monitor: valueOr(false, monitor).prefault({}),
  /**
   * A CloudWatch dashboard of the stage, and saved queries for its logs. It costs $3 a month beyond the first three
   * dashboards of an account (AWS's prices in us-east-1).
   *
   * @default true
   */
  dashboard: flag().default(true),
  /**
   * The URL that Forge calls: `'functionUrl'`, which AWS generates, or an HTTP API under your own domain. Changing it
   * creates a new URL, and every admin must consent to it. With `keepFunctionUrl`, this causes no outage.
   *
   * With several regions, one for each: `{ default: 'functionUrl', CH: { httpApi: … } }`. Each API has its own domain.
   * Some regions have no Function URLs, such as `eu-central-2` (Zurich): they need an HTTP API.
   *
   * @default 'functionUrl'
   */
  exposure: exposure.prefault('functionUrl'),
});
