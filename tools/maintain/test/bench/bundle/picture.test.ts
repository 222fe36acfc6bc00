import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(__dirname, '../../../../..');

test('docs/pictures/bundle.svg shows the bundle as it is: otherwise, npm run bench -- --bundle --write, and look at it', async () => {
  const args = ['--import', 'tsx', 'tools/maintain/bench/bench.ts', '--bundle', '--picture'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, maxBuffer: 2 ** 24 });
  // Compared here: nobody can read the difference of two pictures.
  expect(stdout === readFileSync(path.join(ROOT, 'docs/pictures/bundle.svg'), 'utf8')).toBe(true);
}, 60_000);
