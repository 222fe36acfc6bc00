import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../../lib/bundling';
import { BUNDLE_FILE, bundlePath, bundleReceiver } from '../../../../test/support/bundle';
import { ownRuntime } from '../../../emulator/function-url/own-runtime';
import { installRic, NODE_VERSION, RIC_VERSION } from '../../../emulator/function-url/ric/install-ric';
import { ricRuntime } from '../../../emulator/function-url/ric/ric-runtime';
import type { Runtime } from '../../../emulator/function-url/runtime';
import { bytesOf, filesLoadedBy } from '../../test/bundle/imports';
import { quantile, round } from '../statistics';
import { type ColdTimes, runCold } from './cold-runs';
import { bundleContestants, bundleWarm, type Contestant, forEachContestant, PEERS } from './contestants';
import { type Goal, goal } from './goals';
import { runWarm, type WarmRuns } from './warm-runs';
import { CASES, type Case, type Latencies, startWorld } from './world';

export interface ColdOptions extends Latencies {
  /** Cold calls of each kind, by each contestant. */
  readonly runs: number;
}

/** What a cold start takes, ours and others'. */
export interface ColdFigures {
  /** What ran the code, in words. */
  readonly runtime: string;
  readonly options: ColdOptions;
  /** From the start of the process to the answer, medians in milliseconds. */
  readonly medianMs: Readonly<Record<Case, Readonly<Record<Contestant, number>>>>;
  /** Medians in microseconds. */
  readonly warm: { readonly oursMicros: number; readonly verifyOnlyMicros: number };
  readonly goals: readonly Goal[];
}

/** Calls of a warm receiver: as many as it takes until the figures stand still. */
const WARM_CALLS = 2_000;

/** Measures cold calls, warm ones, and the size of the bundle. */
export async function measureCold(options: ColdOptions): Promise<ColdFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const world = await startWorld(options);
  try {
    const { runtime, name } = await chooseRuntime();
    const warm = await runWarm(WARM_CALLS, bundleWarm(folder), runtime, world);
    const times = await runCold(options.runs, bundleContestants(folder), runtime, world);
    const medianMs = mediansOf(times);
    return {
      runtime: name,
      options,
      medianMs,
      warm: { oursMicros: round(quantile(warm.ours, 0.5)), verifyOnlyMicros: round(quantile(warm.verifyOnly, 0.5)) },
      goals: [...coldGoals(medianMs), ...warmGoals(warm), ...(await sizeGoals())],
    };
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true });
  }
}

/** AWS's runtime interface client on Lambda's Node; this Node where that can't be had. */
async function chooseRuntime(): Promise<{ runtime: Runtime; name: string }> {
  try {
    const installation = await installRic({ folder: path.join(PROJECT_ROOT, '.local/runtime') });
    return { runtime: ricRuntime(installation), name: `aws-lambda-ric ${RIC_VERSION} on Node ${NODE_VERSION}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { runtime: ownRuntime, name: `a runtime of our own on Node ${process.version}. ${reason}` };
  }
}

function mediansOf(times: ColdTimes): ColdFigures['medianMs'] {
  const medians = (kind: Case) => forEachContestant((contestant) => round(quantile(times[kind][contestant], 0.5)));
  return {
    'wrong audience': medians('wrong audience'),
    'bad signature': medians('bad signature'),
    'first token': medians('first token'),
    'next token': medians('next token'),
  };
}

function coldGoals(medianMs: ColdFigures['medianMs']): Goal[] {
  return CASES.flatMap((kind) => {
    const { floor, ours, 'floor, swaps': floorThatSwaps } = medianMs[kind];
    if (kind === 'wrong audience' || kind === 'bad signature')
      return [goal(`${kind}: ours / floor`, ours / floor, 0.85)];
    const best = Math.min(...PEERS.map((peer) => medianMs[kind][peer]));
    return [
      goal(`${kind}: ours / floor that swaps`, ours / floorThatSwaps, 1),
      goal(`${kind}: ours / best peer that swaps`, ours / best, 0.9),
    ];
  });
}

function warmGoals({ ours, verifyOnly, awsCalls }: WarmRuns): Goal[] {
  return [
    goal('warm, unchanged: calls of AWS', awsCalls, 0, 'calls'),
    goal('warm, unchanged: ours / jwtVerify', quantile(ours, 0.5) / quantile(verifyOnly, 0.5), 1.5),
  ];
}

async function sizeGoals(): Promise<Goal[]> {
  const { metafile } = await bundleReceiver();
  const kilobytes = (files: readonly string[]) => bytesOf(files, metafile) / 1024;
  return [
    goal("receiver's bundle", kilobytes(Object.keys(metafile.outputs)), 220, 'KB'),
    goal('of it, loaded by a refused call', kilobytes(filesLoadedBy(bundlePath(BUNDLE_FILE), metafile)), 40, 'KB'),
  ];
}
