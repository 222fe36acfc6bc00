import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces the text of an existing file atomically: at any time, the file is either the old or the new one. It keeps its mode.
 * A symbolic link stays a link, and its target is written.
 *
 * @param rename moves the new file over the old one
 */
export function replaceFile(path: string, text: string, rename = renameSync): void {
  const target = realpathSync(path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  const { mode } = statSync(target);
  try {
    // The content reaches the disk before the rename, so that a power failure leaves the old file.
    writeFileSync(temporary, text, { flush: true });
    chmodSync(temporary, mode);
    rename(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
