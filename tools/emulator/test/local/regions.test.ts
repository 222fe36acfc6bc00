import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseManifest } from '../../../../lib/manifest/document';
import { readManifest } from '../../../../lib/manifest/read';
import { PROJECT_ROOT, runLocal } from '../../../../test/support/run-local';

/** Two deployments take some seconds, more on a busy machine. */
jest.setTimeout(120_000);

test('a stage in two regions: each has its URL, its slot, and its line in the manifest', async () => {
  const { exited, output } = runLocal('--regions');
  expect(await exited).toBe(0);
  expect(output.stderr).toBe('');
  expect(output.stdout).toContain('deployed stage dev of config.ts into it, in us-east-1 and eu-central-1');
  const urls = [...output.stdout.matchAll(/answers at (http:\/\/127\.0\.0\.1:\d+)\//g)].map(([, url]) => url);
  expect(new Set(urls).size).toBe(2);
  expect(output.stdout).toContain(`Forge called ${urls[1]}/forge/token, the URL of the region EU`);
  const written = readFileSync(path.join(PROJECT_ROOT, '.local/manifest.yml'), 'utf8');
  const { remote } = readManifest(parseManifest(written, 'manifest.yml'), { allowLoopback: true });
  expect(remote.baseUrl).toEqual({ default: urls[0], EU: urls[1] });
});
