import { randomUUID } from 'node:crypto';
import type { Credentials } from '../../../emulator/aws/account';
import { LOCAL_CREDENTIALS } from '../../../emulator/aws/account';
import {
  type AccountUnderTest,
  checkDenial,
  checkIamRule,
  DENIAL_RULE,
  IAM_RULES,
  type RoleUnderTest,
} from '../../../emulator/test/aws/iam-contract';
import type { Moto } from '../../moto/moto';
import { breaches, expectDocumented } from './support/documented';
import { requiredMoto } from './support/required-moto';

let moto: Moto;
beforeAll(async () => {
  moto = await requiredMoto();
});
afterAll(() => moto.stop());

const ACCOUNT = '123456789012';

/** moto looks at policies from the n-th request on; before that nobody is held up. */
const letThrough = (requests: string) => fetch(`${moto.url}/moto-api/reset-auth`, { method: 'POST', body: requests });

/** A request of the services that answer in XML. @returns the texts of these elements */
async function query(
  service: string,
  Version: string,
  parameters: Record<string, string>,
): Promise<(name: string) => string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${LOCAL_CREDENTIALS.accessKeyId}/20260101/us-east-1/${service}/aws4_request`;
  const body = new URLSearchParams({ Version, ...parameters });
  const response = await fetch(moto.url, { method: 'POST', body, headers: { authorization } });
  const xml = await response.text();
  if (!response.ok) throw new Error(`${parameters.Action}: ${xml}`);
  return (name) => new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1] ?? '';
}
const iam = (Action: string, parameters: Record<string, string>) =>
  query('iam', '2010-05-08', { Action, ...parameters });

const documentOf = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });

const account: AccountUnderTest = {
  get endpoint() {
    return moto.url;
  },

  async asAdministrator(step) {
    await letThrough('Infinity');
    const result = await step(LOCAL_CREDENTIALS);
    await letThrough('0');
    return result;
  },

  async assume({ policies, boundary }: RoleUnderTest): Promise<Credentials> {
    await letThrough('Infinity');
    const RoleName = `role-${randomUUID()}`;
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: ACCOUNT } };
    const made =
      boundary &&
      (await iam('CreatePolicy', { PolicyName: `${RoleName}-boundary`, PolicyDocument: documentOf(boundary) }));
    await iam('CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: documentOf(trust),
      ...(made && { PermissionsBoundary: made('Arn') }),
    });
    for (const [index, statements] of policies.entries()) {
      const PolicyName = `policy-${index}`;
      await iam('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: documentOf(statements) });
    }
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
    const session = await query('sts', '2011-06-15', { Action: 'AssumeRole', RoleArn, RoleSessionName: 'run' });
    await letThrough('0');
    return {
      accessKeyId: session('AccessKeyId'),
      secretAccessKey: session('SecretAccessKey'),
      sessionToken: session('SessionToken'),
    };
  },
};

test('moto differs from the rules exactly where docs/emulations.md says so', async () => {
  const found = await breaches<() => Promise<void>>(
    [
      ...IAM_RULES.map((rule) => [rule[0], () => checkIamRule(account, rule)] as const),
      [DENIAL_RULE, () => checkDenial(account)] as const,
    ],
    (check) => check(),
  );
  expectDocumented('IAM', found);
});
