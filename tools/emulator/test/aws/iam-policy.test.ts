import {
  type Caller,
  type Decision,
  evaluate,
  type Policies,
  type PolicyRequest,
  type Statement,
  trusts,
} from '../../aws/iam-policy';

// Cases from AWS's IAM User Guide: "Policy evaluation logic", "Permissions boundaries", "JSON policy element reference"
// with its pages on Principal, NotPrincipal, condition operators and keys with several values.

const ROLE = 'arn:aws:iam::123456789012:role/worker';
const SESSION = 'arn:aws:sts::123456789012:assumed-role/worker/run';
const CALLER: Caller = { type: 'role', accountId: '123456789012', roleArn: ROLE, sessionArn: SESSION };
const SLOT = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:dev/slot-Ab1Cd2';

const read: Pick<PolicyRequest, 'action' | 'resource'> = { action: 'secretsmanager:GetSecretValue', resource: SLOT };
const allow = (more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  ...more,
});
const deny = (more: Partial<Statement> = {}): Statement => ({ ...allow(more), Effect: 'Deny' });

interface Given {
  readonly identity?: Statement[];
  readonly resource?: Statement[];
  readonly boundary?: Statement[];
  readonly request?: Partial<PolicyRequest>;
}

function decide({ identity = [], resource = [], boundary, request = {} }: Given): string {
  const policies: Policies = {
    identity: [{ Statement: identity }],
    resource: [{ Statement: resource }],
    ...(boundary && { boundary: { Statement: boundary } }),
  };
  return describeDecision(evaluate({ caller: CALLER, ...read, context: {}, ...request }, policies));
}

const describeDecision = (decision: Decision) =>
  decision.allowed ? 'allowed' : `${decision.explicit ? 'denied' : 'not allowed'} by ${decision.by}`;

const NOT_ALLOWED = 'not allowed by identity-based policy';
const everybody = { Principal: '*' } as const;
const is = (Principal: Statement['Principal'] & object) => ({ Principal });

test.each<[string, Given, string]>([
  ['nothing said is no leave', {}, NOT_ALLOWED],
  ['an identity-based policy is enough', { identity: [allow()] }, 'allowed'],
  ['so is a resource-based one', { resource: [allow(is({ AWS: ROLE }))] }, 'allowed'],
  ['a denial wins over it', { identity: [allow(), deny()] }, 'denied by identity-based policy'],
  ["a resource's denial, too", { identity: [allow()], resource: [deny(everybody)] }, 'denied by resource-based policy'],
  ['a boundary limits', { identity: [allow()], boundary: [] }, 'not allowed by permissions boundary'],
  ['a boundary grants nothing', { boundary: [allow()] }, NOT_ALLOWED],
  ['both together allow', { identity: [allow()], boundary: [allow()] }, 'allowed'],
  ['a boundary denies', { identity: [allow()], boundary: [allow(), deny()] }, 'denied by permissions boundary'],
  [
    'a boundary limits what a resource allows to the role',
    { resource: [allow(is({ AWS: ROLE }))], boundary: [] },
    'not allowed by permissions boundary',
  ],
  ['and not what it allows to the session', { resource: [allow(is({ AWS: SESSION }))], boundary: [] }, 'allowed'],
  [
    'what the account is allowed has to be passed on',
    { resource: [allow(is({ AWS: 'arn:aws:iam::123456789012:root' }))] },
    NOT_ALLOWED,
  ],
  [
    'what the account is denied is denied to all in it',
    { identity: [allow()], resource: [deny(is({ AWS: '123456789012' }))] },
    'denied by resource-based policy',
  ],
  [
    'a denial for all but one spares that one',
    { identity: [allow()], resource: [deny({ NotPrincipal: { AWS: [ROLE] } })] },
    'allowed',
  ],
  [
    'and nobody else',
    { identity: [allow()], resource: [deny({ NotPrincipal: { AWS: `${ROLE}2` } })] },
    'denied by resource-based policy',
  ],
])('%s', (_what, given, expected) => {
  expect(decide(given)).toBe(expected);
});

