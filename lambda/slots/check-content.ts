import { parseVersionId } from '../contract/slot';
import { isRecord } from '../record';
import { asError, codeOf } from '../thrown';
import { readSlotContent, type SlotContent } from './slot-content';
import { SlotMalformed } from './token-errors';

/**
 * The JSON in a slot and the id of its version, checked.
 *
 * @param slot what the slot is called in errors
 * @throws {SlotMalformed}
 */
export function checkContent(slot: string, json: string, versionId: string): SlotContent {
  const content = readSlotContent(json);
  if (typeof content === 'string') throw new SlotMalformed(slot, content);

  const version = parseVersionId(versionId);
  if (!version) return content;
  if (version.installation !== content.installation) {
    throw new SlotMalformed(
      slot,
      `its version is of installation ${version.installation}, its value of ${content.installation}`,
    );
  }
  return { ...content, expiresAtMs: version.expiresAtSeconds * 1000 };
}

/**
 * The SDK's error, cut down to what can't hold the value. The message of an error that the service answered, or that
 * the network raised, says what is wrong; that of a parser quotes the answer.
 */
export function withoutValue(thrown: unknown): Error {
  const { name, message } = asError(thrown);
  const code = codeOf(thrown);
  const isFromService = isRecord(thrown) && '$fault' in thrown;
  const isSafe = isFromService || code !== undefined || name === 'TimeoutError';
  return new Error(isSafe ? `${name}: ${message}` : `${name} while reading its answer`);
}
