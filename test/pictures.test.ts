import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** CDK and Vega are loaded anew, which takes a few seconds, more on a busy machine. */
jest.setTimeout(60_000);

const ROOT = path.join(__dirname, '..');

test('the picture of the dashboard is what the dashboard looks like now', async () => {
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'pictures/draw.ts', '--check'], {
    cwd: ROOT,
  });
  expect(stderr).toBe('');
});

test('it shows every row of the dashboard, and a page that is on', () => {
  const svg = readFileSync(path.join(ROOT, 'pictures/dashboard.svg'), 'utf8');
  for (const shown of ['Is it healthy?', 'Is every installation fresh?', 'Is work done?', 'TokenRunningOut']) {
    expect(svg).toContain(shown);
  }
  expect(svg).toContain('#d13212');
});
