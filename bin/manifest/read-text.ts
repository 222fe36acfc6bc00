import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandIo } from './command-io';

/** The text of `file`. What is not UTF-8 is refused: writing it back would change bytes that nobody asked to change. */
export function readText(file: string, { cwd }: Pick<CommandIo, 'cwd'>, ifMissing: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolve(cwd, file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `${file} does not exist. ${ifMissing}` : `${file} can't be read: ${message}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${file} is not UTF-8. Save it as UTF-8, then run the command again.`);
  }
}
