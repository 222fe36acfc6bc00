import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../../../bin/manifest/editing/replace-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a process that is killed', () => {
  const write = (file: string, killed: 'before' | 'after') =>
    spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'killed-write.ts'), file, killed], {
      encoding: 'utf8',
    });

  test('after writing, before renaming, leaves the old file as it was; the next write goes through', () => {
    const file = join(folder, 'manifest.yml');
    writeFileSync(file, 'old', { mode: 0o640 });
    expect(write(file, 'before')).toMatchObject({ signal: 'SIGKILL' });
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    // Whole, and beside it: it was really killed in between.
    const [temporary = ''] = readdirSync(folder).filter((name) => name !== 'manifest.yml');
    expect(readFileSync(join(folder, temporary), 'utf8')).toBe('new');

    replaceFile(file, 'newer');
    expect(readFileSync(file, 'utf8')).toBe('newer');
  });

  test('after renaming leaves the new file', () => {
    const file = join(folder, 'manifest.yml');
    writeFileSync(file, 'old');
    expect(write(file, 'after')).toMatchObject({ signal: 'SIGKILL' });
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['manifest.yml']);
  });
});
