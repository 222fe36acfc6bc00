import { type Routes, shortKey } from '../../../../../lambda/contract/routes';
import { formatVersionId } from '../../../../../lambda/contract/slot';
import { dataResidency } from '../../../../../lambda/data-residency';
import { createCloudKeys } from '../../../../../lambda/forge/clouds';
import { commercialKeys, createKeySet } from '../../../../../lambda/forge/key-set';
import { CLOCK_SKEW_SECONDS, createReplays, createVerifier } from '../../../../../lambda/forge/verify';
import { type CallReport, type Response as HttpResponse, handle } from '../../../../../lambda/receiver/handler';
import { createSecretSlots } from '../../../../../lambda/slots/secret-slots';
import {
  createSlotWriter,
  type SlotStore,
  type Slots,
  type StoredVersion,
} from '../../../../../lambda/slots/slot-writer';
import { createTableSlots } from '../../../../../lambda/slots/table-slots';
import { APP_ID, NOW_MS, NOW_SECONDS, PATH, ROUTE } from '../../../../../test/support/forge-call';
import type { Forge } from './forge';

export const ISOLATED_LABEL = 'acme';
export const ISOLATED_API = 'https://api.acme.example';
export const UNINSTALL_PATH = '/forge/uninstall';

/** What the manifest says of the stage: an endpoint for each of two routes, and modules that are none of ours. */
const ROUTES: Routes = {
  [PATH]: ROUTE,
  [UNINSTALL_PATH]: { kind: 'preUninstall', modules: ['leaving', 'goodbye'] },
};
const FOREIGN = new Set(['panel', 'resolver'].map(shortKey));

const COMMERCIAL_KEYS = 'https://keys.invalid/commercial';
const ISOLATED_KEYS_TEMPLATE = 'https://keys.invalid/isolated/{icLabel}';

export interface StageSettings {
  /** Whether Isolated Clouds are served beside the commercial one. @default false */
  readonly isolatedCloud?: boolean;
  /** The uuid of an installation that has a valid token in the slot. @default - the slot is empty */
  readonly slotBoundTo?: string;
  /** How slots are kept, by the code that is deployed. @default - a slot in memory, which counts what is written */
  readonly strategy?: Strategy;
  /** The time in milliseconds since 1970. @default it stands still */
  readonly now?: () => number;
}

export const STRATEGIES = ['singleInstallation', 'perInstallation', 'dynamodb'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What a call led to. */
export interface Answer {
  readonly response: HttpResponse;
  readonly reports: readonly CallReport[];
  /** How often the slot's writer was asked for. */
  readonly writerAsked: number;
  /** Tokens written to the slot. */
  readonly written: number;
  /** Slots removed. */
  readonly removed: number;
  /** Requests to AWS, where slots are kept by the code that is deployed. */
  readonly sent: number;
}

/** The receiver as it is deployed, but for its edges: the key server, the slot and the clock live in this process. */
export function createStage(forge: Forge, settings: StageSettings = {}) {
  const { isolatedCloud = false, slotBoundTo, strategy, now = () => NOW_MS } = settings;
  const fetchKeys = keyServer(forge);
  let keyFetches = 0;
  let sent = 0;
  const kept = strategy && openSlots(strategy, () => sent++, now);
  const keySet = (url: string) =>
    createKeySet({
      url,
      fetch: (...request) => {
        keyFetches++;
        return fetchKeys(...request);
      },
      now,
    });
  const commercial = keySet(COMMERCIAL_KEYS);
  const keys = isolatedCloud
    ? createCloudKeys(commercial, keySet, {
        isolatedCloud: { jwksUrlTemplate: ISOLATED_KEYS_TEMPLATE, apiHosts: [new URL(ISOLATED_API).host] },
      })
    : commercialKeys(commercial);
  const verify = createVerifier({
    keys,
    appId: APP_ID,
    environments: ['DEVELOPMENT'],
    otherModules: { keys: new Set(Object.values(ROUTES).flatMap(({ modules = [] }) => modules)), shortKeys: FOREIGN },
    now,
  });
  const replays = createReplays(now, CLOCK_SKEW_SECONDS);
  const slot = createSlot(slotBoundTo);
  const write = createSlotWriter(slot.store, { now });

  return {
    /** How often a key server was asked. */
    keyFetches: () => keyFetches,

    async receive(event: unknown): Promise<Answer> {
      const reports: CallReport[] = [];
      let writerAsked = 0;
      let removed = 0;
      const writtenBefore = slot.written();
      const sentBefore = sent;
      const response = await handle(event, {
        routes: ROUTES,
        verify,
        replays,
        dataResidency: async () => dataResidency,
        services: async () => {
          writerAsked++;
          const remove = async () => {
            removed++;
            return 'removed' as const;
          };
          return { slots: kept ?? { write, remove } };
        },
        report: (call) => reports.push(call),
        now,
      });
      return {
        response,
        reports,
        writerAsked,
        written: slot.written() - writtenBefore,
        removed,
        sent: sent - sentBefore,
      };
    },
  };
}

function keyServer({ commercial, isolated }: Forge): typeof fetch {
  const keySets = new Map([
    [COMMERCIAL_KEYS, commercial.jwks],
    [ISOLATED_KEYS_TEMPLATE.replace('{icLabel}', ISOLATED_LABEL), isolated.jwks],
  ]);
  return async (url) => {
    const jwks = keySets.get(String(url));
    return jwks ? Response.json(jwks) : new Response('no such key set', { status: 404 });
  };
}

/** A slot that counts what is written and keeps nothing. */
function createSlot(boundTo: string | undefined) {
  let written = 0;
  const store: SlotStore = {
    describe: async () => (boundTo === undefined ? [] : [validVersionOf(boundTo)]),
    replace: async () => {
      written++;
      return true;
    },
    create: async () => true,
    remove: async () => undefined,
  };
  return { store, written: () => written };
}

/** The slots of a strategy, with nothing in them yet. */
function openSlots(strategy: Strategy, onSend: () => void, now: () => number): Slots {
  const send = async () => {
    onSend();
    // Both services answer nothing of what isn't there; and that what was put is the current version.
    return { VersionStages: ['AWSCURRENT'] };
  };
  const client = { send } as never;
  const timing = { now, sleep: async () => undefined };
  if (strategy === 'dynamodb') return createTableSlots(client, { table: 'slots', keepDays: 7, timing });
  const secretArn = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:slot-AbCdEf';
  const location = strategy === 'perInstallation' ? { prefix: 'slots' } : { secretArn };
  return createSecretSlots(client, { location, app: 'app', stage: 'dev', timing });
}

function validVersionOf(installation: string): StoredVersion {
  const parsed = { expiresAtSeconds: NOW_SECONDS + 3600, installation, tokenHash: '0'.repeat(20) };
  return { id: formatVersionId(parsed), current: true, labels: ['AWSCURRENT'], parsed };
}
