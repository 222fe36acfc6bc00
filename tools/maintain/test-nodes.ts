/**
 * npm run test:nodes: npm test and the local run under the other versions of Node that people have, which npm brings. The
 * local run may warn of nothing: it is what somebody sees in the first minute.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

const VERSIONS = ['22.23.3', '24.21.0'];
const PACKAGE = `node-${process.platform}-${process.arch}`;

/** The folder with the program, or undefined where npm can't bring it. */
function install(version: string): string | undefined {
  const folder = path.join(ROOT, '.local/nodes', version);
  const bin = path.join(folder, 'node_modules', PACKAGE, 'bin');
  if (existsSync(bin)) return bin;
  mkdirSync(folder, { recursive: true });
  const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--fetch-retries=0', '--prefix', folder];
  const { status } = spawnSync('npm', ['install', ...flags, `${PACKAGE}@${version}`], { cwd: folder, stdio: 'ignore' });
  return status === 0 && existsSync(bin) ? bin : undefined;
}

let status = 0;
for (const version of VERSIONS) {
  const bin = install(version);
  if (bin === undefined) {
    console.log(`not run: npm has no Node ${version} for ${process.platform}-${process.arch}, or there is no network`);
    continue;
  }
  // What npm told this script of itself would lead back to the Node that runs it.
  const own = Object.entries(process.env).filter(([name]) => name !== 'NODE' && !name.startsWith('npm_'));
  const env = { ...Object.fromEntries(own), PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  const run = (...words: string[]) => spawnSync('npm', words, { cwd: ROOT, env, encoding: 'utf8' });

  const found = run('exec', '--call', 'node --version').stdout.trim();
  if (found !== `v${version}`) throw new Error(`npm runs scripts under ${found}, not under ${version}`);
  console.log(`Node ${version}`);
  const local = run('run', '--silent', 'local');
  const warnings = local.stderr.trim();
  console.log(local.status === 0 && warnings === '' ? '✓ npm run local, without a warning' : '✗ npm run local');
  if (local.status !== 0 || warnings !== '') {
    console.log(local.stdout, warnings);
    status = 1;
  }
  const tests = run('test');
  const totals = tests.stderr.match(/^Tests:.*$/m)?.[0] ?? 'Tests: none ran';
  console.log(tests.status === 0 ? '✓ npm test' : tests.stdout + tests.stderr);
  console.log(totals);
  if (tests.status !== 0) status = 1;
}
process.exitCode = status;
