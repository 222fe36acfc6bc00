import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../../..');
const text = readFileSync(path.join(ROOT, 'CONTRIBUTING.md'), 'utf8');

/** Folders that the picture draws, from the root. */
function drawn(): string[] {
  const folders: string[] = [];
  let parent = '';
  for (const [, indent = '', name = ''] of text.matchAll(/^([│ ]*)[├└]── (\S+)\//gm)) {
    if (indent === '') parent = name;
    folders.push(indent === '' ? name : `${parent}/${name}`);
  }
  return folders;
}

const foldersIn = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^(node_modules|cdk\.out|coverage|reports)$/.test(entry.name))
    .map(({ name }) => name);

test('the picture of the house has every folder of the root and of tools/, and none that is not there', () => {
  expect(
    drawn()
      .filter((name) => !name.includes('/'))
      .sort(),
  ).toEqual(foldersIn('.').sort());
  expect(
    drawn()
      .filter((name) => name.startsWith('tools/'))
      .sort(),
  ).toEqual(
    foldersIn('tools')
      .map((name) => `tools/${name}`)
      .sort(),
  );
  for (const folder of drawn())
    expect({ folder, exists: existsSync(path.join(ROOT, folder)) }).toEqual({ folder, exists: true });
});

test('some twenty words are explained, in one line each', () => {
  const [, words = ''] = text.split('\n## Words\n');
  const count = words.match(/^\| (?!word |---)/gm)?.length;
  expect(count).toBeGreaterThanOrEqual(20);
  expect(count).toBeLessThanOrEqual(25);
});

test('the tag of a release is the one that an upgrade looks for', () => {
  expect(text).toContain('`v1.0.0`');
  expect(text).toMatch(/git tag -a v\d+\.\d+\.\d+ /);
});
