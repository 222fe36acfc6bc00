import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { scripts } from '../../../package.json';

const ROOT = path.join(__dirname, '../../..');
const BIOME = path.join(ROOT, 'node_modules/.bin/biome');
const run = (args: readonly string[], cwd: string) => spawnSync(BIOME, args, { cwd, encoding: 'utf8' });

test('the template is formatted, and its imports are in order: npm run format', () => {
  const { status, stdout, stderr } = run(['ci', '--colors=off', '.'], ROOT);
  expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
});

test('npm test leaves it to a fork how its own files are formatted', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'format-'));
  try {
    copyFileSync(path.join(ROOT, 'biome.json'), path.join(folder, 'biome.json'));
    mkdirSync(path.join(folder, 'lambda'));
    writeFileSync(
      path.join(folder, 'lambda/job.ts'),
      "import {z} from 'zod'\nimport {a} from 'axios'\nexport const job = async () => {  z(a) }\n",
    );
    const [program, ...args] = scripts.lint.split(' ');
    expect(program).toBe('biome');
    expect(run(args, folder)).toMatchObject({ status: 0 });
    expect(run(['ci', '.'], folder)).toMatchObject({ status: 1 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
