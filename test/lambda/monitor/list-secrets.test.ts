import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { INCOMING_LABEL, RELEASED_LABEL } from '../../../lambda/contract/slot';
import { CLIENT_SETTINGS } from '../../../lambda/monitor/handler';
import { listSecretSlots } from '../../../lambda/monitor/secrets';
import { type EmulatedAws, startAws } from '../../../tools/emulator/aws/server';
import { withoutPausesOfTheSdk } from '../../support/sdk-pauses';
import { addSlot, NOW, PREFIX, VALUE, versionId } from './slots';

const INSTALLATION = '11111111-1111-4111-8111-111111111111';

let aws: EmulatedAws;
let client: SecretsManagerClient;
beforeEach(async () => {
  aws = await startAws({ clock: () => NOW * 1000 });
  client = new SecretsManagerClient({
    ...CLIENT_SETTINGS,
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const never = new AbortController().signal;
const listAll = (signal = never) => listSecretSlots(client, { prefix: PREFIX }, signal);
const listOne = () => listSecretSlots(client, { secretArn: 'slot' }, never);
const throttled = { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' } as const;

/** Throttles the first `times` calls. */
function throttle(times: number): void {
  let left = times;
  aws.intercept(() => (left-- > 0 ? throttled : undefined));
}

describe('one slot', () => {
  test('is described, and says whose token it holds and until when', async () => {
    aws.secrets.create({ Name: 'slot', ClientRequestToken: versionId(INSTALLATION, 90), SecretString: VALUE });
    expect(await listOne()).toEqual([
      {
        id: 'slot',
        token: { installation: INSTALLATION, expiresAtSeconds: NOW + 90 * 60 },
        createdAtMs: NOW * 1000,
      },
    ]);
    expect(aws.calls).toEqual(['secretsmanager.DescribeSecret']);
  });

  test('is empty before the first token', async () => {
    aws.secrets.create({ Name: 'slot' });
    expect(await listOne()).toEqual([{ id: 'slot' }]);
  });

  test('is empty when its installation has released it', async () => {
    aws.secrets.create({ Name: 'slot', ClientRequestToken: versionId(INSTALLATION, 90), SecretString: VALUE });
    aws.secrets.moveLabel({
      SecretId: 'slot',
      VersionStage: RELEASED_LABEL,
      MoveToVersionId: versionId(INSTALLATION, 90),
    });
    expect(await listOne()).toEqual([{ id: 'slot' }]);
  });

  test('is empty when somebody wrote it by hand', async () => {
    aws.secrets.create({ Name: 'slot', SecretString: 'by hand' });
    expect(await listOne()).toEqual([{ id: 'slot' }]);
  });

  test('has the token of its current version, whatever else is under way or was there before', async () => {
    aws.secrets.create({ Name: 'slot', ClientRequestToken: versionId(INSTALLATION, 10), SecretString: VALUE });
    aws.secrets.put({ SecretId: 'slot', ClientRequestToken: versionId(INSTALLATION, 70), SecretString: VALUE });
    for (const [label, minutes] of [
      [INCOMING_LABEL, 200],
      ['AWSPENDING', 230],
    ] as const) {
      aws.secrets.put({
        SecretId: 'slot',
        ClientRequestToken: versionId(INSTALLATION, minutes),
        SecretString: VALUE,
        VersionStages: [label],
      });
    }
    expect(await listOne()).toMatchObject([{ token: { expiresAtSeconds: NOW + 70 * 60 } }]);
  });

  test('that is scheduled for deletion is a failure that says how to have it back', async () => {
    aws.secrets.create({ Name: 'slot', ClientRequestToken: versionId(INSTALLATION, 90), SecretString: VALUE });
    aws.secrets.delete({ SecretId: 'slot' });
    await expect(listOne()).rejects.toThrow(/scheduled for deletion since 2027-.*restore-secret --secret-id slot/);
  });

  test('that is gone is a failure', async () => {
    await expect(listOne()).rejects.toThrow("can't find the specified secret");
  });
});

describe('slots by installation', () => {
  withoutPausesOfTheSdk();

  test('are all found, over as many pages as there are', async () => {
    const installations = Array.from({ length: 250 }, () => addSlot(aws, 90));
    const slots = await listAll();
    expect(slots.map(({ token }) => token?.installation)).toEqual(installations);
    expect(aws.calls).toEqual(Array(3).fill('secretsmanager.ListSecrets'));
  });

  test('are none but those under the prefix', async () => {
    for (const Name of [`${PREFIX}s/a`, PREFIX, `other/${PREFIX}/a`, 'forge-remote-dev2/slot/a']) {
      aws.secrets.create({ Name, SecretString: VALUE });
    }
    addSlot(aws, 90, INSTALLATION);
    expect(await listAll()).toMatchObject([{ id: `${PREFIX}/${INSTALLATION}` }]);
  });

  test('are none but those even if Secrets Manager takes the filter for a search term', async () => {
    const SecretList = [{ Name: `other/${PREFIX}/a` }, { Name: `${PREFIX}/b` }, { Name: `${PREFIX}s/c` }, {}];
    aws.intercept(() => ({ body: JSON.stringify({ SecretList }) }));
    expect(await listAll()).toEqual([{ id: `${PREFIX}/b` }]);
  });

  test('are empty when somebody wrote them by hand', async () => {
    aws.secrets.create({ Name: `${PREFIX}/by-hand`, SecretString: VALUE });
    expect(await listAll()).toEqual([{ id: `${PREFIX}/by-hand` }]);
  });

  test('are no longer there once they are scheduled for deletion', async () => {
    addSlot(aws, 90, INSTALLATION);
    aws.secrets.delete({ SecretId: `${PREFIX}/${INSTALLATION}` });
    expect(await listAll()).toEqual([]);
  });

  test('may be none at all', async () => {
    expect(await listAll()).toEqual([]);
  });

  test('are all found in spite of throttling', async () => {
    for (let index = 0; index < 150; index++) addSlot(aws, 90);
    throttle(1);
    expect(await listAll()).toHaveLength(150);
    expect(aws.calls).toHaveLength(3);
  });

  test('are not reported by halves: a page that fails is a failure', async () => {
    for (let index = 0; index < 150; index++) addSlot(aws, 90);
    let calls = 0;
    aws.intercept(() => (++calls > 1 ? { status: 400, code: 'AccessDeniedException', message: 'denied' } : undefined));
    await expect(listAll()).rejects.toThrow('denied');
  });

  test('are given up when the time is over, also between two tries', async () => {
    const time = new AbortController();
    aws.intercept(() => {
      time.abort();
      return throttled;
    });
    await expect(listAll(time.signal)).rejects.toThrow();
    expect(aws.calls.length).toBeLessThanOrEqual(2);
  });
});

test('no token is ever asked for', async () => {
  addSlot(aws, 90);
  expect(JSON.stringify(await listAll())).not.toContain('a-token');
  expect(aws.calls.join()).not.toMatch(/GetSecretValue/);
});
