import { createRandom } from '../../test/fleet/deliveries';
import { ASSUMED, DAY_MS } from './assumptions';
import { Queue } from './instances';

/** A call that Forge makes. */
export interface Call {
  readonly atMs: number;
  readonly installation: number;
  /** 2 when Forge makes it twice at once. */
  readonly copies: 1 | 2;
  /** Whether it is a second try, of a call whose answer was lost. */
  readonly isRetry: boolean;
}

export interface TimetableOptions {
  readonly installations: number;
  /** So many are lived through one by one; the others share the luck of one of them. */
  readonly lived: number;
  readonly intervalMinutes: number;
  readonly seed: number;
  /**
   * Seconds of its minute in which a call comes. Forge spreads the installations over the interval's minutes; of the
   * seconds its documentation says nothing.
   */
  readonly burstSeconds: number;
}

/** Forge's calls of a day, in their order: each installation has a moment of the interval, the same each time. */
export class Timetable {
  /** When each installation fires, in milliseconds after the interval's start. */
  readonly momentsMs: Uint32Array;
  readonly #order: Uint32Array;
  readonly #random: () => number;

  constructor(private readonly options: TimetableOptions) {
    const { installations, intervalMinutes, seed, burstSeconds } = options;
    const random = createRandom(seed);
    this.#random = random;
    this.momentsMs = Uint32Array.from({ length: installations }, () => {
      const minute = Math.floor(random() * intervalMinutes);
      return minute * 60_000 + Math.floor(random() * burstSeconds * 1_000);
    });
    const moments = this.momentsMs;
    this.#order = Uint32Array.from({ length: installations }, (_, index) => index).sort(
      (one, other) => (moments[one] ?? 0) - (moments[other] ?? 0) || one - other,
    );
  }

  *calls(): Generator<Call> {
    const { intervalMinutes, lived } = this.options;
    const retries = new Queue<Call>();
    for (let startMs = 0; startMs < DAY_MS; startMs += intervalMinutes * 60_000) {
      const luck = Float64Array.from({ length: lived }, this.#random);
      for (const installation of this.#order) {
        const atMs = startMs + (this.momentsMs[installation] ?? 0);
        for (let due = retries.first; due && due.atMs <= atMs; due = retries.first) {
          retries.shift();
          yield due;
        }
        const mine = luck[installation % lived] ?? 1;
        yield { atMs, installation, copies: mine < ASSUMED.duplicates ? 2 : 1, isRetry: false };
        if (mine > 1 - ASSUMED.retries) {
          retries.push({ atMs: atMs + ASSUMED.retryAfterMs, installation, copies: 1, isRetry: true });
        }
      }
    }
    for (let due = retries.shift(); due && due.atMs < DAY_MS; due = retries.shift()) yield due;
  }
}
