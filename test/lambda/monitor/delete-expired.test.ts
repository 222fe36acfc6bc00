import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SlotState } from '../../../lambda/monitor/handler';
import { deleteExpired, listSecretSlots } from '../../../lambda/monitor/secrets';
import { type EmulatedAws, startAws } from '../../../tools/emulator/aws/server';
import { clientFor } from '../../support/emulated-slot';
import { addSlot, NOW, PREFIX, VALUE, versionId } from './slots';

const DAY = 24 * 60;
const INSTALLATION = '11111111-1111-4111-8111-111111111111';
const NAME = `${PREFIX}/${INSTALLATION}`;

let aws: EmulatedAws;
let client: SecretsManagerClient;
let told: string[];
beforeEach(async () => {
  aws = await startAws({ clock: () => NOW * 1000 });
  client = clientFor(aws);
  told = [];
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const never = new AbortController().signal;
const left = () => aws.secrets.list({ IncludePlannedDeletion: true }).SecretList.map(({ Name }) => Name);
const list = () => listSecretSlots(client, { prefix: PREFIX }, never);

/** Deletes after 30 days, and notes what was told when, with how many slots were there then. */
const deleteSlots = (slots: readonly SlotState[], signal = never) =>
  deleteExpired(
    client,
    slots,
    {
      prefix: PREFIX,
      afterDays: 30,
      now: () => NOW * 1000,
      log: {
        announce: ({ installation }) => told.push(`${installation} goes, of ${left().length}`),
        failed: ({ installation }, { message }) => told.push(`${installation} failed: ${message}`),
      },
    },
    signal,
  );

test('a slot that expired more than 30 days ago is announced, then deleted for good', async () => {
  addSlot(aws, -30 * DAY - 1, INSTALLATION);
  await deleteSlots(await list());
  expect(told).toEqual([`${INSTALLATION} goes, of 1`]);
  expect(left()).toEqual([]);
});

test('every other slot stays', async () => {
  addSlot(aws, 90);
  addSlot(aws, -30 * DAY);
  aws.secrets.create({ Name: `${PREFIX}/empty` });
  aws.secrets.create({ Name: `${PREFIX}/by-hand`, SecretString: VALUE });
  // A copy under another name: not one that the receiver would ever fill.
  const ClientRequestToken = versionId(INSTALLATION, -100 * DAY);
  aws.secrets.create({ Name: `${PREFIX}/copy`, ClientRequestToken, SecretString: VALUE });
  const before = left();
  await deleteSlots(await list());
  expect(left()).toEqual(before);
  expect(told).toEqual([]);
  expect(aws.calls).toEqual(['secretsmanager.ListSecrets']);
});

test('a slot that was filled again since the list was made stays', async () => {
  addSlot(aws, -31 * DAY, INSTALLATION);
  const outdated = await list();
  aws.secrets.put({ SecretId: NAME, ClientRequestToken: versionId(INSTALLATION, 200), SecretString: VALUE });
  await deleteSlots(outdated);
  expect(left()).toEqual([NAME]);
  expect(told).toEqual([]);
});

test('a slot that is gone by now is no trouble', async () => {
  addSlot(aws, -31 * DAY, INSTALLATION);
  const outdated = await list();
  aws.secrets.delete({ SecretId: NAME, ForceDeleteWithoutRecovery: true });
  await deleteSlots(outdated);
  expect(told).toEqual([]);
});

test('a slot that cannot be deleted is told, and the next one is deleted all the same', async () => {
  const [first, second] = [addSlot(aws, -50 * DAY), addSlot(aws, -40 * DAY)];
  let deletions = 0;
  aws.intercept((call) =>
    call.endsWith('DeleteSecret') && ++deletions === 1
      ? { status: 400, code: 'AccessDeniedException', message: 'denied' }
      : undefined,
  );
  await deleteSlots(await list());
  expect(told).toEqual([`${first} goes, of 2`, `${first} failed: denied`, `${second} goes, of 2`]);
  expect(left()).toEqual([`${PREFIX}/${first}`]);
});

test('one run deletes 50 at the most, the longest expired first', async () => {
  const installations = Array.from({ length: 52 }, (_, index) => addSlot(aws, (-40 - index) * DAY));
  await deleteSlots(await list());
  expect(left()).toEqual(installations.slice(0, 2).map((uuid) => `${PREFIX}/${uuid}`));
});

test('it ends when the time is over', async () => {
  addSlot(aws, -31 * DAY);
  await deleteSlots(await list(), AbortSignal.abort());
  expect(left()).toHaveLength(1);
  expect(told).toEqual([]);
});
