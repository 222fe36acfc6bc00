/**
 * npm run test:forks: makes forks of the template as it is committed, each by a small change of the files that a fork
 * owns, and does with each what its team would: npm test, cdk synth, npm run local.
 *
 *   npm run test:forks                        all of them, for the night
 *   npm run test:forks -- --quick             four of them
 *   npm run test:forks -- jira table          those
 *   npm run test:forks -- --upgrade           upgrades them to a made-up next version instead, every second one as a copy
 *                                             without the template's history
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { matches, readTemplate } from '../../../bin/upgrade/template';
import { losses, preciousIn, type RecordedStacks } from '../releases/record';
import type { Fork } from './fork';
import { FORKS, QUICK } from './forks';
import { gitIn, makeTemplate, NEXT_VERSION, problemsAfterUpgrade } from './next-version';

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

/** A clone of a commit that no branch has says nothing of that. */
const QUIETLY = ['-c', 'advice.detachedHead=false', 'clone', '--quiet'];

/** The packages that are installed here, for a fork. */
function linkPackages(folder: string): void {
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
  const { owned, merged, generated, removable } = readTemplate(folder);
  const changed = gitIn(folder, 'status', '--porcelain', '--untracked-files=all').split('\n');
  return changed
    .filter((line) => line !== '')
    .map((line) => line.slice(3))
    .filter((file) => !matches(file, [...owned, ...merged, ...generated, ...removable]));
}

/** A fork in a folder of its own, and what was done with it so far. */
class Trial {
  readonly folder: string;
  isWell = true;

  constructor(readonly fork: Fork) {
    this.folder = mkdtempSync(path.join(tmpdir(), `fork-${fork.name}-`));
    rmSync(this.folder, { recursive: true });
  }

  /** @param says what the command has to say */
  async step(what: string, command: readonly string[], says: readonly string[] = []): Promise<void> {
    const startedAt = Date.now();
    const { status, output } = await run(this.folder, command);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
    const totals = output
      .match(/^Tests:.*$/m)?.[0]
      .replace('Tests:', '')
      .trim();
    const lacks = status === 0 ? says.filter((text) => !output.includes(text)) : [];
    const problem = lacks.length > 0 ? `, and did not say: ${lacks.join(', ')}` : '';
    const isWell = status === 0 && problem === '';
    this.tell(isWell, `${what}${totals ? `: ${totals}` : ''}${problem}  (${seconds} s)`);
    if (!isWell) console.log(indent(output.trim().split('\n').slice(-60).join('\n')));
  }

  tell(isWell: boolean, what: string): void {
    console.log(`  ${isWell ? '✓' : '✗'} ${what}`);
    this.isWell &&= isWell;
  }

  /** What its team does after the clone. */
  async make(): Promise<void> {
    const { packages = [], commands = [], removes = [], files = {} } = this.fork;
    linkPackages(this.folder);
    const quick = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    if (removes.length > 0) {
      gitIn(this.folder, 'rm', '-r', '--quiet', '--force', ...removes);
      for (const folder of removes) rmSync(path.join(this.folder, folder), { recursive: true, force: true });
      await this.step(`git rm -r ${removes.join(' ')} && npm install`, ['npm', 'install', ...quick]);
    }
    if (packages.length > 0) {
      await this.step(`npm install ${packages.join(' ')}`, ['npm', 'install', ...quick, ...packages]);
    }
    for (const command of commands) await this.step(command.join(' '), command);
    edit(this.folder, files);
    const foreign = notOwned(this.folder);
    if (foreign.length > 0) this.tell(false, `it changed what it doesn't own: ${foreign.join(', ')}`);
    await run(this.folder, ['npm', 'run', 'format']);
  }

  /** What `npm ci` takes, beside that of the template. */
  async measureInstall(): Promise<void> {
    const packages = (root: string) =>
      Object.values<{ dev?: boolean }>(
        JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages,
      ).filter(({ dev }) => dev).length;
    const [fewer, size] = [packages(ROOT) - packages(this.folder), () => megabytes(this.folder)];
    rmSync(path.join(this.folder, 'node_modules'), { recursive: true, force: true });
    await this.step('npm ci', ['npm', 'ci', '--no-audit', '--no-fund', '--prefer-offline']);
    this.tell(
      fewer >= LEAST_FEWER,
      `${fewer} development packages fewer; ${size()} MB, the template has ${megabytes(ROOT)}`,
    );
  }

