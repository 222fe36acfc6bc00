import { quantile } from '../statistics';

const BYTES_PER_MB = 2 ** 20;

/** Every so many calls, a process tells what memory it has. */
const TELL_EVERY = 20;

/** A handler around the bundle's own, which is in `./observed.mjs`: the same answers, and now and then a line of memory. */
export const MEMORY_OBSERVER = `
import { handler as observed } from './observed.mjs';
let calls = 0;
export const handler = async (event, context) => {
  const answer = await observed(event, context);
  calls += 1;
  if (calls % ${TELL_EVERY} === 0) console.log('memory ' + process.pid + ' ' + process.memoryUsage().rss);
  return answer;
};
`;

const LINE = /\bmemory (?<process>\d+) (?<bytes>\d+)\b/;

/** Memory of the processes, from the lines of their log. */
export class MemoryWatch {
  readonly #samples = new Map<string, number[]>();

  /** @returns whether the line was about memory, and none of the function's own */
  read(line: string): boolean {
    const { process, bytes } = LINE.exec(line)?.groups ?? {};
    if (process === undefined) return false;
    this.#samples.set(process, [...(this.#samples.get(process) ?? []), Number(bytes) / BYTES_PER_MB]);
    return true;
  }

  get processes(): number {
    return this.#samples.size;
  }

  /** Megabytes of one process, its median in the second quarter of the time and in the last: the mean of all processes. */
  get megabytes(): { readonly early: number; readonly late: number } {
    const quarters = [...this.#samples.values()]
      .filter(({ length }) => length >= 4)
      .map((samples) => {
        const quarter = Math.floor(samples.length / 4);
        return {
          early: quantile(samples.slice(quarter, 2 * quarter), 0.5),
          late: quantile(samples.slice(-quarter), 0.5),
        };
      });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return { early: mean(quarters.map(({ early }) => early)), late: mean(quarters.map(({ late }) => late)) };
  }
}
