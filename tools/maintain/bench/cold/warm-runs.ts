import type { Runtime } from '../../../emulator/function-url/runtime';
import { callCold } from './runtime';
import type { World } from './world';

/** Microseconds of each call. */
export interface WarmRuns {
  readonly ours: readonly number[];
  readonly verifyOnly: readonly number[];
  /** Calls of AWS for each accepted call that brought the token that the slot held. */
  readonly awsCalls: number;
}

/**
 * Calls a warm receiver again and again with one system token, and jose's `jwtVerify` in turn, in one process.
 *
 * @param root the code that calls both
 */
export async function runWarm(calls: number, root: string, runtime: Runtime, world: World): Promise<WarmRuns> {
  const { environment, awsEndpointUrl } = await world.prepare('first token');
  const { event, callsToStore } = await world.repeat(calls);
  const before = world.awsCalls();
  const { result } = await callCold(runtime, { root, environment, awsEndpointUrl, event });
  if (!isTimes(result)) throw new Error(`The warm run answered ${JSON.stringify(result)}; expected: times.`);
  const micros = (times: readonly number[]) => times.map((ms) => ms * 1_000);
  return {
    ours: micros(result.ours),
    verifyOnly: micros(result.verifyOnly),
    awsCalls: (world.awsCalls() - before - callsToStore) / calls,
  };
}

const isTimes = (result: unknown): result is { ours: number[]; verifyOnly: number[] } =>
  typeof result === 'object' && result !== null && 'ours' in result && 'verifyOnly' in result;