test.each<[string, Partial<Statement>, boolean]>([
  ['the case of an action does not count', { Action: 'SecretsManager:getsecretvalue' }, true],
  ['* in an action', { Action: 'secretsmanager:Get*' }, true],
  ['another service', { Action: 'sqs:*' }, false],
  ['everything but', { NotAction: 'secretsmanager:Put*' }, true],
  ['everything but this', { NotAction: ['secretsmanager:Get*'] }, false],
  ['? is one character', { Resource: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:dev/slot-??????' }, true],
  ['and no two', { Resource: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:dev/slot-?????' }, false],
  ['the case of a resource counts', { Resource: SLOT.toUpperCase() }, false],
  ['* crosses slashes', { Resource: 'arn:aws:secretsmanager:*:*:secret:d*' }, true],
  ['a dot is a dot', { Resource: SLOT.replace('dev/', 'dev.') }, false],
  ['all resources but', { NotResource: `${SLOT}/*` }, true],
  ['all resources but this', { NotResource: '*' }, false],
])('a statement applies: %s', (_what, statement, applies) => {
  const identity: Statement = {
    Effect: 'Allow',
    ...(!statement.NotAction && { Action: read.action }),
    ...(!statement.NotResource && { Resource: '*' }),
    ...statement,
  };
  expect(decide({ identity: [identity] })).toBe(applies ? 'allowed' : NOT_ALLOWED);
});

const CONTEXT = {
  'aws:SecureTransport': 'true',
  'aws:PrincipalArn': ROLE,
  'dynamodb:Attributes': ['installation', 'versionId'],
  'dynamodb:Select': 'SPECIFIC_ATTRIBUTES',
};

test.each<[string, Statement['Condition'], boolean]>([
  ['StringEquals', { StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' } }, true],
  ['keys in any case', { StringEquals: { 'DynamoDB:select': 'SPECIFIC_ATTRIBUTES' } }, true],
  ['values in theirs', { StringEquals: { 'dynamodb:Select': 'specific_attributes' } }, false],
  ['any of several values', { StringEquals: { 'dynamodb:Select': ['COUNT', 'SPECIFIC_ATTRIBUTES'] } }, true],
  ['all of several keys', { StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES', 'aws:x': 'y' } }, false],
  ['all of several operators', { StringEquals: { 'aws:x': 'y' }, Bool: { 'aws:SecureTransport': 'true' } }, false],
  ['no wildcards in StringEquals', { StringEquals: { 'dynamodb:Select': 'SPEC*' } }, false],
  ['wildcards in StringLike', { StringLike: { 'dynamodb:Select': 'SPEC*' } }, true],
  ['none of several values', { StringNotEquals: { 'dynamodb:Select': ['COUNT', 'SPECIFIC_ATTRIBUTES'] } }, false],
  ['Bool takes a boolean', { Bool: { 'aws:SecureTransport': true } }, true],
  ['Bool', { Bool: { 'aws:SecureTransport': 'false' } }, false],
  ['ArnEquals with wildcards', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/w*' } }, true],
  ['ArnNotLike', { ArnNotLike: { 'aws:PrincipalArn': [ROLE] } }, false],
  ['a missing key does not match', { StringEquals: { 'dynamodb:ReturnValues': 'NONE' } }, false],
  ['but does not match on purpose', { StringNotEquals: { 'dynamodb:ReturnValues': 'ALL_OLD' } }, true],
  ['a missing key with IfExists', { StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' } }, true],
  ['a key that is there, with IfExists', { StringEqualsIfExists: { 'dynamodb:Select': 'COUNT' } }, false],
  ['Null of a missing key', { Null: { 'dynamodb:ReturnValues': 'true' } }, true],
  ['Null of a key that is there', { Null: { 'dynamodb:Attributes': 'false' } }, true],
  [
    'ForAllValues: each is one of these',
    { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['installation', 'versionId', 'createdAt'] } },
    true,
  ],
  ['ForAllValues: one is not', { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['installation'] } }, false],
  ['ForAllValues of a missing key', { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['x'] } }, true],
  ['ForAnyValue: one is', { 'ForAnyValue:StringEquals': { 'dynamodb:Attributes': ['value', 'versionId'] } }, true],
  ['ForAnyValue: none is', { 'ForAnyValue:StringEquals': { 'dynamodb:Attributes': ['value'] } }, false],
  ['ForAnyValue of a missing key', { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': ['x'] } }, false],
])('a condition holds: %s', (_what, Condition, holds) => {
  const given = { identity: [allow({ Condition } as Partial<Statement>)], request: { context: CONTEXT } };
  expect(decide(given)).toBe(holds ? 'allowed' : NOT_ALLOWED);
});

test('an unknown operator is an error, and never allows anything', () => {
  const Condition = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
  const given = { identity: [allow({ Condition })], request: { context: CONTEXT } };
  expect(() => decide(given)).toThrow('The condition operator IpAddress is not emulated');
});

const EVENTS: Caller = { type: 'service', service: 'events.amazonaws.com' };

test.each<[string, Caller, Statement[], string]>([
  ['a service', EVENTS, [allow(is({ Service: 'events.amazonaws.com' }))], 'allowed'],
  ['a service', EVENTS, [allow(is({ Service: 'sns.amazonaws.com' }))], 'not allowed by resource-based policy'],
  ['nobody in particular', { type: 'anonymous' }, [allow(everybody)], 'allowed'],
  ['nobody in particular', { type: 'anonymous' }, [allow(is({ AWS: ROLE }))], 'not allowed by resource-based policy'],
])("%s gets what the resource's policy allows", (_who, caller, resource, expected) => {
  expect(decide({ resource, identity: [allow()], request: { caller } })).toBe(expected);
});

test.each<[Statement['Principal'], boolean]>([
  [{ AWS: '123456789012' }, true],
  [{ AWS: ROLE }, true],
  [{ AWS: '210987654321' }, false],
  [{ Service: 'lambda.amazonaws.com' }, false],
])('a trust policy for %j', (Principal, isTrusted) => {
  const Statement: Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', ...(Principal && { Principal }) };
  expect(trusts({ Statement }, { caller: CALLER, action: 'sts:AssumeRole', resource: ROLE, context: {} })).toBe(
    isTrusted,
  );
});
