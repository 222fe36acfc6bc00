import type { PolicyDocument, Statement } from './iam-policy';

/** A role and its policies. */
export interface Role {
  readonly arn: string;
  /** Trust policy: who may assume it. */
  readonly trust: PolicyDocument;
  /** Inline policies, by name. */
  readonly policies: Readonly<Record<string, PolicyDocument>>;
  /** ARNs of managed policies. */
  readonly managedPolicies: readonly string[];
  /** ARN of its permissions boundary. */
  readonly boundary?: string | undefined;
}

const allow = (Action: string | string[], Resource: string | string[] = '*'): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** The rights of `ReadOnlyAccess` on emulated services. */
const READS = [
  ...['cloudformation:Describe*', 'cloudformation:Get*', 'cloudformation:List*', 'cloudwatch:Describe*'],
  ...['cloudwatch:Get*', 'cloudwatch:List*', 'dynamodb:BatchGet*', 'dynamodb:Describe*', 'dynamodb:Get*'],
  ...['dynamodb:List*', 'dynamodb:Query', 'dynamodb:Scan', 'iam:Get*', 'iam:List*', 'lambda:Get*', 'lambda:List*'],
  ...['logs:Describe*', 'logs:FilterLogEvents', 'logs:Get*', 's3:Get*', 's3:List*', 'secretsmanager:DescribeSecret'],
  ...['secretsmanager:GetResourcePolicy', 'secretsmanager:List*', 'sns:Get*', 'sns:List*', 'sqs:Get*', 'sqs:List*'],
  ...['sqs:Receive*', 'ssm:Describe*', 'ssm:Get*', 'ssm:List*'],
];

/** AWS managed policies by name, limited to emulated services. */
export const MANAGED_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: { Statement: allow('*') },
  ReadOnlyAccess: { Statement: allow(READS) },
  AWSCloudFormationReadOnlyAccess: {
    Statement: allow([
      ...['cloudformation:Describe*', 'cloudformation:EstimateTemplateCost', 'cloudformation:Get*'],
      ...['cloudformation:List*', 'cloudformation:ValidateTemplate', 'cloudformation:Detect*'],
    ]),
  },
  AWSLambdaBasicExecutionRole: {
    Statement: allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
  },
  AWSLambdaVPCAccessExecutionRole: {
    Statement: allow([
      ...['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'ec2:CreateNetworkInterface'],
      ...['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface'],
      ...['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
    ]),
  },
};

const BOOTSTRAP_ROLE =
  /^arn:([\w-]+):iam::(\d+):role\/cdk-([\w-]+)-(deploy|file-publishing|lookup|cfn-exec)-role-\d+-([\w-]+)$/;

/** A role of `cdk bootstrap`, with the policies of its template, limited to emulated services. */
export function bootstrapRole(arn: string, accountId: string): Role | undefined {
  const [, partition = '', account = '', qualifier = '', kind = '', region = ''] = BOOTSTRAP_ROLE.exec(arn) ?? [];
  if (account !== accountId) return undefined;
  const bucket = `arn:${partition}:s3:::cdk-${qualifier}-assets-${account}-${region}`;
  const assets = [bucket, `${bucket}/*`];
  const version = `arn:${partition}:ssm:${region}:${account}:parameter/cdk-bootstrap/${qualifier}/version`;
  const managed = (name: string) => `arn:${partition}:iam::aws:policy/${name}`;
  const policies: Readonly<Record<string, { statements: Statement[]; managedPolicies: string[] }>> = {
    deploy: {
      managedPolicies: [managed('AWSCloudFormationReadOnlyAccess')],
      statements: [
        allow([
          ...['cloudformation:CreateChangeSet', 'cloudformation:DeleteChangeSet', 'cloudformation:ExecuteChangeSet'],
          ...['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:RollbackStack'],
          ...['cloudformation:ContinueUpdateRollback', 'cloudformation:DeleteStack'],
          ...['cloudformation:UpdateTerminationProtection', 'sts:GetCallerIdentity'],
        ]),
        allow('iam:PassRole', arn.replace('-deploy-role-', '-cfn-exec-role-')),
        allow(['s3:GetObject*', 's3:GetBucket*', 's3:List*'], assets),
        allow(['ssm:GetParameter', 'ssm:GetParameters'], version),
      ],
    },
    'file-publishing': {
      managedPolicies: [],
      statements: [
        allow(
          [
            ...['s3:GetObject*', 's3:GetBucket*', 's3:GetEncryptionConfiguration', 's3:List*', 's3:DeleteObject*'],
            ...['s3:PutObject*', 's3:Abort*'],
          ],
          assets,
        ),
      ],
    },
    lookup: {
      managedPolicies: [managed('ReadOnlyAccess')],
      statements: [{ Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' }],
    },
    'cfn-exec': { managedPolicies: [managed('AdministratorAccess')], statements: [] },
  };
  const { statements = [], managedPolicies = [] } = policies[kind] ?? {};
  const trusted: Readonly<Record<string, string>> =
    kind === 'cfn-exec' ? { Service: 'cloudformation.amazonaws.com' } : { AWS: account };
  return {
    arn,
    trust: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: trusted } },
    policies: { default: { Statement: statements } },
    managedPolicies,
  };
}
