/**
 * Explains failures of a first deployment. docs/first-deployment.md has the same table, and a test compares them.
 */

/** A failure that AWS or the cdk CLI reports. */
export interface Hint {
  /** Recognizes it in the output. */
  readonly sign: RegExp;
  /** The part of the message that people see and search for. */
  readonly shows: string;
  readonly cause: string;
  readonly fix: string;
  /** Whether it is vague: it is left out if another hint applies. */
  readonly isGeneral?: true;
}

export const HINTS: readonly Hint[] = [
  {
    sign: /Has the environment been bootstrapped|Is account \S* ?bootstrapped|Unable to fetch parameters \[\/cdk-bootstrap/,
    shows: 'Has the environment been bootstrapped?',
    cause: 'The account has no CDK bootstrap stack in this region, or only one with another qualifier.',
    fix: 'Run `npx cdk bootstrap aws://<account>/<region>` once for each region of the stage. If `bootstrapQualifier` is set, add `--qualifier <it>` and `--toolkit-stack-name CDKToolkit-<it>`.',
  },
  {
    sign: /requires bootstrap stack version '\d+', found/,
    shows: "requires bootstrap stack version '…', found '…'",
    cause: "The account's CDK bootstrap stack is older than the cdk CLI requires.",
    fix: 'Update it with the command that creates it: `npx cdk bootstrap aws://<account>/<region>`.',
  },
  {
    sign: /Need to perform AWS calls for account|Could not assume role in target account/,
    shows: 'Could not assume role in target account, or Need to perform AWS calls for account …',
    cause: "The credentials are of another account than the stage's `account`, or there are none.",
    fix: 'Use credentials of that account: set AWS_PROFILE, or add `--profile <name>`. In a rehearsal, serve the same stage: `npm run local -- --serve --stage <stage>`.',
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
    cause: 'The region is not enabled in the account, or belongs to another partition.',
    fix: 'Enable the region in the console, under Account, AWS Regions, and wait until it says so. China, GovCloud and the European Sovereign Cloud have accounts of their own.',
  },
  {
    sign: /UnreservedConcurrentExecutions? below its minimum/,
    shows: "decreases account's UnreservedConcurrentExecution below its minimum value",
    cause:
      "`reservedConcurrency` takes more than the account's quota allows: AWS keeps some executions for all other functions.",
    fix: 'Remove `reservedConcurrency` from config.ts. Or request more "Concurrent executions" of AWS Lambda in the console of Service Quotas, and deploy again once they are granted.',
  },
  {
    sign: /Slack (workspace|team)[^\n]*(not|n't)[^\n]*authoriz|not[^\n]*authoriz[^\n]*Slack (workspace|team)/i,
    shows: 'Slack workspace … is not authorized with AWS account …',
    cause: 'Nobody has authorized the Slack workspace for this account yet.',
    fix: 'Authorize it once in the console of Amazon Q Developer in chat applications: Configure new client, Slack.',
  },
  {
    sign: /Slack channel[^\n]*has already been configured/,
    shows: 'Slack channel … has already been configured for AWS account …',
    cause:
      'An account can use a Slack channel in one configuration only, and another stage, region or tool uses it already.',
    fix: 'Set another channel in `slack` of this stage.',
  },
  {
    sign: /service control policy/,
    shows: 'with an explicit deny in a service control policy',
    cause: 'A policy of your organization forbids the action that the line names.',
    fix: 'Show the line to the administrators of the organization. If it names `lambda:CreateFunctionUrlConfig` or `lambda:AddPermission`, public functions are forbidden: use an HTTP API (`exposure`). If the region is forbidden, use another one.',
  },
  {
    sign: /permissions boundary/,
    shows: 'no permissions boundary allows …, or an explicit deny in a permissions boundary',
    cause:
      "The boundary of CloudFormation's role, `cdk-…-cfn-exec-role-…`, lacks the action; often it allows new roles only with a boundary.",
    fix: 'Set `permissionsBoundary` in config.ts to the policy that the account requires. If the line names another action, ask to have it allowed in the boundary.',
  },
  {
    sign: /would grant public access/,
    shows: 'it would grant public access to your function',
    cause:
      'Public access to functions is blocked in the account, and a Function URL is public: Forge has no AWS credentials.',
    fix: 'Use an HTTP API (`exposure` in config.ts), or ask to have public access allowed in the settings of AWS Lambda.',
  },
  {
    sign: /Unrecognized resource types?: \[[^\]]*AWS::Lambda::Url/,
    shows: 'Unrecognized resource types: [AWS::Lambda::Url]',
    cause: 'The region has no Function URLs.',
    fix: 'Use an HTTP API (`exposure` in config.ts).',
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
    cause: "The policy of the key in `logKmsKeyArn` doesn't allow CloudWatch Logs to use it.",
    fix: 'Add `logs.<region>.amazonaws.com` to the policy of the key, with the actions that `logKmsKeyArn` lists.',
  },
  {
    sign: /breaking Cloudwatch Logs Constraints|Insufficient permissions to enable logging/i,
    shows: 'Policy document length breaking Cloudwatch Logs Constraints',
    cause: "The region's one policy for the delivery of logs, AWSLogDeliveryWrite20150319, is full.",
    fix: 'Remove deleted log groups from it (`aws logs describe-resource-policies`), and add `log-group:/aws/vendedlogs/*` instead.',
  },
  {
    sign: /domain name you provided already exists/i,
    shows: 'The domain name you provided already exists',
    cause: 'Another API in the region has the domain of `httpApi`, perhaps in another account.',
    fix: 'Use another `domainName`, or delete the custom domain of the other API.',
  },
  {
    sign: /AWS::ApiGatewayV2::DomainName[\s\S]{0,600}certificate/i,
    shows: 'AWS::ApiGatewayV2::DomainName … certificate …',
    cause: 'The certificate of `httpApi` is not issued yet, or is for another name.',
    fix: 'Check it in AWS Certificate Manager: its status must be Issued, and the domain must be one of its names.',
  },
  {
    sign: /cannot be deleted while TerminationProtection is enabled/,
    shows: 'cannot be deleted while TerminationProtection is enabled',
    cause: 'An earlier first deployment failed and left an empty stack. It has to be deleted, and it is protected.',
    fix: 'Run the command again with credentials that may describe the stack: it asks whether to switch the protection off.',
  },
  {
    sign: /is in (DELETE_FAILED|UPDATE_ROLLBACK_FAILED|UPDATE_FAILED|CREATE_FAILED) state/,
    shows: 'is in DELETE_FAILED state and can not be updated',
    cause: 'CloudFormation could not roll back an earlier change.',
    fix: 'Run `npm run doctor -- --stage <stage>`: it says what to do in that state.',
  },
  {
    sign: /terminal \(TTY\) is not attached/,
    shows: 'terminal (TTY) is not attached',
    cause: 'The cdk CLI asks for approval of new permissions, and there is no terminal.',
    fix: 'Add `--require-approval never`.',
  },
  {
    sign: /LimitExceeded|QuotaExceeded|(reached|exceeds?|exceeded)[^\n]{0,80}(quota|limit)\b/i,
    shows: 'LimitExceeded, ServiceQuotaExceeded',
    cause: 'The account has reached its quota for the resource that the line names.',
    fix: 'Delete unused ones, or request more in the console of Service Quotas.',
    isGeneral: true,
  },
  {
    sign: /is not authorized to perform|AccessDenied/,
    shows: 'is not authorized to perform: …',
    cause: 'The role or user that the line names lacks the right that it names.',
    fix: 'You need `sts:AssumeRole` on the roles `cdk-…` of the account. If the role `cdk-…-cfn-exec-role-…` lacks the right, ask whoever bootstrapped the account to add it (`npx cdk bootstrap --cloudformation-execution-policies`).',
    isGeneral: true,
  },
  {
    sign: /already exists/,
    shows: 'already exists',
    cause: 'The name is in use: by another stack, or by an earlier attempt with another tool.',
    fix: 'Delete what the line names if nobody needs it, or rename one of the two.',
    isGeneral: true,
  },
];

/** Colours and cursor movements of a terminal. */
const CONTROL_SEQUENCES = /\p{Cc}\[[\d;?]*[A-Za-z]/gu;

/** The hints that apply to the output of a deployment. */
export function hintsFor(printed: string): readonly Hint[] {
  const text = printed.replace(CONTROL_SEQUENCES, '');
  // The CLI breaks long reasons anywhere, even within words.
  const unbroken = text.replace(/\s*\n\s*/g, '');
  const found = HINTS.filter(({ sign }) => sign.test(text) || sign.test(unbroken));
  const special = found.filter(({ isGeneral }) => !isGeneral);
  return special.length > 0 ? special : found;
}
