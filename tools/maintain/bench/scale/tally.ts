import { DAY_MS } from './assumptions';

/**
 * What is counted: the receiver's calls on slots, the worker's `get`, and Forge's calls of the receiver. To `look` is
 * DescribeSecret or GetItem; to `put` is PutSecretValue or PutItem. A table knows no `create` and no `swapCurrent`.
 */
export const KINDS = ['look', 'create', 'put', 'swapCurrent', 'get', 'call'] as const;
export type Kind = (typeof KINDS)[number];

export const SECONDS_PER_DAY = DAY_MS / 1000;
const SECONDS_PER_HOUR = 3_600;

/** How often something happened in each second of the day. */
export class Tally {
  readonly #seconds = new Map<Kind, Uint32Array>(KINDS.map((kind) => [kind, new Uint32Array(SECONDS_PER_DAY)]));

  /** What happens after the day's end isn't counted. */
  add(kind: Kind, atMs: number): void {
    const seconds = this.#of(kind);
    const second = Math.floor(atMs / 1000);
    if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1;
  }

  total(kind: Kind): number {
    return sum(this.#of(kind));
  }

  /** In an hour of the day's second half, by when every slot is there and rotations have settled. */
  perHour(...kinds: readonly Kind[]): number {
    return sum(this.#together(kinds).subarray(SECONDS_PER_DAY / 2)) / (SECONDS_PER_DAY / 2 / SECONDS_PER_HOUR);
  }

  /** The most in one second, of these kinds together. The first slots are made in the first hour, which counts. */
  mostPerSecond(...kinds: readonly Kind[]): number {
    return this.#together(kinds).reduce((most, value) => Math.max(most, value), 0);
  }

  /** Seconds of the day in which these kinds together were more than `limit`. */
  secondsAbove(limit: number, ...kinds: readonly Kind[]): number {
    return this.#together(kinds).filter((value) => value > limit).length;
  }

  #together(kinds: readonly Kind[]): Uint32Array {
    const all = kinds.map((kind) => this.#of(kind));
    return new Uint32Array(SECONDS_PER_DAY).map((_, second) =>
      all.reduce((together, seconds) => together + (seconds[second] ?? 0), 0),
    );
  }

  #of(kind: Kind): Uint32Array {
    return this.#seconds.get(kind) ?? new Uint32Array(SECONDS_PER_DAY);
  }
}

const sum = (values: Uint32Array): number => values.reduce((together, value) => together + value, 0);
