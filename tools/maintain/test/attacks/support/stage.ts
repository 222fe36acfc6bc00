import { type Routes, shortKey } from '../../../../../lambda/contract/routes';
import { formatVersionId } from '../../../../../lambda/contract/slot';
import { dataResidency } from '../../../../../lambda/data-residency';
import { createKeySets } from '../../../../../lambda/forge/key-sets';
import { createReplays } from '../../../../../lambda/forge/replays';
import { CLOCK_SKEW_SECONDS, createVerifier } from '../../../../../lambda/forge/verify';
import { type CallReport, type Response as HttpResponse, handle } from '../../../../../lambda/receiver/handler';
import type { SlotStore, StoredVersion } from '../../../../../lambda/slots/slot-store';
import { createSlotWriter } from '../../../../../lambda/slots/slot-writer';
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
}

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
}

/** The receiver as it is deployed, but for its edges: the key server, the slot and the clock live in this process. */
export function createStage(forge: Forge, { isolatedCloud = false, slotBoundTo }: StageSettings = {}) {
  const now = () => NOW_MS;
  const keys = createKeySets({
    url: COMMERCIAL_KEYS,
    ...(isolatedCloud && {
      isolated: { jwksUrlTemplate: ISOLATED_KEYS_TEMPLATE, apiHosts: [new URL(ISOLATED_API).host] },
    }),
    fetch: keyServer(forge),
    now,
  });
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
    async receive(event: unknown): Promise<Answer> {
      const reports: CallReport[] = [];
      let writerAsked = 0;
      let removed = 0;
      const writtenBefore = slot.written();
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
          return { slots: { write, remove } };
        },
        report: (call) => reports.push(call),
        now,
      });
      return { response, reports, writerAsked, written: slot.written() - writtenBefore, removed };
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

function validVersionOf(installation: string): StoredVersion {
  const says = { expiresAtSeconds: NOW_SECONDS + 3600, installation, tokenHash: '0'.repeat(20) };
  return { id: formatVersionId(says), current: true, labels: ['AWSCURRENT'], says };
}
