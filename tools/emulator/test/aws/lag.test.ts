import { LOCAL_ACCOUNT } from '../../aws/account';
import { DynamoDB } from '../../aws/dynamodb';
import { fixedLag, randomLag } from '../../aws/lag';
import { SecretsManager } from '../../aws/secrets-manager';

const FIRST = 'a'.repeat(32);
const SECOND = 'b'.repeat(32);

let nowMs: number;
beforeEach(() => {
  nowMs = Date.parse('2026-01-01T00:00:00Z');
});
const clock = () => nowMs;

describe('Secrets Manager, a second behind', () => {
  let secrets: SecretsManager;
  beforeEach(() => {
    secrets = new SecretsManager(LOCAL_ACCOUNT, clock);
    secrets.lag(fixedLag(1_000));
  });
  const create = () => secrets.create({ Name: 'slot', ClientRequestToken: FIRST, SecretString: 'one' });
  const put = () =>
    secrets.put({ SecretId: 'slot', ClientRequestToken: SECOND, SecretString: 'two', VersionStages: ['NEXT'] });
  const move = () =>
    secrets.moveLabel({
      SecretId: 'slot',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: SECOND,
      RemoveFromVersionId: FIRST,
    });
  const current = () => secrets.get({ SecretId: 'slot' }).SecretString;

  test('a secret is described, read and listed a second after it was made', () => {
    create();
    expect(() => secrets.describe({ SecretId: 'slot' })).toThrow("can't find");
    expect(() => current()).toThrow("can't find");
    expect(secrets.list({}).SecretList).toEqual([]);
    nowMs += 1_000;
    expect(secrets.describe({ SecretId: 'slot' }).VersionIdsToStages).toEqual({ [FIRST]: ['AWSCURRENT'] });
    expect(current()).toBe('one');
    expect(secrets.list({}).SecretList).toHaveLength(1);
  });

  test('its name is in use at once', () => {
    create();
    expect(() => secrets.create({ Name: 'slot', ClientRequestToken: SECOND, SecretString: 'two' })).toThrow('exists');
  });

  test('a label moves to a version once the version is visible', () => {
    create();
    nowMs += 1_000;
    put();
    expect(move).toThrow("can't find the specified secret version");
    nowMs += 1_000;
    move();
    expect(current()).toBe('one');
    nowMs += 1_000;
    expect(current()).toBe('two');
  });

  test('a label is taken from the version that has it, visible or not', () => {
    create();
    put();
    nowMs += 1_000;
    move();
    expect(secrets.describe({ SecretId: 'slot' }).VersionIdsToStages?.[FIRST]).toEqual(['AWSCURRENT']);
    expect(move).toThrow('must be the version that currently has it');
  });

  test('a deleted secret is still shown for a second', () => {
    create();
    nowMs += 1_000;
    secrets.delete({ SecretId: 'slot', ForceDeleteWithoutRecovery: true });
    expect(current()).toBe('one');
    nowMs += 1_000;
    expect(current).toThrow("can't find");
  });

  test('what existed when the lag began is visible', () => {
    const before = new SecretsManager(LOCAL_ACCOUNT, clock);
    before.create({ Name: 'slot', ClientRequestToken: FIRST, SecretString: 'one' });
    before.lag(fixedLag(1_000));
    expect(before.get({ SecretId: 'slot' }).SecretString).toBe('one');
  });

  test('without a lag again, all is shown at once', () => {
    secrets.lag(undefined);
    create();
    expect(current()).toBe('one');
  });

  test('each operation may have a lag of its own, as ListSecrets has', () => {
    secrets.lag((operation) => (operation === 'ListSecrets' ? 300_000 : 0));
    create();
    expect(current()).toBe('one');
    nowMs += 299_999;
    expect(secrets.list({}).SecretList).toEqual([]);
    nowMs += 1;
    expect(secrets.list({}).SecretList).toHaveLength(1);
  });
});

describe('DynamoDB, a second behind', () => {
  const key = { id: { S: 'one' } };
  const slots = () => {
    const tables = new DynamoDB(LOCAL_ACCOUNT, clock);
    tables.lag(fixedLag(1_000));
    tables.createTable('slots', { keyName: 'id', indexes: { names: ['name'] } });
    tables.put({ TableName: 'slots', Item: { ...key, name: { S: 'first' } } });
    return tables;
  };

  test('a consistent read shows the current state, any other an earlier one', () => {
    const tables = slots();
    expect(tables.get({ TableName: 'slots', Key: key, ConsistentRead: true }).Item).toBeDefined();
    expect(tables.get({ TableName: 'slots', Key: key }).Item).toBeUndefined();
    expect(tables.scan({ TableName: 'slots', ConsistentRead: true }).Items).toHaveLength(1);
    expect(tables.scan({ TableName: 'slots', IndexName: 'names' }).Items).toEqual([]);
    nowMs += 1_000;
    expect(tables.get({ TableName: 'slots', Key: key }).Item).toBeDefined();
    expect(tables.scan({ TableName: 'slots', IndexName: 'names' }).Items).toHaveLength(1);
  });
});

test('a random lag differs each time, up to its maximum', () => {
  const draws = [0, 0.5, 0.999];
  const lag = randomLag(1_000, () => draws.shift() ?? 0);
  expect([lag('GetItem'), lag('GetItem'), lag('GetItem')]).toEqual([0, 500, 999]);
});
