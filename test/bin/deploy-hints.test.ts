import { HINTS, hintsFor } from '../../bin/deploy/hints';

/** What AWS and the cdk CLI print, as users have reported it, and the hint that is to be found: by its beginning. */
const PRINTED: readonly (readonly [printed: string, shows: string])[] = [
  [
    "SSM parameter /cdk-bootstrap/hnb659fds/version not found in aws://123456789012/us-east-1. Has the environment been bootstrapped? Please run 'cdk bootstrap' (see https://docs.aws.amazon.com/cdk/latest/guide/bootstrapping.html)",
    'Has the environment',
  ],
  ["No bucket named 'cdk-hnb659fds-assets-1-us-east-1'. Is account 123456789012 bootstrapped?", 'Has the environment'],
  [
    'Unable to fetch parameters [/cdk-bootstrap/hnb659fds/version] from parameter store for this account.',
    'Has the environment',
  ],
  ["This CDK deployment requires bootstrap stack version '6', found '4' in x. Please run 'cdk bootstrap'.", 'requires'],
  [
    'Need to perform AWS calls for account 210987654321, but the current credentials are for 123456789012',
    'Could not assume',
  ],
  ['Need to perform AWS calls for account 210987654321, but no credentials have been configured', 'Could not assume'],
  [
    'Could not assume role in target account using current credentials (which are for account 210987654321) User: x is not authorized to perform: sts:AssumeRole',
    'Could not assume',
  ],
  ['Unable to resolve AWS account to use. It must be either configured when you define your CDK Stack', 'Unable to'],
  ['ExpiredToken: The security token included in the request is expired', 'Unable to'],
  ['InvalidClientTokenId: The security token included in the request is invalid.', 'The security token'],
  [
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum\n  value of [10].",
    'decreases',
  ],
  // Broken by a terminal in the middle of a word.
  ["decreases account's UnreservedConcurrentExecu\n  tion below its minimum", 'decreases'],
  [
    'Invalid request provided: AWS Chatbot can\'t create the configuration because Slack workspace T012ABCDEFG is not authorized with AWS account 123456789012."',
    'Slack workspace',
  ],
  [
    'Invalid request provided: Slack channel with ID C0 in Slack team T0 has already been configured for AWS account 123456789012.',
    'Slack channel',
  ],
  [
    'is not authorized to perform: lambda:CreateFunctionUrlConfig on resource: x with an explicit deny in a service control policy',
    'with an explicit deny in a service',
  ],
  [
    'is not authorized to perform: iam:CreateRole on resource: x because no permissions boundary allows the iam:CreateRole action',
    'no permissions boundary',
  ],
  [
    'is not authorized to perform: iam:CreateRole on resource: x with an explicit deny in a permissions boundary',
    'no p',
  ],
  [
    'Lambda blocked the creation of this policy because it would grant public access to your function.',
    'it would grant public',
  ],
  ['Template format error: Unrecognized resource types: [AWS::Lambda::Url]', 'Unrecognized'],
  ['Properties validation failed: #: extraneous key [WarmUpConfiguration] is not permitted', 'extraneous key'],
  ['The specified KMS key does not exist or is not allowed to be used with Arn x', 'The specified KMS key'],
  [
    'Cannot enable logging. Policy document length breaking Cloudwatch Logs Constraints, either < 1 or > 5120',
    'Policy document',
  ],
  ['The domain name you provided already exists.', 'The domain name'],
  ['CREATE_FAILED | AWS::ApiGatewayV2::DomainName | x The provided certificate is not issued', 'AWS::ApiGatewayV2'],
  ['Stack [x] cannot be deleted while TerminationProtection is enabled', 'cannot be deleted'],
  ['Stack:x is in DELETE_FAILED state and can not be updated.', 'is in DELETE_FAILED'],
  [
    '"--require-approval" is enabled and stack includes security-sensitive updates, but terminal (TTY) is not attached',
    'term',
  ],
  ['LimitExceededException: Cannot exceed quota for RolesPerAccount: 1000', 'LimitExceeded'],
  ['User: x is not authorized to perform: sts:AssumeRole on resource: y', 'is not authorized'],
  ['x-alarms already exists in stack y', 'already exists'],
];

test.each(PRINTED)('%s', (printed, shows) => {
  expect(hintsFor(printed).map((hint) => hint.shows)).toEqual([expect.stringMatching(new RegExp(`^${shows}`))]);
});

test('each hint is found by something that is printed', () => {
  const found = new Set(PRINTED.flatMap(([printed]) => hintsFor(printed)));
  expect(HINTS.filter((hint) => !found.has(hint))).toEqual([]);
});

test('colours are no matter, and a deployment that goes well needs no hint', () => {
  expect(hintsFor('\u001b[31mit would grant \u001b[1mpublic access\u001b[0m')).toHaveLength(1);
  expect(hintsFor('✅  forge-remote-dev\n\n✨  Deployment time: 5.2s')).toEqual([]);
});
