import { readFileSync } from 'node:fs';
import { codeOf, messageOf } from './error-message';

/**
 * Text of `path`. What is not UTF-8 is refused: writing it back would change bytes that nobody asked to change.
 *
 * @param name of the file, for errors
 * @param option that names another file, without its dashes
 */
export function readText(path: string, name: string, option: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'does not exist' : `can't be read: ${messageOf(error)}`;
    throw new Error(`${name} ${why}. Run this in the folder of the project, or give its name with --${option}.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${name} is not UTF-8. Save it as UTF-8, then run the setup again.`);
  }
}
