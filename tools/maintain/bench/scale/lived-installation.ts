import type { createSlotWriter, SlotOutcome } from '../../../../lambda/slots/slot-writer';
import { createTokenCache, DEFAULT_MARGIN_MS, PAUSE_MS, type TokenCache } from '../../../../lambda/slots/token-source';
import {
  createItemInMemory,
  createSlotInMemory,
  type SlotInMemory,
} from '../../../../test/lambda/slots/slot-in-memory';
import { ForgeTokens } from './forge-tokens';
import type { Kind } from './tally';

/** How slots are kept. */
export type Store = 'secrets' | 'table';

export type Writer = ReturnType<typeof createSlotWriter>;

/** Nothing in this process takes longer than a call may. */
const NEVER = new AbortController().signal;

/** What the calls of a slot count as. */
const KIND_OF: Readonly<Record<string, Kind>> = {
  describe: 'look',
  create: 'create',
  put: 'put',
  swapCurrent: 'swapCurrent',
  GetItem: 'look',
  PutItem: 'put',
};

/** One installation with its slot, under the functions' own code; each call of the slot's service is told. */
export class LivedInstallation {
  readonly #tokens: ForgeTokens;
  readonly #slot: SlotInMemory;

  constructor(
    readonly index: number,
    firstTokenAgeMs: number,
    store: Store,
    private readonly nowMs: () => number,
    private readonly onCall: (kind: Kind) => void,
  ) {
    this.#tokens = new ForgeTokens(index, firstTokenAgeMs);
    this.#slot = store === 'table' ? createItemInMemory(nowMs) : createSlotInMemory(nowMs, { exists: false });
    this.#slot.before = async (call) => {
      this.#slot.calls.length = 0;
      const kind = KIND_OF[call];
      // The day has no uninstalls, so these are all.
      if (!kind) throw new Error(`The slot's call ${call} is not counted.`);
      this.onCall(kind);
    };
  }

  /** A writer as a new instance of the receiver has one. */
  newWriter(): Writer {
    return this.#slot.newWriter();
  }

  /** Delivers the token of now to these writers, all at once. */
  deliver(writers: readonly Writer[]): Promise<readonly SlotOutcome[]> {
    const delivery = this.#tokens.deliver(this.nowMs());
    return Promise.all(writers.map((write) => write(delivery, NEVER)));
  }

  /** A cache as a new instance of the worker has one. */
  newCache(): TokenCache {
    return createTokenCache({
      slot: String(this.index),
      read: async () => {
        this.onCall('get');
        const { token, expiresAt, installationId, apiBaseUrl, contexts } = this.#slot.read();
        return { token, expiresAtMs: Date.parse(expiresAt), installationId, apiBaseUrl, contexts };
      },
      now: this.nowMs,
      marginMs: DEFAULT_MARGIN_MS,
      pauseMs: PAUSE_MS,
    });
  }

  /** Tokens that have been written to its slot. */
  get versions(): number {
    return this.#slot.versionIds().length;
  }
}
