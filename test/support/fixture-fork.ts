import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.join(__dirname, '../..');

/** Files that a fork owns, as the template has them: what a fork makes of its own is nothing to the template's tests. */
export const OWNED_FILES = path.join(ROOT, 'test/fixtures/fork');

/** What the commands of bin/ need beside the owned files. */
const NEEDED = ['bin', 'lib', 'lambda', 'tools/emulator', 'cdk.json', 'tsconfig.json', 'package.json'];

/**
 * A project of its own in a temporary folder: the code as it stands here, and the owned files of the fixtures. Tests run
 * the commands of bin/ in it, so that they never depend on what this fork's manifest, configuration or job say.
 */
export function createFixtureFork(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'fork-'));
  const isCode = (file: string) => !['test', 'node_modules'].includes(path.basename(file));
  for (const name of NEEDED)
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true, filter: isCode });
  rmSync(path.join(folder, 'lambda/job'), { recursive: true, force: true });
  cpSync(OWNED_FILES, folder, { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  // AWS's runtime, where it has been installed: it is the same for all.
  const runtime = path.join(ROOT, '.local/runtime');
  if (existsSync(runtime)) {
    mkdirSync(path.join(folder, '.local'));
    symlinkSync(runtime, path.join(folder, '.local/runtime'), 'junction');
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A folder with a manifest.yml and a config.ts as the template has them, and with what config.ts imports. */
export function createOwnedFiles(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'owned-'));
  mkdirSync(path.join(folder, 'lib'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  symlinkSync(path.join(ROOT, 'lib/config.ts'), path.join(folder, 'lib/config.ts'));
  for (const file of ['manifest.yml', 'config.ts']) cpSync(path.join(OWNED_FILES, file), path.join(folder, file));
  return folder;
}
