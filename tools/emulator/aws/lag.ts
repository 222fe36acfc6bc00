/**
 * How long ago the state is that an operation shows, in milliseconds, by the operation's name, such as `DescribeSecret`.
 * AWS calls it eventual consistency: what was just written may not be there yet.
 */
export type Lag = (operation: string) => number;

/** Always the same. */
export const fixedLag =
  (ms: number): Lag =>
  () =>
    ms;

/**
 * Anything up to `mostMs`, anew for each operation: a later one may show less than the one before.
 *
 * @param random between 0 and 1
 */
export const randomLag =
  (mostMs: number, random: () => number = Math.random): Lag =>
  () =>
    Math.floor(mostMs * random());

interface Entry<State> {
  readonly atMs: number;
  /** `undefined` while it isn't there. */
  readonly state: State | undefined;
}

/** The longest lag that is kept for: `ListSecrets` may be 5 minutes behind. */
const MOST_LAG_MS = 10 * 60_000;

/** What things looked like earlier, as a service with a {@link Lag} shows them. Without a lag nothing is kept. */
export class History<State> {
  readonly #clock: () => number;
  readonly #entries = new Map<string, Entry<State>[]>();
  #lag: Lag | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Sets the lag from now on. `undefined`: none.
   *
   * @param present what there is now, by key
   */
  start(lag: Lag | undefined, present: Iterable<readonly [string, State]>): void {
    this.#lag = lag;
    this.#entries.clear();
    if (!lag) return;
    for (const [key, state] of present) this.#entries.set(key, [{ atMs: Number.NEGATIVE_INFINITY, state }]);
  }

  /** Keeps what `key` looks like after a change. @param copy a copy that later changes leave alone; `undefined`: it is gone */
  changed(key: string, copy: () => State | undefined): void {
    if (!this.#lag) return;
    const entries = this.#entries.get(key) ?? [{ atMs: Number.NEGATIVE_INFINITY, state: undefined }];
    entries.push({ atMs: this.#clock(), state: copy() });
    const oldest = this.#clock() - MOST_LAG_MS;
    const kept = entries.findLastIndex(({ atMs }) => atMs <= oldest);
    this.#entries.set(key, entries.slice(Math.max(0, kept)));
  }

  /** What an operation shows of `key`. @param live how it is now */
  seen(operation: string, key: string, live: State | undefined): State | undefined {
    return this.#at(key, this.#when(operation), live);
  }

  /** What an operation shows of everything. @param live how all is now, by key */
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
