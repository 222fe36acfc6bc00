import { REASONS } from '../../../../lambda/contract/outcomes';
import { createSigningKey, type SigningKey } from '../../../emulator/forge/signing-key';
import { type Answer, Backend } from './backend';
import { DYNAMODB_FAULTS } from './dynamodb-faults';
import {
  KEY_SERVER_FAULTS,
  type KeyServerFault,
  NO_KEY_SERVER_FAULT,
  repairKeyServer,
  UNREACHABLE_KEY_SERVER,
} from './key-server-faults';
import { SECRETS_MANAGER_FAULTS } from './secrets-manager-faults';
import { NO_SLOT_FAULT, repairSlot, type SlotFault } from './slot-faults';
import { type OpenSlot, openItem } from './slot-under-fault';

/** Beyond the age at which keys are fetched anew, and beyond every cooldown. */
const MINUTES_10_MS = 10 * 60_000;
/** Patience with what takes long, in milliseconds. The deployed function's own is in time-bound.test.ts. */
const KEYS_MS = 1_000;
const SLOT_MS = 300;

// A row of the matrix takes a second or two, and a busy machine its time.
jest.setTimeout(30_000);

let signer: SigningKey;
let nextKey: SigningKey;
beforeAll(async () => {
  [signer, nextKey] = await Promise.all([createSigningKey(), createSigningKey()]);
});

/** A field of the matrix: a fault on either side. */
interface Field {
  readonly keyFault: KeyServerFault;
  readonly slotFault: SlotFault;
  /** Whether the instance has got its keys before. */
  readonly isWarm: boolean;
  /** Where the slot is. @default a secret */
  readonly openSlot?: OpenSlot;
}

/** What became of two calls: one that met the faults, and the next one, after they were over. */
interface Story {
  readonly met: Answer;
  /** Whether that call came as far as the slot. */
  readonly reachedSlot: boolean;
  readonly afterwards: Answer;
  readonly slotHoldsNewest: boolean;
}

async function prepare({ keyFault, slotFault, isWarm, openSlot }: Field): Promise<Backend> {
  const backend = await Backend.start({
    signer,
    ...(openSlot && { openSlot }),
    ...(keyFault.takesLong && { keyTimeoutMs: KEYS_MS }),
  });
  if (isWarm) {
    await backend.warmUp();
    backend.nowMs += MINUTES_10_MS;
  }
  await keyFault.strike(backend, nextKey);
  await slotFault.strike(backend);
  return backend;
}

async function play({ keyFault, slotFault, isWarm }: Field, backend: Backend): Promise<Story> {
  const callsBefore = backend.aws.calls.length;
  if (!isWarm) {
    const fetched = backend.init();
    if (keyFault.comesAfterFetch) await fetched;
  }
  const met = await backend.call(slotFault.takesLong && SLOT_MS);
  const reachedSlot = backend.aws.calls.length > callsBefore;

  await Promise.all([repairKeyServer(backend, keyFault), repairSlot(backend, slotFault)]);
  backend.nowMs += MINUTES_10_MS;
  const afterwards = await backend.call();
  return { met, reachedSlot, afterwards, slotHoldsNewest: backend.readSlot() === backend.newestToken };
}

/** Plays all of `fields` at once. */
async function playAll(fields: readonly Field[]): Promise<ReadonlyMap<Field, Story>> {
  const prepared: { field: Field; backend: Backend }[] = [];
  try {
    // One after the other: each client reads its endpoint from the one environment of this process.
    for (const field of fields) prepared.push({ field, backend: await prepare(field) });
    const stories = prepared.map(async ({ field, backend }) => [field, await play(field, backend)] as const);
    return new Map(await Promise.all(stories));
  } finally {
    await Promise.all(prepared.map(({ backend }) => backend.stop()));
  }
}

function expectEndOf({ keyFault, slotFault, isWarm }: Field, story: Story | undefined): void {
  // Keys that are known outlive the faults of the key server; without any, nothing else matters.
  const reason = isWarm ? undefined : keyFault.coldReason;
  const expected = reason ? { reason } : slotFault.expected;
  const status = 'outcome' in expected ? 200 : REASONS[expected.reason].status;
  expect(story?.met).toMatchObject({ status, ...expected });
  expect(story?.afterwards).toMatchObject({ status: 200, outcome: expect.any(String) });
  expect(story?.slotHoldsNewest).toBe(true);
  if (reason) expect(story?.reachedSlot).toBe(false);
}

describe('an instance without keys', () => {
  describe.each(KEY_SERVER_FAULTS)('key server: $name', (keyFault) => {
    const fields = SECRETS_MANAGER_FAULTS.map((slotFault) => ({ keyFault, slotFault, isWarm: false }));
    let stories: ReadonlyMap<Field, Story>;
    beforeAll(async () => {
      stories = await playAll(fields);
    });
    test.each(fields)('Secrets Manager: $slotFault.name', (field) => expectEndOf(field, stories.get(field)));
  });
});

describe('an instance that has keys', () => {
  const slotFault = NO_SLOT_FAULT;
  const keyFault = UNREACHABLE_KEY_SERVER;
  const fields: Field[] = [
    ...KEY_SERVER_FAULTS.map((each) => ({ keyFault: each, slotFault, isWarm: true })),
    ...SECRETS_MANAGER_FAULTS.map((each) => ({ keyFault, slotFault: each, isWarm: true })),
  ];
  let stories: ReadonlyMap<Field, Story>;
  beforeAll(async () => {
    stories = await playAll(fields);
  });
  test.each(fields)('key server: $keyFault.name, Secrets Manager: $slotFault.name', (field) =>
    expectEndOf(field, stories.get(field)),
  );
});

// What a call comes to before it reaches the slot doesn't hang on where that is: one row without keys, one with them.
describe('with slots in a table', () => {
  const fields: Field[] = DYNAMODB_FAULTS.flatMap((slotFault) => [
    { keyFault: NO_KEY_SERVER_FAULT, slotFault, isWarm: false, openSlot: openItem },
    { keyFault: UNREACHABLE_KEY_SERVER, slotFault, isWarm: true, openSlot: openItem },
  ]);
  let stories: ReadonlyMap<Field, Story>;
  beforeAll(async () => {
    stories = await playAll(fields);
  });
  test.each(fields)('key server: $keyFault.name, DynamoDB: $slotFault.name', (field) =>
    expectEndOf(field, stories.get(field)),
  );
});
