import { type EmulatedAws, startAws } from '../../aws/server';
import { secretsManagerContract } from './secrets-manager-contract';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('through the AWS SDK', () => {
  let aws: EmulatedAws;

  beforeAll(async () => {
    aws = await startAws();
  });

  afterAll(() => aws.stop());

  secretsManagerContract(() => aws.url);
});

describe('as time goes by', () => {
  let now: number;
  let aws: EmulatedAws;
  const put = (index: number) =>
    aws.secrets.put({
      SecretId: 'slot',
      ClientRequestToken: String(index).padStart(32, '0'),
      SecretString: `value ${index}`,
    });

  beforeEach(async () => {
    now = Date.UTC(2026, 7, 1);
    aws = await startAws({ clock: () => now });
    aws.secrets.create({ Name: 'slot' });
  });

  afterEach(() => aws.stop());

  test('the 101st version within 24 hours is refused', () => {
    for (let index = 0; index < 100; index += 1) put(index);
    now += DAY_MS - 1;
    expect(() => put(100)).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
  });

  test('versions without a label make room once they are 24 hours old, the oldest first', () => {
    for (let index = 0; index < 100; index += 1) put(index);
    now += DAY_MS;
    put(100);
    const ids = aws.secrets
      .listVersions({ SecretId: 'slot', IncludeDeprecated: true })
      .Versions.map(({ VersionId }) => Number(VersionId));
    expect(ids).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('versions with a label are never removed', () => {
    put(0);
    for (let index = 1; index < 100; index += 1) {
      aws.secrets.put({
        SecretId: 'slot',
        ClientRequestToken: String(index).padStart(32, '0'),
        SecretString: 'x',
        VersionStages: [`LABEL_${index}`],
      });
    }
    now += 30 * DAY_MS;
    expect(() => put(100)).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
  });

  test('the time of the last change is that of the last version, label or tag', () => {
    const changedAtMs = () => (aws.secrets.describe({ SecretId: 'slot' }).LastChangedDate ?? 0) * 1000;
    const changes = [
      () => put(0),
      () => put(1),
      () =>
        aws.secrets.moveLabel({
          SecretId: 'slot',
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: '0'.repeat(32),
          RemoveFromVersionId: '1'.padStart(32, '0'),
        }),
      () => aws.secrets.tag({ SecretId: 'slot', Tags: [{ Key: 'app', Value: 'test' }] }),
    ];
    expect(changedAtMs()).toBe(now);
    for (const change of changes) {
      now += DAY_MS;
      change();
      expect(changedAtMs()).toBe(now);
    }
  });

  test('a deleted secret is gone, and its name free, when its recovery window ends', () => {
    aws.secrets.delete({ SecretId: 'slot', RecoveryWindowInDays: 7 });
    now += 7 * DAY_MS - 1;
    expect(aws.secrets.describe({ SecretId: 'slot' })).toMatchObject({ Name: 'slot' });
    now += 1;
    expect(() => aws.secrets.describe({ SecretId: 'slot' })).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException' }),
    );
    expect(aws.secrets.create({ Name: 'slot' })).toMatchObject({ Name: 'slot' });
  });
});

test('an error never contains the value', () => {
  const value = 'a-value-that-must-not-show'.repeat(3_000);
  const create = async () => {
    const aws = await startAws();
    try {
      aws.secrets.create({ Name: 'slot', SecretString: value });
    } finally {
      await aws.stop();
    }
  };
  return expect(create()).rejects.toThrow(/^(?!.*a-value-that-must-not-show).*78000 bytes/);
});
