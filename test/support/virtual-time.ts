/** A clock that only moves when everybody waits for it: minutes pass in no time, and in the same order each time. */
export class VirtualTime {
  #nowMs: number;
  #lastId = 0;
  readonly #waiting = new Map<number, { readonly atMs: number; readonly wake: () => void }>();
  #busy = 0;
  #lastWork: Promise<void> = Promise.resolve();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  readonly now = (): number => this.#nowMs;

  /** Ends `ms` later, or as soon as `signal` says so, with its reason as the error. */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      this.#lastId += 1;
      const id = this.#lastId;
      const onAbort = () => {
        this.#waiting.delete(id);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(id, {
        atMs: this.#nowMs + ms,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      });
    });

  /** What `AbortSignal.timeout` is, by this clock. */
  timeout(ms: number): AbortSignal {
    const abort = new AbortController();
    void this.sleep(ms).then(() => abort.abort(new DOMException('The operation timed out.', 'TimeoutError')));
    return abort.signal;
  }

  /** Does work that takes real time, such as cryptography: the clock waits for it, and so does the next such work. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#busy += 1;
    const before = this.#lastWork;
    const done = before.then(work);
    this.#lastWork = done.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await done;
    } finally {
      this.#busy -= 1;
    }
  }

  /** Moves the clock on, from one that waits for it to the next, until `work` is done. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    work.then(done, done);
    for (;;) {
      // All that can go on without the clock does so first.
      await new Promise(setImmediate);
      if (isDone) return work;
      if (this.#busy === 0) this.#wakeNext();
    }
  }

  #wakeNext(): void {
    const next = [...this.#waiting].reduce<[number, { atMs: number; wake: () => void }] | undefined>(
      (first, each) => (first === undefined || each[1].atMs < first[1].atMs ? each : first),
      undefined,
    );
    if (!next) throw new Error('Nothing waits for the clock, and the work is not done.');
    const [id, { atMs, wake }] = next;
    this.#waiting.delete(id);
    this.#nowMs = Math.max(this.#nowMs, atMs);
    wake();
  }
}

/** Numbers between 0 and 1, the same ones for the same seed: the well-known generator "mulberry32". */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
