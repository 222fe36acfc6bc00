import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CURRENT_LABEL,
  INCOMING_LABEL,
  parseVersionId,
  RELEASED_LABEL,
  SLOT_ATTRIBUTES,
  SLOT_INDEX,
  type SlotValue,
} from '../../../lambda/contract/slot';
import { release } from '../../../lambda/slots/release';
import { createSecretSlot, type SecretStore, staysReleased } from '../../../lambda/slots/secret-slots';
import { createSlotWriter, type SlotWriter, siteLabels } from '../../../lambda/slots/slot-writer';
import { createTableStore } from '../../../lambda/slots/table-slots';
import { LOCAL_ACCOUNT } from '../../../tools/emulator/aws/account';
import { AwsError } from '../../../tools/emulator/aws/aws-error';
import { DynamoDB } from '../../../tools/emulator/aws/dynamodb';
import { SecretVersions } from '../../../tools/emulator/aws/secret-versions';
import { HOME } from './deliveries';

/** Pauses that take no time. */
export const NO_PAUSE = { sleep: async () => undefined };

/** The calls that the writer of a secret makes. */
export type Call = keyof SecretStore;

/** A slot in this process, as far as the tests of its writer go: whichever way it is kept. */
export interface SlotInMemory {
  /** The calls that were made, in the names of the service that it stands for. */
  readonly calls: string[];
  /** Runs before each call takes effect: to fail it, to delay it, or to let another writer get in first. */
  before(call: string): Promise<void>;
  /** The calls of a writer: to see what is there, to fill an empty slot, to replace a token. */
  readonly look: readonly string[];
  readonly fill: readonly string[];
  /** The last of them is the one that makes the token the current one. */
  readonly replace: readonly string[];
  /** A writer as another function instance has one: it remembers nothing. */
  newWriter(): SlotWriter;
  /** What a consumer reads. */
  read(): SlotValue;
  /** Ids of all versions ever written, oldest first. */
  versionIds(): readonly string[];
  /** Puts a value in by hand, as the console does: its version id is none of ours. */
  writeByHand(value: string): void;
}

/** The ways in which slots are kept, each with an empty one. */
export const IN_MEMORY = [
  ['a secret', (nowMs) => createSlotInMemory(nowMs)],
  ['an item of a table', createItemInMemory],
] as const satisfies [string, (nowMs: () => number) => SlotInMemory][];

/**
 * A slot in this process, under Secrets Manager's rules for versions and labels: a test of who wins needs
 * neither the SDK nor a socket.
 *
 * @param options.exists whether the secret is there already, with nothing in it. @default true
 */
export function createSlotInMemory(nowMs: () => number, { exists = true } = {}) {
  const versions = new SecretVersions(nowMs);
  const slot = {
    calls: [] as Call[],
    before: async (_call: Call): Promise<void> => undefined,
    look: ['describe'],
    fill: ['put'],
    replace: ['put', 'swapCurrent'],

    newWriter: () => createSlotWriter(createSecretSlot(store), { now: nowMs, ...NO_PAUSE }),
    /** The slot itself, as a writer has it. */
    get store(): SecretStore {
      return store;
    },
    /** Frees the slot, as before the uninstall of `installation`. */
    release: (installation: string) => release(store, installation, new AbortController().signal, NO_PAUSE),
    /** Labels of the version that consumers read. */
    labels: () => [...(versions.labelled(CURRENT_LABEL)?.labels ?? [])],
    read: (): SlotValue => JSON.parse(versions.labelled(CURRENT_LABEL)?.value.SecretString ?? '{}'),
    versionIds: () => versions.list({ deprecated: true }).map(({ id }) => id),
    writeByHand(value: string) {
      const id = `by-hand-${slot.versionIds().length}-${'0'.repeat(32)}`;
      versions.add(id, { SecretString: value }, [CURRENT_LABEL]);
    },
  };

  async function perform<Result>(call: Call, effect: () => Result): Promise<Result> {
    slot.calls.push(call);
    await slot.before(call);
    return effect();
  }

  /** Like the real store: an error that only says "somebody was faster" is `false`. */
  function falseOn(code: string, effect: () => boolean): boolean {
    try {
      return effect();
    } catch (error) {
      if (error instanceof AwsError && error.code === code) return false;
      throw error;
    }
  }

  const move = (label: string, to: string, from: string | undefined): boolean =>
    falseOn('InvalidParameterException', () => {
      versions.move({ label, to, from });
      return true;
    });

  const store: SecretStore = {
    describe: () =>
      perform('describe', () => {
        if (!exists) return undefined;
        return versions.list({ deprecated: false }).map(({ id, labels }) => ({
          id,
          current: labels.has(CURRENT_LABEL),
          labels: [...labels],
          parsed: parseVersionId(id),
        }));
      }),
    put: (id, value, seen) =>
      perform('put', () =>
        falseOn('ResourceExistsException', () =>
          versions
            .add(id, { SecretString: JSON.stringify(value) }, [
              INCOMING_LABEL,
              ...siteLabels(value.contexts),
              ...(staysReleased(id, seen) ? [RELEASED_LABEL] : []),
            ])
            .labels.has(CURRENT_LABEL),
        ),
      ),
    create: (id, value) =>
      perform('create', () => {
        if (exists) return false;
        exists = true;
        versions.add(id, { SecretString: JSON.stringify(value) }, []);
        return true;
      }),
    remove: () => perform('remove', () => undefined),
    swapCurrent: (to, from) => perform('swapCurrent', () => move(CURRENT_LABEL, to, from)),
    release: (to, from) => perform('release', () => move(RELEASED_LABEL, to, from)),
  };
  return slot;
}

const TABLE = 'slots';

/** A slot in this process that is an item of a table, under DynamoDB's rules: the store is the real one, without a socket. */
export function createItemInMemory(nowMs: () => number): SlotInMemory {
  const dynamo = new DynamoDB(LOCAL_ACCOUNT, nowMs);
  const { installation, deleteAt, value, versionId } = SLOT_ATTRIBUTES;
  const indexes = { [SLOT_INDEX.name]: SLOT_INDEX.attributes };
  const table = dynamo.createTable(TABLE, { keyName: installation, indexes, timeToLive: deleteAt });
  const written: string[] = [];
  const operations: Readonly<Record<string, (input: never) => unknown>> = {
    GetItem: (input) => dynamo.get(input),
    PutItem: (input: Parameters<DynamoDB['put']>[0]) => {
      const answer = dynamo.put(input);
      written.push(input.Item?.[versionId]?.S ?? '');
      return answer;
    },
  };

  const client = {
    async send(command: { constructor: { name: string }; input: never }) {
      const call = command.constructor.name.replace('Command', '');
      slot.calls.push(call);
      await slot.before(call);
      try {
        return operations[call]?.(command.input);
      } catch (error) {
        throw error instanceof AwsError ? Object.assign(new Error(error.message), { name: error.code }) : error;
      }
    },
  } as unknown as DynamoDBClient;
  const options = { item: { installation: HOME }, keepDays: 30, now: nowMs };

  const slot: SlotInMemory = {
    calls: [],
    before: async () => undefined,
    look: ['GetItem'],
    fill: ['PutItem'],
    replace: ['PutItem'],
    newWriter: () => createSlotWriter(createTableStore(client, TABLE, options), { now: nowMs, ...NO_PAUSE }),
    read: (): SlotValue => JSON.parse(table.get(HOME)?.[value]?.S ?? '{}'),
    versionIds: () => written,
    writeByHand: (text) => table.put({ [installation]: { S: HOME }, [value]: { S: text } }),
  };
  return slot;
}
