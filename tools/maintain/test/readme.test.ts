import { readFileSync } from 'node:fs';
import path from 'node:path';
import { METRICS } from '../../../lambda/contract/metrics';
import { REASONS } from '../../../lambda/contract/reasons';

const ROOT = path.join(__dirname, '../../..');
const readText = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const readme = readText('README.md');
const refusalRows = readText('docs/refusals.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|'));
const packageJson = JSON.parse(readText('package.json'));
/** Of the root and of its workspaces. */
const packages = [
  packageJson,
  ...['emulator', 'maintain'].map((name) => JSON.parse(readText(`tools/${name}/package.json`))),
];
const allDependencies: Readonly<Record<string, string>> = Object.assign(
  {},
  ...packages.flatMap(({ dependencies, devDependencies }) => [dependencies, devDependencies]),
);

/** The section under the heading `title`. */
function section(title: string): string {
  const [, body = ''] = readme.split(`\n## ${title}\n`);
  return body.split('\n## ')[0] ?? '';
}

test.each(Object.entries(REASONS))('the reason %s has a row with its status', (reason, { status }) => {
  const row = refusalRows.find(([, name]) => name?.trim() === `\`${reason}\``);
  expect(row?.[2]?.trim()).toBe(String(status));
});

test('no row is of a reason that is not there', () => {
  expect(refusalRows).toHaveLength(Object.keys(REASONS).length);
});

test('every metric has a row, and none has one that is not emitted', () => {
  const explained = section('Metrics')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(explained.sort()).toEqual(Object.values(METRICS).sort());
});

test('the table of alarms and the runbook are of the same alarms', () => {
  const named = (title: string, row: RegExp) => [...section(title).matchAll(row)].map(([, name]) => name).sort();
  const alarms = named('Alarms', /^\| ([A-Z][A-Za-z]+)[^|]*\| (?:page|ticket) \|/gm);
  expect(alarms.length).toBeGreaterThan(10);
  // That the runbook has a row for each alarm that there is, is shown where the alarms are.
  expect(named('Runbook', /^\| \*\*([A-Za-z]+)\*\* \|/gm)).toEqual(alarms);
});

test('every dependency has its sentence, and none has one that is not there', () => {
  const explained = section('Dependencies')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(explained.sort()).toEqual(Object.keys(allDependencies).sort());
});

test('every dependency has an exact version', () => {
  for (const version of Object.values(allDependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test('every command that is named is a script', () => {
  const named = [...readme.matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name ?? '');
  for (const name of named) expect(packageJson.scripts).toHaveProperty([name]);
});

test('CI runs exactly the test command that the README names', () => {
  expect(readme).toContain('npm ci && npm test');
  expect(readText('.ci/run')).toContain('(npm ci && npm test)');
});
