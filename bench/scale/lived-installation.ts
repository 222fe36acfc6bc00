import { createTokenCache, type TokenCache } from '../../lambda/slots/token-cache';
import { DEFAULT_MARGIN_MS, PAUSE_MS } from '../../lambda/slots/token-source';
import type { createSlotWriter, SlotOutcome } from '../../lambda/slots/write-newest';
import { createSlotInMemory, type Call as StoreCall } from '../../test/lambda/slots/slot-in-memory';
import { ForgeTokens } from './forge-tokens';

export type Writer = ReturnType<typeof createSlotWriter>;

/** Nothing in this process takes longer than a call may. */
const NEVER = new AbortController().signal;

/** One installation with its slot, under the functions' own code; each call of its Secrets Manager is told. */
export class LivedInstallation {
  readonly #tokens: ForgeTokens;
  readonly #slot: ReturnType<typeof createSlotInMemory>;

  constructor(
    readonly index: number,
    firstTokenAgeMs: number,
    private readonly nowMs: () => number,
    private readonly onCall: (kind: StoreCall | 'get') => void,
  ) {
    this.#tokens = new ForgeTokens(index, firstTokenAgeMs);
    this.#slot = createSlotInMemory(nowMs, { exists: false });
    this.#slot.before = async (kind) => {
      this.#slot.calls.length = 0;
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

  /** Versions that its secret has had. */
  get versions(): number {
    return this.#slot.versionIds().length;
  }
}
