import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../../aws/account';
import type { Statement } from '../../aws/iam-policy';

/** What the policies of a role are. */
export interface RoleUnderTest {
  /** Statements of each of its inline policies. */
  readonly policies: readonly (readonly Statement[])[];
  /** Of its permissions boundary. @default none */
  readonly boundary?: readonly Statement[];
}

/** An account of an emulation in which policies count. */
export interface AccountUnderTest {
  readonly endpoint: string;
  /** Makes a role. @returns the credentials of a session with it */
  assume(role: RoleUnderTest): Promise<Credentials>;
  /** Does something as one whom no policy holds up. */
  asAdministrator<Result>(step: (credentials: Credentials) => Promise<Result>): Promise<Result>;
}

const DESCRIBE = 'secretsmanager:DescribeSecret';
const GET = 'secretsmanager:GetSecretValue';

/** Stands for the ARN of a secret, and of another one. */
const ONE = 'arn-of-one';
const OTHER = 'arn-of-another';

const allow = (
  Action: string | string[],
  Resource: string | string[] = '*',
  more: Partial<Statement> = {},
): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (...args: Parameters<typeof allow>): Statement => ({ ...allow(...args), Effect: 'Deny' });

/** What a role may do with the two secrets. */
type Leave = 'describe one' | 'read one' | 'read another';

/** A documented rule of evaluation, a role, and all that it may do. */
export type IamCase = readonly [rule: string, role: RoleUnderTest, leave: readonly Leave[]];

/** Rules of AWS's evaluation of policies (IAM User Guide) that can be seen from outside. */
export const IAM_RULES: readonly IamCase[] = [
  ['a role without a policy may do nothing', { policies: [] }, []],
  ['what a policy allows is allowed, and nothing else', { policies: [[allow(DESCRIBE)]] }, ['describe one']],
  [
    'each of several policies allows',
    { policies: [[allow(DESCRIBE)], [allow(GET)]] },
    ['describe one', 'read one', 'read another'],
  ],
  ['an action may have wildcards', { policies: [[allow('secretsmanager:Get*')]] }, ['read one', 'read another']],
  ['the case of an action does not count', { policies: [[allow('SecretsManager:describesecret')]] }, ['describe one']],
  ['leave for another service is none', { policies: [[allow('sqs:*')]] }, []],
  [
    'NotAction is everything but that',
    { policies: [[{ Effect: 'Allow', NotAction: GET, Resource: '*' }]] },
    ['describe one'],
  ],
  ['a denial wins within a policy', { policies: [[deny(GET), allow('secretsmanager:*')]] }, ['describe one']],
  ['a denial wins from another policy', { policies: [[allow('*')], [deny(GET)]] }, ['describe one']],
  ['leave for one resource is leave for that one', { policies: [[allow(GET, ONE)]] }, ['read one']],
  [
    'a resource may have wildcards',
    { policies: [[allow(GET, 'arn:aws:secretsmanager:*:*:secret:*')]] },
    ['read one', 'read another'],
  ],
  ['a denial for one resource is a denial for that one', { policies: [[allow(GET), deny(GET, OTHER)]] }, ['read one']],
  [
    'a condition that does not hold is no leave',
    {
      policies: [
        [
          allow(DESCRIBE),
          allow(GET, '*', { Condition: { StringEquals: { 'secretsmanager:VersionStage': 'AWSPREVIOUS' } } }),
        ],
      ],
    },
    ['describe one'],
  ],
  [
    'a denial whose condition does not hold denies nothing',
    { policies: [[allow(DESCRIBE), deny(DESCRIBE, '*', { Condition: { Bool: { 'aws:SecureTransport': 'maybe' } } })]] },
    ['describe one'],
  ],
  ['a permissions boundary limits', { policies: [[allow('*')]], boundary: [allow(DESCRIBE)] }, ['describe one']],
  [
    'a permissions boundary allows nothing by itself',
    { policies: [[allow(DESCRIBE)]], boundary: [allow('*')] },
    ['describe one'],
  ],
];

let secrets = 0;

/** Looks whether an emulation keeps a rule. @throws {Error} when it doesn't */
export async function checkIamRule(account: AccountUnderTest, [, role, leave]: IamCase): Promise<void> {
  const had = (await callsOf(account, role)).filter(([, error]) => error === undefined).map(([name]) => name);
  expect(had).toEqual(leave);
}

/** A rule that is about words. */
export const DENIAL_RULE = 'a denied call says who was denied what, and why';

/** @throws {Error} when an emulation doesn't keep {@link DENIAL_RULE} */
export async function checkDenial(account: AccountUnderTest): Promise<void> {
  const [[, error] = []] = await callsOf(account, { policies: [[allow(GET)]] });
  expect(error?.name).toBe('AccessDeniedException');
  expect(error?.message).toMatch(
    /^User: arn:aws:sts::\d+:assumed-role\/[\w-]+\/\w+ is not authorized to perform: secretsmanager:DescribeSecret on resource: arn:\S+ because no identity-based policy allows the secretsmanager:DescribeSecret action$/,
  );
}

/** Makes all calls with a role. @returns the failed ones, with their errors */
async function callsOf(account: AccountUnderTest, role: RoleUnderTest): Promise<[Leave, Error | undefined][]> {
  const [one, other] = await Promise.all([secretIn(account), secretIn(account)]);
  const credentials = await account.assume(
    JSON.parse(JSON.stringify(role).replaceAll(ONE, one).replaceAll(OTHER, other)),
  );
  const client = clientOf(account, credentials);
  const calls: readonly [Leave, () => Promise<unknown>][] = [
    ['describe one', () => client.send(new DescribeSecretCommand({ SecretId: one }))],
    ['read one', () => client.send(new GetSecretValueCommand({ SecretId: one }))],
    ['read another', () => client.send(new GetSecretValueCommand({ SecretId: other }))],
  ];
  const made: [Leave, Error | undefined][] = [];
  for (const [name, call] of calls) {
    const denied = await call().then(
      () => undefined,
      (error: Error) => error,
    );
    made.push([name, denied]);
  }
  client.destroy();
  return made;
}

const clientOf = ({ endpoint }: AccountUnderTest, credentials: Credentials) =>
  new SecretsManagerClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

/** @returns its ARN */
function secretIn(account: AccountUnderTest): Promise<string> {
  return account.asAdministrator(async (credentials) => {
    const client = clientOf(account, credentials);
    secrets += 1;
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: `iam-${secrets}`, SecretString: 'x' }));
    client.destroy();
    return ARN;
  });
}
