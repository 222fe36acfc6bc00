/**
 * Emulates eventual consistency: how far behind the state is that an operation such as `DescribeSecret` shows, in milliseconds.
 */
export type Lag = (operation: string) => number;

/** A constant lag. */
export const fixedLag =
  (ms: number): Lag =>
  () =>
    ms;

/**
 * A random lag up to `mostMs` for each operation, so that a later one may show an older state.
 *
 * @param random between 0 and 1
 */
export const randomLag =
  (mostMs: number, random: () => number = Math.random): Lag =>
  () =>
    Math.floor(mostMs * random());

interface Entry<State> {
  readonly atMs: number;
  /** `undefined` while it doesn't exist. */
  readonly state: State | undefined;
}

/** Maximum lag: `ListSecrets` may be 5 minutes behind. */
const MOST_LAG_MS = 10 * 60_000;

/** Earlier states, which a service with a {@link Lag} shows. Keeps nothing without a lag. */
export class History<State> {
  readonly #clock: () => number;
  readonly #entries = new Map<string, Entry<State>[]>();
  #lag: Lag | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Sets the lag from now on. `undefined` ends it.
   *
   * @param present the current state by key
   */
  start(lag: Lag | undefined, present: Iterable<readonly [string, State]>): void {
    this.#lag = lag;
    this.#entries.clear();
    if (!lag) return;
    for (const [key, state] of present) this.#entries.set(key, [{ atMs: Number.NEGATIVE_INFINITY, state }]);
  }

  /** Records the state of `key` after a change. @param copy a copy of the state; `undefined` if it was deleted */
  changed(key: string, copy: () => State | undefined): void {
    if (!this.#lag) return;
    const entries = this.#entries.get(key) ?? [{ atMs: Number.NEGATIVE_INFINITY, state: undefined }];
    entries.push({ atMs: this.#clock(), state: copy() });
    const oldest = this.#clock() - MOST_LAG_MS;
    const kept = entries.findLastIndex(({ atMs }) => atMs <= oldest);
    this.#entries.set(key, entries.slice(Math.max(0, kept)));
  }

  /** The state of `key` that an operation shows. @param live the current state */
  seen(operation: string, key: string, live: State | undefined): State | undefined {
    return this.#at(key, this.#when(operation), live);
  }

  /** The states that an operation shows. @param live the current states by key */
  allSeen(operation: string, live: ReadonlyMap<string, State>): State[] {
    const when = this.#when(operation);
    const keys = new Set([...this.#entries.keys(), ...live.keys()]);
    return [...keys].map((key) => this.#at(key, when, live.get(key))).filter((state) => state !== undefined);
  }

  #when(operation: string): number | undefined {
    const lagMs = this.#lag?.(operation) ?? 0;
    return lagMs > 0 ? this.#clock() - lagMs : undefined;
  }

  #at(key: string, when: number | undefined, live: State | undefined): State | undefined {
    const entries = this.#entries.get(key);
    if (when === undefined || !entries) return live;
    return entries.findLast(({ atMs }) => atMs <= when)?.state;
  }
}
