/**
 * What the failures of a first deployment mean. docs/first-deployment.md has the same table, and a test compares them.
 */

/** A failure that AWS or the cdk CLI tells in its own words. */
export interface Hint {
  /** What is printed then. */
  readonly sign: RegExp;
  /** The same as people find it on their screen, in short. */
  readonly shows: string;
  readonly cause: string;
  readonly fix: string;
  /** Whether it says less than any other hint: it is left out where another one is found. */
  readonly isGeneral?: true;
}

export const HINTS: readonly Hint[] = [
  {
    sign: /Has the environment been bootstrapped|Is account \S* ?bootstrapped|Unable to fetch parameters \[\/cdk-bootstrap/,
    shows: 'Has the environment been bootstrapped?',
    cause: 'The account has no CDK bootstrap stack in this region, or only one with another qualifier.',
    fix: 'Once for each region of the stage: `npx cdk bootstrap aws://<account>/<region>`. Where `bootstrapQualifier` is set, with `--qualifier <it>` and `--toolkit-stack-name CDKToolkit-<it>`.',
  },
  {
    sign: /requires bootstrap stack version '\d+', found/,
    shows: "requires bootstrap stack version '…', found '…'",
    cause: "The account's CDK bootstrap stack is older than the cdk CLI wants.",
    fix: 'The same command as for a missing one brings it up to date: `npx cdk bootstrap aws://<account>/<region>`.',
  },
  {
    sign: /Need to perform AWS calls for account|Could not assume role in target account/,
    shows: 'Could not assume role in target account, or Need to perform AWS calls for account …',
    cause: "These are credentials of another account than the stage's `account`, or there are none.",
    fix: 'Use those of that account: set AWS_PROFILE, or add `--profile <name>`. In a rehearsal: `npm run local -- --serve --stage <stage>` has the account of the stage that it serves.',
  },
  {
    sign: /Unable to resolve AWS account to use|ExpiredToken|security token included in the request is expired|token has expired/i,
    shows: 'Unable to resolve AWS account to use, or ExpiredToken',
    cause: 'There are no AWS credentials, or they have expired.',
    fix: 'Log in again (`aws sso login`), and set AWS_PROFILE or add `--profile <name>`.',
  },
  {
    sign: /security token included in the request is invalid|UnrecognizedClientException|InvalidClientTokenId/,
    shows: 'The security token included in the request is invalid',
    cause: 'The region is not enabled in the account, or it is in another partition than the account.',
    fix: 'Enable the region in the console, under Account, AWS Regions, and wait until it says so. China, GovCloud and the European Sovereign Cloud have accounts of their own.',
  },
  {
    sign: /UnreservedConcurrentExecutions? below its minimum/,
    shows: "decreases account's UnreservedConcurrentExecution below its minimum value",
    cause:
      '`reservedConcurrency` takes more than the quota of the account leaves: AWS keeps executions for all other functions.',
    fix: 'Remove `reservedConcurrency` from config.ts, or ask for more "Concurrent executions" of AWS Lambda in the console of Service Quotas, and deploy again once you have them.',
  },
  {
    sign: /Slack (workspace|team)[^\n]*(not|n't)[^\n]*authoriz|not[^\n]*authoriz[^\n]*Slack (workspace|team)/i,
    shows: 'Slack workspace … is not authorized with AWS account …',
    cause: 'Nobody has authorized the Slack workspace for this account yet.',
    fix: 'Do that once, in the console of Amazon Q Developer in chat applications: Configure new client, Slack.',
  },
  {
    sign: /Slack channel[^\n]*has already been configured/,
    shows: 'Slack channel … has already been configured for AWS account …',
    cause: 'An account can have a Slack channel in one configuration only, and another stage, region or tool has it.',
    fix: 'Give `slack` of this stage a channel of its own.',
  },
  {
    sign: /service control policy/,
    shows: 'with an explicit deny in a service control policy',
    cause: 'A policy of your organization forbids the action that the line names.',
    fix: 'Show the line to whoever runs the organization. If public functions are forbidden, which `lambda:CreateFunctionUrlConfig` and `lambda:AddPermission` tell, take an HTTP API (`exposure`); if the region is, take another one.',
  },
  {
    sign: /permissions boundary/,
    shows: 'no permissions boundary allows …, or an explicit deny in a permissions boundary',
    cause:
      "The boundary of CloudFormation's role, `cdk-…-cfn-exec-role-…`, lacks the action; often it allows new roles only with a boundary.",
    fix: 'Set `permissionsBoundary` in config.ts to the policy that the account wants. If another action is named, have it allowed in the boundary.',
  },
  {
    sign: /would grant public access/,
    shows: 'it would grant public access to your function',
    cause:
      'Public access to functions is blocked in the account, and a Function URL is public: Forge has no AWS credentials.',
    fix: 'Take an HTTP API (`exposure` in config.ts), or have public access allowed in the settings of AWS Lambda.',
  },
  {
    sign: /Unrecognized resource types?: \[[^\]]*AWS::Lambda::Url/,
    shows: 'Unrecognized resource types: [AWS::Lambda::Url]',
    cause: 'The region has no Function URLs.',
    fix: 'Take an HTTP API (`exposure` in config.ts).',
  },
  {
    sign: /WarmUpConfiguration/,
    shows: 'extraneous key [WarmUpConfiguration] is not permitted',
    cause: "The region's CloudFormation doesn't know that property of alarms yet.",
    fix: 'Set `alarmWarmUp: false` in config.ts.',
  },
  {
    sign: /KMS key does not exist or is not allowed to be used/,
    shows: 'The specified KMS key does not exist or is not allowed to be used',
    cause: 'The policy of the key in `logKmsKeyArn` lets CloudWatch Logs not use it.',
    fix: 'Add `logs.<region>.amazonaws.com` to the policy of the key, with the actions that `logKmsKeyArn` lists.',
  },
  {
    sign: /breaking Cloudwatch Logs Constraints|Insufficient permissions to enable logging/i,
    shows: 'Policy document length breaking Cloudwatch Logs Constraints',
    cause: "The region's one policy for the delivery of logs, AWSLogDeliveryWrite20150319, is full.",
    fix: 'Remove log groups that are gone from it (`aws logs describe-resource-policies`), and put `log-group:/aws/vendedlogs/*` in their place.',
  },
  {
    sign: /domain name you provided already exists/i,
    shows: 'The domain name you provided already exists',
    cause: 'Another API of the region has the domain of `httpApi`, perhaps in another account.',
    fix: 'Take another `domainName`, or delete the custom domain of the other API.',
  },
  {
    sign: /AWS::ApiGatewayV2::DomainName[\s\S]{0,600}certificate/i,
    shows: 'AWS::ApiGatewayV2::DomainName … certificate …',
    cause: 'The certificate of `httpApi` is not issued yet, or not for that name.',
    fix: 'Look at it in AWS Certificate Manager: its status must be Issued, and the domain one of its names.',
  },
  {
    sign: /cannot be deleted while TerminationProtection is enabled/,
    shows: 'cannot be deleted while TerminationProtection is enabled',
    cause:
      'An earlier first deployment failed and left an empty stack, which only its deletion can free, and which is protected.',
    fix: 'Run the command again with credentials that may look at the stack: it asks whether to switch the protection off.',
  },
  {
    sign: /is in (DELETE_FAILED|UPDATE_ROLLBACK_FAILED|UPDATE_FAILED|CREATE_FAILED) state/,
    shows: 'is in DELETE_FAILED state and can not be updated',
    cause: 'CloudFormation could not take back what an earlier change did.',
    fix: 'Run `npm run doctor -- --stage <stage>`: it says what to do in that state.',
  },
  {
    sign: /terminal \(TTY\) is not attached/,
    shows: 'terminal (TTY) is not attached',
    cause: 'The cdk CLI wants somebody to approve the new rights, and there is no terminal.',
    fix: 'Add `--require-approval never`.',
  },
  {
    sign: /LimitExceeded|QuotaExceeded|(reached|exceeds?|exceeded)[^\n]{0,80}(quota|limit)\b/i,
    shows: 'LimitExceeded, ServiceQuotaExceeded',
    cause: 'The account has as many of the resource that the line names as its quota allows.',
    fix: 'Delete some that nobody needs, or ask for more in the console of Service Quotas.',
    isGeneral: true,
  },
  {
    sign: /is not authorized to perform|AccessDenied/,
    shows: 'is not authorized to perform: …',
    cause: 'The role or user that the line names lacks the right that it names.',
    fix: 'You need `sts:AssumeRole` on the roles `cdk-…` of the account. What a role `cdk-…-cfn-exec-role-…` lacks, whoever bootstrapped the account can add (`npx cdk bootstrap --cloudformation-execution-policies`).',
    isGeneral: true,
  },
  {
    sign: /already exists/,
    shows: 'already exists',
    cause: 'Something has the name already: an earlier attempt of another tool, or another stack.',
    fix: 'Delete what the line names if nobody needs it, or give one of both another name.',
    isGeneral: true,
  },
];

/** Colours and movements of a terminal. */
const CONTROL_SEQUENCES = /\p{Cc}\[[\d;?]*[A-Za-z]/gu;

/** What may be meant by what a deployment printed, each once. */
export function hintsFor(printed: string): readonly Hint[] {
  const text = printed.replace(CONTROL_SEQUENCES, '');
  // A reason that is longer than a line is broken anywhere.
  const unbroken = text.replace(/\s*\n\s*/g, '');
  const found = HINTS.filter(({ sign }) => sign.test(text) || sign.test(unbroken));
  const special = found.filter(({ isGeneral }) => !isGeneral);
  return special.length > 0 ? special : found;
}
