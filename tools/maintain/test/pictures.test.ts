import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ForgeRemote } from '../../../lib/forge-remote';
import { dashboardBody } from '../../../test/lib/dashboard/body';
import { bodySchema } from '../../../test/lib/dashboard/body-schema';
import { REMOTE_PROPS } from '../../../test/lib/support/fixtures';
import { templateOf } from '../../../test/lib/support/synth';

const ROOT = path.join(__dirname, '../../..');
const picture = readFileSync(path.join(ROOT, 'docs/pictures/dashboard.svg'), 'utf8');

// Another process, whose only work this is, takes its time on a busy machine.
jest.setTimeout(60_000);

/** `npm run pictures -- --check`, without npm in between, at the other end of the world. */
async function check(): Promise<{ code: number; output: string }> {
  const env = { ...process.env, TZ: 'Pacific/Auckland', LANG: 'de_DE.UTF-8' };
  const args = ['--import', 'tsx', 'tools/maintain/pictures/draw.ts', '--check'];
  return promisify(execFile)(process.execPath, args, { cwd: ROOT, env }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, output: stderr }),
  );
}

test('the picture of the dashboard is what would be drawn now, in any time zone', async () => {
  expect(await check()).toEqual({ code: 0, output: 'docs/pictures/dashboard.svg is what would be drawn.\n' });
});

test('it has every widget under its title', () => {
  const template = templateOf((stack) => new ForgeRemote(stack, 'Remote', REMOTE_PROPS));
  const titles = bodySchema
    .parse(dashboardBody(template))
    .widgets.map(({ properties }) => ('title' in properties ? properties.title : undefined) ?? '');
  expect(titles.filter((title) => !picture.includes(`>${title}<`) && title !== '')).toEqual([]);
});

test('it is small, stands alone and says that it is simulated', () => {
  expect(picture.length).toBeLessThan(300_000);
  expect(picture).not.toMatch(/NaN|undefined|Infinity|<script|<image|href=/);
  expect(picture).toContain('>Simulated: ');
});
