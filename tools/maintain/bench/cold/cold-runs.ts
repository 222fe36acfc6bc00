import type { Runtime } from '../../../emulator/function-url/runtime';
import { CONTESTANTS, type Contestant, forEachContestant } from './contestants';
import { callCold } from './runtime';
import { CASES, type Case, type World } from './world';

/** Milliseconds from the start of the process to the answer, of each run. */
export type ColdTimes = Readonly<Record<Case, Readonly<Record<Contestant, readonly number[]>>>>;

/**
 * Calls each contestant cold, in turn: what else the machine does hits all of them alike.
 *
 * @param folders the code of each
 * @throws {Error} when one answers anything but what is right
 */
export async function runCold(
  runs: number,
  folders: Readonly<Record<Contestant, string>>,
  runtime: Runtime,
  world: World,
): Promise<ColdTimes> {
  const none = () => forEachContestant((): number[] => []);
  const times: Record<Case, Readonly<Record<Contestant, number[]>>> = {
    'wrong audience': none(),
    'bad signature': none(),
    'first token': none(),
    'next token': none(),
  };
  for (let run = 0; run <= runs; run++) {
    for (const kind of CASES) {
      for (const contestant of CONTESTANTS) {
        const { statusCode, ...call } = await world.prepare(kind);
        const { durationMs, result } = await callCold(runtime, { root: folders[contestant], ...call });
        if (!answers(result, statusCode)) {
          throw new Error(`${contestant} answered ${JSON.stringify(result)} to "${kind}"; expected: ${statusCode}.`);
        }
        // The first round reads the files from disk, and isn't counted.
        if (run > 0) times[kind][contestant].push(durationMs);
      }
    }
  }
  return times;
}

const answers = (result: unknown, statusCode: number) =>
  typeof result === 'object' && result !== null && 'statusCode' in result && result.statusCode === statusCode;
