import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { deleteSecrets, LIST_LAG_MS } from '../../../lambda/cleanup/delete-secrets';
import { type EmulatedAws, startAws } from '../../../tools/emulator/aws/server';
import { clientFor } from '../../support/emulated-slot';

const PREFIX = 'forge-remote-dev/slot';

let aws: EmulatedAws;
let client: SecretsManagerClient;
beforeEach(async () => {
  aws = await startAws();
  client = clientFor(aws);
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const never = new AbortController().signal;
/** For a service that lists at once what there is. */
const atOnce = (signal: AbortSignal) => ({ signal, listLagMs: 0, sleep: async () => undefined });
const add = (...names: string[]) => names.map((Name) => aws.secrets.create({ Name, SecretString: 'x' }));
const left = () =>
  aws.secrets.list({ IncludePlannedDeletion: true, MaxResults: 100 }).SecretList.map(({ Name }) => Name);

test('all secrets under the prefix go, and no other', async () => {
  const others = [
    'forge-remote-dev/slots/a',
    'forge-remote-dev/slot',
    'forge-remote-dev2/slot/a',
    'other/forge-remote-dev/slot/a',
  ];
  add(...others, `${PREFIX}/a`, `${PREFIX}/b`);
  await deleteSecrets(client, PREFIX, atOnce(never));
  expect(left()).toEqual(others);
});

test('more than fit on a page go as well', async () => {
  add(...Array.from({ length: 230 }, (_, index) => `${PREFIX}/${index}`));
  await deleteSecrets(client, PREFIX, atOnce(never));
  expect(left()).toEqual([]);
});

test('one whose deletion somebody has scheduled goes at once', async () => {
  add(`${PREFIX}/a`);
  aws.secrets.delete({ SecretId: `${PREFIX}/a` });
  await deleteSecrets(client, PREFIX, atOnce(never));
  expect(left()).toEqual([]);
});

test('where there is none, nothing is deleted, as often as it is asked for', async () => {
  await deleteSecrets(client, PREFIX, atOnce(never));
  await deleteSecrets(client, PREFIX, atOnce(never));
  expect(aws.calls).toEqual(['secretsmanager.ListSecrets', 'secretsmanager.ListSecrets']);
});

test('one that is gone by the time it is reached is no fault', async () => {
  add(`${PREFIX}/a`, `${PREFIX}/b`);
  aws.intercept((call) => {
    if (call.endsWith('DeleteSecret'))
      aws.secrets.delete({ SecretId: `${PREFIX}/b`, ForceDeleteWithoutRecovery: true });
    return undefined;
  });
  await deleteSecrets(client, PREFIX, atOnce(never));
  expect(left()).toEqual([]);
});

test('a refusal of AWS is an error, and what was not reached is left for the next time', async () => {
  add(`${PREFIX}/a`, `${PREFIX}/b`);
  aws.intercept((call) =>
    call.endsWith('DeleteSecret') ? { code: 'AccessDeniedException', message: 'not allowed', status: 400 } : undefined,
  );
  await expect(deleteSecrets(client, PREFIX, atOnce(never))).rejects.toThrow('not allowed');
  aws.intercept(undefined);
  await deleteSecrets(client, PREFIX, atOnce(never));
  expect(left()).toEqual([]);
});

test('it ends when its time is up', async () => {
  add(`${PREFIX}/a`, `${PREFIX}/b`, `${PREFIX}/c`);
  const time = new AbortController();
  aws.intercept((call) => {
    if (call.endsWith('DeleteSecret')) time.abort();
    return undefined;
  });
  await expect(deleteSecrets(client, PREFIX, atOnce(time.signal))).rejects.toThrow();
  expect(left().length).toBeGreaterThanOrEqual(2);
});

test('one that was made in the last 5 minutes, and is not listed yet, goes as well', async () => {
  let nowMs = Date.now();
  const lagging = await startAws({
    clock: () => nowMs,
    lag: { secretsmanager: (operation) => (operation === 'ListSecrets' ? 5 * 60_000 : 0) },
  });
  const itsClient = clientFor(lagging);
  try {
    lagging.secrets.create({ Name: `${PREFIX}/old`, SecretString: 'x' });
    nowMs += 6 * 60_000;
    lagging.secrets.create({ Name: `${PREFIX}/new`, SecretString: 'x' });
    await deleteSecrets(itsClient, PREFIX, {
      signal: never,
      listLagMs: LIST_LAG_MS,
      sleep: async (ms) => {
        expect(lagging.secrets.find(`${PREFIX}/old`)).toBeUndefined();
        nowMs += ms;
      },
    });
    expect(lagging.secrets.find(`${PREFIX}/new`)).toBeUndefined();
  } finally {
    itsClient.destroy();
    await lagging.stop();
  }
});
