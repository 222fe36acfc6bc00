import { type ContractCase, ONE, refused, THREE, TWO } from './contract-case';

/** Rules for versions of a secret and their staging labels. */
export const VERSION_RULES: readonly ContractCase[] = [
  [
    'the token becomes the version id, and has 32 to 64 characters',
    async (secret) => {
      await secret.create();
      await refused(secret.put('x'.repeat(31), 'first'), 'InvalidParameterException');
      await refused(secret.put('x'.repeat(65), 'first'), 'InvalidParameterException');
      await expect(secret.put('x'.repeat(64), 'first')).resolves.toMatchObject({ VersionId: 'x'.repeat(64) });
      await expect(secret.put(ONE, 'second')).resolves.toMatchObject({ VersionId: ONE });
    },
  ],
  [
    'the first version is AWSCURRENT, whatever labels were asked for',
    async (secret) => {
      await secret.create();
      await secret.put(ONE, 'first', ['MINE']);
      await expect(secret.labels()).resolves.toEqual({ [ONE]: ['AWSCURRENT', 'MINE'] });
    },
  ],
  [
    'a later version with labels of its own leaves AWSCURRENT where it is',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second', ['MINE']);
      await expect(secret.labels()).resolves.toEqual({ [ONE]: ['AWSCURRENT'], [TWO]: ['MINE'] });
    },
  ],
  [
    'a version without labels asked for becomes AWSCURRENT, the one before AWSPREVIOUS',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second');
      await expect(secret.labels()).resolves.toEqual({ [ONE]: ['AWSPREVIOUS'], [TWO]: ['AWSCURRENT'] });
      await secret.put(THREE, 'third');
      await expect(secret.labels()).resolves.toEqual({ [TWO]: ['AWSPREVIOUS'], [THREE]: ['AWSCURRENT'] });
    },
  ],
  [
    'the same token with the same value changes nothing, even when another version is current by now',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second');
      await expect(secret.put(ONE, 'first')).resolves.toMatchObject({ VersionId: ONE });
      await expect(secret.labels()).resolves.toEqual({ [ONE]: ['AWSPREVIOUS'], [TWO]: ['AWSCURRENT'] });
    },
  ],
  [
    'the same token with another value is ResourceExistsException',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await refused(secret.put(ONE, 'other'), 'ResourceExistsException');
      await expect(secret.get()).resolves.toMatchObject({ SecretString: 'first' });
    },
  ],
  [
    'a label sits on one version only: putting it on another moves it',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second', ['MINE']);
      await secret.put(THREE, 'third', ['MINE']);
      await expect(secret.labels()).resolves.toEqual({ [ONE]: ['AWSCURRENT'], [THREE]: ['MINE'] });
    },
  ],
  [
    'moving AWSCURRENT from the version that has it works, and AWSPREVIOUS moves along',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second', ['MINE']);
      await secret.move('AWSCURRENT', { MoveToVersionId: TWO, RemoveFromVersionId: ONE });
      await expect(secret.labels()).resolves.toEqual({ [ONE]: ['AWSPREVIOUS'], [TWO]: ['AWSCURRENT', 'MINE'] });
    },
  ],
  [
    'moving a label from a version that does not have it is refused, and changes nothing',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second');
      await secret.put(THREE, 'third', ['MINE']);
      const stale = secret.move('AWSCURRENT', { MoveToVersionId: THREE, RemoveFromVersionId: ONE });
      await refused(stale, 'InvalidParameterException');
      await expect(secret.labels()).resolves.toMatchObject({ [TWO]: ['AWSCURRENT'], [THREE]: ['MINE'] });
    },
  ],
  [
    'moving a label that another version has needs RemoveFromVersionId',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second', ['MINE']);
      await refused(secret.move('AWSCURRENT', { MoveToVersionId: TWO }), 'InvalidParameterException');
      await expect(secret.labels()).resolves.toMatchObject({ [ONE]: ['AWSCURRENT'] });
    },
  ],
  [
    'of two swaps from the same version, one wins',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second', ['MINE']);
      await secret.put(THREE, 'third', ['OTHER']);
      const swaps = await Promise.allSettled(
        [TWO, THREE].map((id) => secret.move('AWSCURRENT', { MoveToVersionId: id, RemoveFromVersionId: ONE })),
      );
      expect(swaps.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    },
  ],
  [
    'a free label is attached without RemoveFromVersionId, and removed without MoveToVersionId',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.move('MINE', { MoveToVersionId: ONE });
      await expect(secret.labels()).resolves.toEqual({ [ONE]: ['AWSCURRENT', 'MINE'] });
      await secret.move('MINE', { RemoveFromVersionId: ONE });
      await expect(secret.labels()).resolves.toEqual({ [ONE]: ['AWSCURRENT'] });
    },
  ],
  [
    'AWSCURRENT cannot be removed',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await refused(secret.move('AWSCURRENT', { RemoveFromVersionId: ONE }), 'InvalidParameterException');
      await expect(secret.labels()).resolves.toEqual({ [ONE]: ['AWSCURRENT'] });
    },
  ],
  [
    'a label cannot move to a version that does not exist',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      const move = secret.move('AWSCURRENT', { MoveToVersionId: TWO, RemoveFromVersionId: ONE });
      await refused(move, 'ResourceNotFoundException');
    },
  ],
  [
    'a value has 65,536 bytes at most, counted in UTF-8',
    async (secret) => {
      await secret.create();
      await secret.put(ONE, 'é'.repeat(32_768));
      await refused(secret.put(TWO, `${'é'.repeat(32_768)}!`), 'ValidationException');
    },
  ],
  [
    'a version has 20 labels at most',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      const twenty = Array.from({ length: 20 }, (_, index) => `LABEL_${index}`);
      await secret.put(TWO, 'second', twenty);
      await refused(secret.move('ONE_MORE', { MoveToVersionId: TWO }), 'LimitExceededException');
      await refused(secret.put(THREE, 'third', [...twenty, 'ONE_MORE']), 'LimitExceededException');
    },
  ],
  [
    'a value is got by label, by version id, or by both if they agree',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second', ['MINE']);
      await expect(secret.get()).resolves.toMatchObject({ SecretString: 'first', VersionStages: ['AWSCURRENT'] });
      await expect(secret.get({ VersionStage: 'MINE' })).resolves.toMatchObject({ SecretString: 'second' });
      await expect(secret.get({ VersionId: TWO })).resolves.toMatchObject({ SecretString: 'second' });
      await refused(secret.get({ VersionId: TWO, VersionStage: 'AWSCURRENT' }), 'InvalidRequestException');
      await refused(secret.get({ VersionStage: 'NOBODYS' }), 'ResourceNotFoundException');
      await refused(secret.get({ VersionId: THREE }), 'ResourceNotFoundException');
    },
  ],
  [
    'a version without a label is listed as deprecated, not described, and still there',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second');
      await secret.put(THREE, 'third');
      expect(Object.keys(await secret.labels())).not.toContain(ONE);
      const ids = async (IncludeDeprecated: boolean) =>
        (await secret.versionIds({ IncludeDeprecated })).Versions?.map(({ VersionId }) => VersionId);
      expect((await ids(false))?.sort()).toEqual([TWO, THREE]);
      expect((await ids(true))?.sort()).toEqual([ONE, TWO, THREE]);
      await expect(secret.get({ VersionId: ONE })).resolves.toMatchObject({ SecretString: 'first' });
    },
  ],
  [
    'versions are listed in pages',
    async (secret) => {
      await secret.create({ token: ONE, value: 'first' });
      await secret.put(TWO, 'second');
      const first = await secret.versionIds({ MaxResults: 1 });
      const next = await secret.versionIds({ MaxResults: 1, NextToken: String(first.NextToken) });
      const ids = [first, next].flatMap(({ Versions = [] }) => Versions.map(({ VersionId }) => VersionId));
      expect(ids.sort()).toEqual([ONE, TWO]);
      expect(next.NextToken).toBeUndefined();
    },
  ],
];
