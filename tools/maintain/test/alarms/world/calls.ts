import type { Installation } from './history';

/** When Forge calls whom. Times are minutes of the simulated time. */
export class Calls {
  /** By the minute: attempt × installations + installation, to keep a week of 10,000 installations small. */
  private readonly due: (number[] | undefined)[] = [];
  private readonly nextAt: Int32Array;

  constructor(
    private readonly installations: readonly Installation[],
    private readonly intervalMinutes: number,
    private readonly jitter: number,
  ) {
    this.nextAt = Int32Array.from(installations, ({ firstCallAt }) => firstCallAt);
    installations.forEach((_, index) => {
      this.schedule(index);
    });
  }

  /**
   * Makes the calls that are due in this minute. Each is due again one interval later.
   *
   * @param call is told whose it is, and which try: 0 for the first
   */
  make(minute: number, call: (installation: number, attempt: number) => void): void {
    const due = this.due[minute] ?? [];
    this.due[minute] = undefined;
    for (const code of due) {
      const installation = code % this.installations.length;
      const attempt = (code - installation) / this.installations.length;
      if (attempt === 0) {
        this.nextAt[installation] = (this.nextAt[installation] ?? 0) + this.intervalMinutes;
        this.schedule(installation);
      }
      call(installation, attempt);
    }
  }

  /** Forge tries a call again, a minute after it has failed. */
  retry(installation: number, attempt: number, minute: number): void {
    this.add(minute + 1, (attempt + 1) * this.installations.length + installation);
  }

  private schedule(installation: number): void {
    const at = this.nextAt[installation] ?? 0;
    // Late every other time. Those that are due together are late together, which keeps the slots nearly in the order of
    // their expiries: sorting them is most of what a simulated week costs.
    const late = (Math.floor(at / this.intervalMinutes) + at) % (this.jitter + 1);
    this.add(at + late, installation);
  }

  private add(minute: number, code: number): void {
    const calls = this.due[minute];
    if (calls) calls.push(code);
    else this.due[minute] = [code];
  }
}
