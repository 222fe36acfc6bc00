import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Figures, figuresOf } from '../../../bench/scale/figures';
import { liveOneDay } from '../../../bench/scale/live-one-day';
import { crossingOf } from '../../../bench/scale/picture';

const ROOT = path.join(__dirname, '../../../../..');
const read = (file: string) => readFileSync(path.join(ROOT, 'docs/pictures', file), 'utf8');
const committed: Figures[] = JSON.parse(read('scale.json'));

// The larger sizes take half a minute. They are made by the same code: npm run bench -- --scale --write
test.each(committed.filter(({ installations }) => installations <= 100))(
  'docs/pictures/scale.json says what the simulation says of $installations in $store every $intervalMinutes minutes',
  async (figures) => {
    const { installations, intervalMinutes, store } = figures;
    expect(figuresOf(await liveOneDay({ installations, intervalMinutes, store }))).toEqual(figures);
  },
);

test('docs/pictures/scale.svg is drawn from docs/pictures/scale.json', async () => {
  const args = ['--import', 'tsx', 'tools/maintain/bench/bench.ts', '--scale', '--picture'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, maxBuffer: 2 ** 24 });
  expect(stdout).toBe(read('scale.svg'));
}, 60_000);

test('the secrets are most of the cost from the size on where they cost more than the rest', () => {
  const [some] = committed;
  if (!some) throw new Error('docs/pictures/scale.json is empty');
  const at = (installations: number, slots: number, total: number) => ({
    installations,
    cost: { ...some.cost, slots, total },
  });
  expect(crossingOf([at(10, 4, 14), at(100, 40, 50)])).toBe(25);
  expect(crossingOf([at(10, 4, 14)])).toBeUndefined();
});