  /** What its stacks hold that must stay, as `npm run synth` has written them. */
  precious(): RecordedStacks {
    const folder = path.join(this.folder, 'cdk.out');
    const files = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
    const templates = files.map((file) => [
      file,
      preciousIn(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))),
    ]);
    return Object.fromEntries(templates);
  }

  remove(): boolean {
    rmSync(this.folder, { recursive: true, force: true });
    return this.isWell;
  }
}

/** Development packages that a fork without tools/maintain has fewer, at the least. */
const LEAST_FEWER = 20;

const megabytes = (root: string): number =>
  Number(execFileSync('du', ['-sm', path.join(root, 'node_modules')], { encoding: 'utf8' }).split('\t')[0]);

async function tryFork(fork: Fork): Promise<boolean> {
  const trial = new Trial(fork);
  const { folder } = trial;
  console.log(`\n${fork.name}: ${fork.about}`);
  try {
    execFileSync('git', [...QUIETLY, '--depth', '1', `file://${ROOT}`, folder]);
    await trial.make();
    if (fork.removes) await trial.measureInstall();
    await trial.step('npm test', ['npm', 'test', '--', '--ci=false']);
    await trial.step('cdk synth', ['npm', 'run', 'synth']);
    if (fork.local) await trial.step('npm run local', ['npm', 'run', 'local', '--', ...fork.local], fork.says);
  } finally {
    trial.remove();
  }
  return trial.isWell;
}

/** @param template that has this version, and the next one */
async function tryUpgrade(fork: Fork, template: string, isCopy: boolean): Promise<boolean> {
  const trial = new Trial(fork);
  const { folder } = trial;
  console.log(`\n${fork.name}: ${fork.about}${isCopy ? '; a copy without history' : ''}`);
  try {
    const { owned, version } = readTemplate(ROOT);
    execFileSync('git', [...QUIETLY, '--no-tags', `file://${template}`, folder]);
    gitIn(folder, 'fetch', '--quiet', 'origin', `refs/tags/v${version}:refs/tags/v${version}`);
    gitIn(folder, 'checkout', '--quiet', '-B', 'main', `v${version}`);
    gitIn(folder, 'tag', '--delete', `v${version}`);
    if (isCopy) {
      rmSync(path.join(folder, '.git'), { recursive: true });
      gitIn(folder, 'init', '--quiet');
      gitIn(folder, 'add', '--all');
      gitIn(folder, 'commit', '--quiet', '--message', 'First');
    }
    await trial.make();
    gitIn(folder, 'add', '--all');
    gitIn(folder, 'commit', '--quiet', '--message', 'Ours');
    // CDK's own validation costs half a minute; the forks that aren't upgraded have it.
    const synth = ['env', 'CDK_VALIDATION=false', 'npm', 'run', 'synth'];
    await trial.step('cdk synth', synth);
    const before = trial.precious();
    const command = ['npm', 'run', 'upgrade', '--', '--from', template, '--skip-tests'];
    await trial.step(`npm run upgrade, to ${NEXT_VERSION}`, [...command]);
    const problems = problemsAfterUpgrade(folder, (file) => matches(file, owned));
    trial.tell(
      problems.length === 0,
      problems.join('\n    ') || 'its files are as they were, and all others have come',
    );
    await trial.step('types', ['npm', 'run', 'types']);
    await trial.step('cdk synth', synth);
    const lost = losses(before, trial.precious());
    trial.tell(lost.length === 0, lost.join('\n    ') || 'URL, functions, slots and queue stay');
  } finally {
    trial.remove();
  }
  return trial.isWell;
}

const indent = (text: string): string => text.replaceAll(/^/gm, '    ');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, upgrade: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !FORKS.some((fork) => fork.name === name));
  if (unknown.length > 0) {
    console.error(`There is no fork ${unknown.join(', ')}; there are ${FORKS.map(({ name }) => name).join(', ')}`);
    process.exit(2);
  }
  const wanted = positionals.length > 0 ? positionals : values.quick ? QUICK : FORKS.map(({ name }) => name);
  const template = mkdtempSync(path.join(tmpdir(), 'template-'));
  let failed = 0;
  try {
    if (values.upgrade) makeTemplate(ROOT, template);
    for (const [index, fork] of FORKS.entries()) {
      if (!wanted.includes(fork.name)) continue;
      const isWell = values.upgrade ? await tryUpgrade(fork, template, index % 2 === 1) : await tryFork(fork);
      if (!isWell) failed += 1;
    }
  } finally {
    rmSync(template, { recursive: true, force: true });
  }
  // As the gate reads totals.
  const passed = wanted.length - failed;
  console.log(`\nTests: ${failed > 0 ? `${failed} failed, ` : ''}${passed} passed, ${wanted.length} total`);
  process.exitCode = failed > 0 ? 1 : 0;
}

void main();
