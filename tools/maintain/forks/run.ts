/**
 * npm run test:forks: makes forks of the template as it is committed, each by a small change of the files that a fork
 * owns, and does with each what its team would: npm test, cdk synth, npm run local.
 *
 *   npm run test:forks                        all of them, for the night
 *   npm run test:forks -- --quick             four of them
 *   npm run test:forks -- jira table          those
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Fork } from './fork';
import { FORKS, QUICK } from './forks';

const ROOT = path.join(__dirname, '../../..');

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a command in `folder`, with nothing in its environment that could lead it to an AWS account. */
function run(folder: string, [program = '', ...args]: readonly string[]): Promise<Ended> {
  const { AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ...environment } = process.env;
  const env = {
    ...environment,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_DISABLE_VERSION_CHECK: '1',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}

/** A clone of what is committed here, with the packages that are installed here. */
function cloneInto(folder: string): void {
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${ROOT}`, folder]);
  // Hard links: a copy of this many files would take longer than a test.
  // npm keeps some of them beside the workspace that needs them.
  for (const modules of ['node_modules', 'tools/emulator/node_modules', 'tools/maintain/node_modules']) {
    if (existsSync(path.join(ROOT, modules)))
      execFileSync('cp', ['-al', path.join(ROOT, modules), path.join(folder, modules)]);
  }
}

function edit(folder: string, files: Fork['files'] = {}): void {
  for (const [name, change] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, change(existsSync(file) ? readFileSync(file, 'utf8') : ''));
  }
}

/** Files that the fork has changed and does not own. */
function notOwned(folder: string): string[] {
  const { owned, merged, generated } = JSON.parse(readFileSync(path.join(folder, 'template.json'), 'utf8'));
  const patterns: string[] = [...owned, ...merged, ...generated];
  const changed = execFileSync('git', ['status', '--porcelain', '--untracked-files=all'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return changed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(3))
    .filter(
      (file) => !patterns.some((each) => (each.endsWith('/**') ? file.startsWith(each.slice(0, -2)) : file === each)),
    );
}

async function tryFork(fork: Fork): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), `fork-${fork.name}-`));
  rmSync(folder, { recursive: true });
  console.log(`\n${fork.name}: ${fork.about}`);
  let isWell = true;
  const step = async (what: string, command: readonly string[]) => {
    const startedAt = Date.now();
    const { status, output } = await run(folder, command);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
    const totals = output
      .match(/^Tests:.*$/m)?.[0]
      .replace('Tests:', '')
      .trim();
    console.log(`  ${status === 0 ? '✓' : '✗'} ${what}${totals ? `: ${totals}` : ''}  (${seconds} s)`);
    if (status === 0) return;
    isWell = false;
    console.log(indent(output.trim().split('\n').slice(-60).join('\n')));
  };
  try {
    cloneInto(folder);
    const { packages = [], commands = [] } = fork;
    if (packages.length > 0)
      await step(`npm install ${packages.join(' ')}`, [
        'npm',
        'install',
        '--no-audit',
        '--no-fund',
        '--prefer-offline',
        '--ignore-scripts',
        ...packages,
      ]);
    for (const command of commands) await step(command.join(' '), command);
    edit(folder, fork.files);
    const foreign = notOwned(folder);
    if (foreign.length > 0) {
      isWell = false;
      console.log(`  ✗ it changed what it doesn't own: ${foreign.join(', ')}`);
    }
    await run(folder, ['npm', 'run', 'format']);
    await step('npm test', ['npm', 'test', '--', '--ci=false']);
    await step('cdk synth', ['npm', 'run', 'synth']);
    if (fork.local) await step('npm run local', ['npm', 'run', 'local', '--', ...fork.local]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return isWell;
}

const indent = (text: string): string => text.replaceAll(/^/gm, '    ');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !FORKS.some((fork) => fork.name === name));
  if (unknown.length > 0) {
    console.error(`There is no fork ${unknown.join(', ')}; there are ${FORKS.map(({ name }) => name).join(', ')}`);
    process.exit(2);
  }
  const wanted = positionals.length > 0 ? positionals : values.quick ? QUICK : FORKS.map(({ name }) => name);
  let failed = 0;
  for (const fork of FORKS.filter(({ name }) => wanted.includes(name))) if (!(await tryFork(fork))) failed += 1;
  // As the gate reads totals.
  const passed = wanted.length - failed;
  console.log(`\nTests: ${failed > 0 ? `${failed} failed, ` : ''}${passed} passed, ${wanted.length} total`);
  process.exitCode = failed > 0 ? 1 : 0;
}

void main();
