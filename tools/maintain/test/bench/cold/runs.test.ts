import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ownRuntime } from '../../../../emulator/function-url/own-runtime';
import { runCold } from '../../../bench/cold/cold-runs';
import { bundleContestants, bundleWarm, forEachContestant } from '../../../bench/cold/contestants';
import { runWarm } from '../../../bench/cold/warm-runs';
import { startWorld, type World } from '../../../bench/cold/world';

// Bundling, and processes that start: a busy machine takes its time.
jest.setTimeout(120_000);

let folder: string;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  world = await startWorld({ keyServerMs: 0, awsMs: 0 });
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true });
});

test('all of them answer each kind of call as they should; the first round is not counted', async () => {
  const before = world.awsCalls();
  const times = await runCold(0, bundleContestants(folder), ownRuntime, world);
  expect(times['next token']).toEqual(forEachContestant(() => []));
  // Three of them put blindly. Ours, and those that swap, look first, and then put, or put and move the label.
  expect(world.awsCalls() - before).toBe(3 * 2 + 4 * (2 + 3));
});

test('whoever takes a call that is forged ends the bench', async () => {
  const credulous = path.join(folder, 'credulous');
  mkdirSync(credulous);
  writeFileSync(path.join(credulous, 'index.mjs'), 'export const handler = async () => ({ statusCode: 200 });');
  const folders = forEachContestant(() => credulous);
  await expect(runCold(0, folders, ownRuntime, world)).rejects.toThrow(
    'floor answered {"statusCode":200} to "wrong audience"; expected: 401.',
  );
});

test('a warm receiver makes no calls of AWS for a token that the slot holds', async () => {
  const { ours, verifyOnly, awsCalls } = await runWarm(10, bundleWarm(folder), ownRuntime, world);
  expect(awsCalls).toBe(0);
  expect([ours.length, verifyOnly.length]).toEqual([5, 5]);
});
