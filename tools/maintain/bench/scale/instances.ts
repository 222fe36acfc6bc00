/** An instance of a function: what it remembers from one call to the next. */
export interface Instance<Memory> {
  readonly memory: Memory;
  freeAtMs: number;
}

export interface InstancesOptions<Memory> {
  readonly newMemory: () => Memory;
  /** How long a run takes, by whether the instance had to be started. */
  readonly warmMs: number;
  readonly coldMs: number;
  /** How long an instance is kept that has nothing to do. */
  readonly keptMs: number;
}

/**
 * The instances of a function, as Lambda uses them: one run at a time, a new one when none is free, the one that was
 * free last first. Times never go back from one call to the next.
 */
export class Instances<Memory> {
  coldStarts = 0;
  runs = 0;
  busyMs = 0;
  mostAtOnce = 0;
  /** In the order in which they become free: runs of one kind take the same time. */
  readonly #warmRuns = new Queue<Instance<Memory>>();
  readonly #coldRuns = new Queue<Instance<Memory>>();
  #free: Instance<Memory>[] = [];

  constructor(private readonly options: InstancesOptions<Memory>) {}

  /** The memory of the instance that takes a call at `atMs`. */
  take(atMs: number): Memory {
    this.#release(atMs);
    const last = this.#free.pop();
    // Whoever was free last has waited least: when that one is gone, all are.
    const kept = last && atMs - last.freeAtMs <= this.options.keptMs ? last : undefined;
    if (last && !kept) this.#free = [];
    const instance = kept ?? { memory: this.options.newMemory(), freeAtMs: 0 };
    const durationMs = kept ? this.options.warmMs : this.options.coldMs;
    instance.freeAtMs = atMs + durationMs;
    (kept ? this.#warmRuns : this.#coldRuns).push(instance);
    this.runs++;
    this.busyMs += durationMs;
    if (!kept) this.coldStarts++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#warmRuns.length + this.#coldRuns.length);
    return instance.memory;
  }

  #release(atMs: number): void {
    for (;;) {
      const warm = this.#warmRuns.first;
      const cold = this.#coldRuns.first;
      const next = warm && (!cold || warm.freeAtMs <= cold.freeAtMs) ? this.#warmRuns : this.#coldRuns;
      const instance = next.first;
      if (!instance || instance.freeAtMs > atMs) return;
      next.shift();
      this.#free.push(instance);
    }
  }
}

/** First in, first out: an array's own `shift` moves all that is behind. */
export class Queue<Item> {
  #items: Item[] = [];
  #start = 0;

  get length(): number {
    return this.#items.length - this.#start;
  }

  get first(): Item | undefined {
    return this.#items[this.#start];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#start];
    if (item === undefined) return undefined;
    this.#start++;
    if (this.#start > 1_000 && this.#start * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
    return item;
  }
}
