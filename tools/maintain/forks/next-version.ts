/**
 * A template with this version and a made-up next one, which touches every kind of file: what `npm run upgrade` is proven
 * with, over every fork.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const NEXT_VERSION = '1.1.0';

const IDENTITY = ['-c', 'user.name=Template', '-c', 'user.email=template@example.com'];
export const gitIn = (folder: string, ...args: string[]): string =>
  execFileSync('git', [...IDENTITY, ...args], { cwd: folder, encoding: 'utf8' }).trimEnd();

const appended = (line: string) => (text: string) => `${text.trimEnd()}\n\n${line}\n`;
const code = appended('// Made up: a line of the next version.');
const prose = appended('A line of the next version.');
const yaml = appended('# Made up: a line of the next version.');

/** What the next version does to each file; `undefined` deletes it. */
const CHANGES: Readonly<Record<string, ((text: string) => string) | undefined>> = {
  // A fork's own: they stay as the fork has them.
  'manifest.yml': yaml,
  'config.ts': code,
  'lambda/job.ts': code,
  'lambda/data-residency.ts': code,
  'lib/resources.ts': code,
  'test/own/manifest.test.ts': code,
  'README.md': prose,
  '.github/workflows/ci.yml': yaml,
  // New in a folder of the fork's: left out.
  'lambda/job/sample.ts': () => 'export const sample = true;\n',
  // Becomes the fork's with this version: it comes once.
  'notes/own.md': () => 'Yours from now on.\n',
  'template.json': (text) =>
    text
      .replace(/"version": ".*?"/, `"version": "${NEXT_VERSION}"`)
      .replace('"SECURITY.md",', '"SECURITY.md",\n    "notes/**",'),
  // Merged by key, and made anew by npm.
  'package.json': (text) =>
    text
      .replace(/"version": ".*?"/, `"version": "${NEXT_VERSION}"`)
      .replace('"synth":', '"made-up": "node --version",\n    "synth":')
      .replace('"esbuild": "', '"fflate": "0.8.3",\n    "esbuild": "'),
  'CHANGELOG.md': (text) =>
    text.replace(
      /^## \[/m,
      `## [${NEXT_VERSION}] - 2027-01-01\n\n### Added\n- Made up.\n\n### What you have to do\nNothing.\n\n## [`,
    ),
  // Everybody's: changed, new, renamed, deleted, executable.
  'lib/job-queue.ts': code,
  'lib/remote-stack.ts': code,
  'lambda/worker/worker.ts': code,
  'bin/doctor.ts': code,
  'test/lib/worker.test.ts': code,
  'tools/emulator/aws/server.ts': code,
  'tools/maintain/notice.ts': code,
  'docs/runbook.md': prose,
  'jest.config.js': code,
  'lib/made-up.ts': () => 'export const madeUp = 1;\n',
  'tools/maintain/made-up.ts': () => 'export const madeUp = 1;\n',
  'bin/made-up.sh': () => '#!/bin/sh\nexit 0\n',
  'docs/mutation.md': undefined,
};
const RENAMED = ['docs/emulations.md', 'docs/two-emulations.md'] as const;
const EXECUTABLE = 'bin/made-up.sh';

/** Makes the template in `folder`, from the commit that `root` is at: tags v<this version> and v1.1.0. */
export function makeTemplate(root: string, folder: string): void {
  execFileSync('git', ['-c', 'advice.detachedHead=false', 'clone', '--quiet', '--no-tags', `file://${root}`, folder]);
  const { version } = JSON.parse(readFileSync(path.join(folder, 'template.json'), 'utf8'));
  gitIn(folder, 'tag', `v${version}`);
  for (const [file, change] of Object.entries(CHANGES)) {
    const name = path.join(folder, file);
    if (!change) {
      rmSync(name);
      continue;
    }
    mkdirSync(path.dirname(name), { recursive: true });
    const before = readIfThere(name);
    const after = change(before);
    if (after === before) throw new Error(`The next version changes nothing in ${file}.`);
    writeFileSync(name, after);
  }
  chmodSync(path.join(folder, EXECUTABLE), 0o755);
  gitIn(folder, 'mv', ...RENAMED);
  gitIn(folder, 'add', '--all');
  gitIn(folder, 'commit', '--quiet', '--message', `Version ${NEXT_VERSION}`);
  gitIn(folder, 'tag', `v${NEXT_VERSION}`);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * What is wrong with a fork that was upgraded by its last commit: one line each.
 *
 * @param owned whether a file was the fork's before
 */
export function problemsAfterUpgrade(folder: string, owned: (file: string) => boolean): string[] {
  const changed = gitIn(folder, 'diff', '--name-status', '--no-renames', 'HEAD~', 'HEAD')
    .split('\n')
    .map((line) => line.split('\t') as [string, string]);
  const files = new Map(changed.map(([status, file]) => [file, status]));
  const problems: string[] = [];
  for (const file of files.keys()) if (owned(file)) problems.push(`${file} is the fork's, and was changed`);
  const isAway = (file: string) =>
    file.startsWith('tools/maintain/') && !readIfThere(path.join(folder, 'tools/maintain/package.json'));
  for (const [file, change] of Object.entries(CHANGES)) {
    if (owned(file) || isAway(file)) continue;
    const status = files.get(file);
    if (status === undefined) problems.push(`${file} has not come`);
    if (!change && status !== 'D') problems.push(`${file} was not deleted`);
  }
  if (files.get(RENAMED[1]) !== 'A' || files.get(RENAMED[0]) !== 'D') problems.push(`${RENAMED[0]} was not renamed`);
  const mode = gitIn(folder, 'ls-files', '--stage', EXECUTABLE).slice(0, 6);
  if (mode !== '100755') problems.push(`${EXECUTABLE} has mode ${mode}`);
  const status = gitIn(folder, 'status', '--porcelain');
  if (status !== '') problems.push(`files are not committed:\n${status}`);
  return problems;
}
