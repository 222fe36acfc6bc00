import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../../bin/manifest/editing/replace-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the new text is there, with the old mode, and nothing is left over', () => {
  const file = join(folder, 'manifest.yml');
  writeFileSync(file, 'old');
  chmodSync(file, 0o640);
  replaceFile(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['manifest.yml']);
});

test('a symbolic link stays one', () => {
  const target = join(folder, 'real.yml');
  const link = join(folder, 'manifest.yml');
  writeFileSync(target, 'old');
  symlinkSync('real.yml', link);
  replaceFile(link, 'new');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toBe('new');
});

test('what fails leaves nothing behind', () => {
  const notAFile = join(folder, 'manifest.yml');
  mkdirSync(join(notAFile, 'inside'), { recursive: true });
  expect(() => replaceFile(notAFile, 'new')).toThrow();
  expect(readdirSync(folder)).toEqual(['manifest.yml']);
});
