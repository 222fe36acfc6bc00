import type { Filter } from '@aws-sdk/client-secrets-manager';
import { type ContractCase, ONE, refused, TWO } from './contract-case';

/** Rules for secrets: creation, listing, deletion. */
export const SECRET_RULES: readonly ContractCase[] = [
  [
    'a secret without a value has no version, and no value to get',
    async (secret) => {
      await expect(secret.create()).resolves.toMatchObject({ Name: secret.name });
      await expect(secret.labels()).resolves.toEqual({});
      await refused(secret.get(), 'ResourceNotFoundException');
    },
  ],
  [
    'a secret is found by its ARN as by its name',
    async (secret) => {
      const { ARN } = await secret.create({ token: ONE, value: 'first' });
      expect(ARN).toMatch(new RegExp(`^arn:aws:secretsmanager:[^:]+:\\d{12}:secret:${secret.name}-\\w{6}$`));
      await expect(secret.describe()).resolves.toMatchObject({ ARN, Description: 'made by a test' });
    },
  ],
  [
    'tags given at creation are described',
    async (secret) => {
      await secret.create({ tags: { stage: 'dev' } });
      await expect(secret.describe()).resolves.toMatchObject({ Tags: [{ Key: 'stage', Value: 'dev' }] });
    },
  ],
  [
    'a tag is added, or takes the place of the one with its key',
    async (secret) => {
      await secret.create({ tags: { stage: 'dev', app: 'mine' } });
      await secret.tag({ stage: 'prod', installation: 'one' });
      const tags = [
        { Key: 'app', Value: 'mine' },
        { Key: 'stage', Value: 'prod' },
        { Key: 'installation', Value: 'one' },
      ];
      const { Tags } = await secret.describe();
      expect(Tags).toEqual(expect.arrayContaining(tags));
      expect(Tags).toHaveLength(3);
      await expect(secret.list()).resolves.toMatchObject({ SecretList: [{ Tags }] });
    },
  ],
  [
    'secrets are listed by the keys and values of their tags',
    async (secret) => {
      await secret.sibling('/dev').create({ tags: { stage: 'dev' } });
      await secret.sibling('/prod').create({ tags: { stage: 'prod' } });
      await secret.sibling('/untagged').create();
      const found = async (...filters: Filter[]) =>
        (await secret.list({}, filters)).SecretList?.map(({ Name }) => Name?.split('/')[1]).sort();
      await expect(found({ Key: 'tag-key', Values: ['stage'] })).resolves.toEqual(['dev', 'prod']);
      await expect(found({ Key: 'tag-value', Values: ['pro', 'other'] })).resolves.toEqual(['prod']);
      await expect(found({ Key: 'tag-value', Values: ['!prod'] })).resolves.toEqual(['dev', 'untagged']);
      const both: Filter[] = [
        { Key: 'tag-key', Values: ['stage'] },
        { Key: 'tag-value', Values: ['dev'] },
      ];
      await expect(found(...both)).resolves.toEqual(['dev']);
    },
  ],
  [
    'an unknown secret is ResourceNotFoundException',
    async (secret) => {
      await refused(secret.describe(), 'ResourceNotFoundException');
      await refused(secret.put(ONE, 'first'), 'ResourceNotFoundException');
    },
  ],
  [
    'a second secret of the same name is ResourceExistsException',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await refused(secret.create({ token: TWO, value: 'first' }), 'ResourceExistsException');
      await refused(secret.create({ token: ONE, value: 'other' }), 'ResourceExistsException');
    },
  ],
  [
    'creating it again with the same token and value is the same request',
    async (secret) => {
      const first = await secret.create({ token: ONE, value: 'first' });
      const again = await secret.create({ token: ONE, value: 'first' });
      expect([again.ARN, again.VersionId]).toEqual([first.ARN, ONE]);
    },
  ],
  [
    'secrets are listed by the beginning of their name, in pages',
    async (secret) => {
      await Promise.all(['/a', '/b', '/c'].map((suffix) => secret.sibling(suffix).create()));
      const first = await secret.list({ MaxResults: 2 });
      const next = await secret.list({ MaxResults: 2, NextToken: String(first.NextToken) });
      const names = [first, next].map(({ SecretList = [] }) => SecretList.map(({ Name }) => Name));
      expect(names.map(({ length }) => length)).toEqual([2, 1]);
      expect(names.flat().sort()).toEqual(['/a', '/b', '/c'].map((suffix) => secret.name + suffix));
      expect(next.NextToken).toBeUndefined();
    },
  ],
  [
    'a list says which labels each version has',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      const { SecretList } = await secret.list();
      expect(SecretList).toMatchObject([{ Name: secret.name, SecretVersionsToStages: { [ONE]: ['AWSCURRENT'] } }]);
    },
  ],
  [
    'a deleted secret refuses all but its description until its days are over',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.delete({ RecoveryWindowInDays: 7 });
      await refused(secret.get(), 'InvalidRequestException');
      await refused(secret.put(TWO, 'second'), 'InvalidRequestException');
      await refused(secret.move('MINE', { MoveToVersionId: ONE }), 'InvalidRequestException');
      await refused(secret.create({ token: ONE, value: 'first' }), 'InvalidRequestException');
      await expect(secret.describe()).resolves.toMatchObject({ DeletedDate: expect.any(Date) });
      await expect(secret.list()).resolves.toMatchObject({ SecretList: [] });
      await expect(secret.list({ IncludePlannedDeletion: true })).resolves.toMatchObject({
        SecretList: [{ Name: secret.name }],
      });
    },
  ],
  [
    'a deletion without recovery frees the name at once, and is no error for an unknown secret',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.delete({ ForceDeleteWithoutRecovery: true });
      await refused(secret.describe(), 'ResourceNotFoundException');
      await secret.delete({ ForceDeleteWithoutRecovery: true });
      await expect(secret.create({ token: ONE, value: 'other' })).resolves.toMatchObject({ VersionId: ONE });
    },
  ],
  [
    'a recovery window has 7 to 30 days, and excludes a deletion without recovery',
    async (secret) => {
      await secret.create();
      await refused(secret.delete({ RecoveryWindowInDays: 6 }), 'InvalidParameterException');
      await refused(secret.delete({ RecoveryWindowInDays: 31 }), 'InvalidParameterException');
      const both = secret.delete({ ForceDeleteWithoutRecovery: true, RecoveryWindowInDays: 7 });
      await refused(both, 'InvalidParameterException');
    },
  ],
];
