import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes `text` to the existing file at `path`, in one step: whoever looks, or whatever breaks in between, finds either the
 * old file or the new one. The file keeps its mode; a symbolic link stays one, and its target is written.
 *
 * @param rename puts the new file in the place of the old one
 */
export function replaceFile(path: string, text: string, rename = renameSync): void {
  const target = realpathSync(path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  const { mode } = statSync(target);
  try {
    // On the disk before its name is: a machine that loses power in between has the old file.
    writeFileSync(temporary, text, { flush: true });
    chmodSync(temporary, mode);
    rename(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
