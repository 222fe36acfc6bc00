import { BEARER_TOKEN, type InstallationContext, installationUuid, parseVersionId } from '../contract/slot';
import { asError, codeOf, isRecord } from '../values';
import { SlotMalformed } from './token-errors';

/** A slot's value, checked. */
export interface SlotContent {
  readonly token: string;
  readonly expiresAtMs: number;
  /** The installation's ARI, and the uuid in it. */
  readonly installationId: string;
  readonly installation: string;
  readonly apiBaseUrl: string;
  readonly contexts: readonly InstallationContext[];
}

/** Reads the values of slots, whatever their strategy. */
export interface SlotReader {
  /** Name of an installation's slot, for errors. */
  idOf(installationUuid: string): string;
  /**
   * The current value of an installation's slot, in one call.
   *
   * @throws {SlotEmpty | SlotMalformed | SlotUnreadable}
   */
  read(installationUuid: string): Promise<SlotContent>;
}

/**
 * Reads the JSON in a slot.
 *
 * @returns the content; or what is wrong with it, without anything of the value
 */
function readSlotContent(json: string): SlotContent | string {
  const value = parse(json);
  if (!isRecord(value)) return 'its value is not a JSON object';
  const { token, expiresAt, installationId, apiBaseUrl } = value;
  if (typeof token !== 'string' || !BEARER_TOKEN.test(token)) return 'token is not printable text without spaces';
  const expiresAtMs = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN;
  if (Number.isNaN(expiresAtMs)) return 'expiresAt is not a time in ISO 8601';
  const installation = typeof installationId === 'string' ? installationUuid(installationId) : undefined;
  if (typeof installationId !== 'string' || installation === undefined) {
    return "installationId is not an installation's ARI";
  }
  if (typeof apiBaseUrl !== 'string' || !isApiBaseUrl(apiBaseUrl)) return 'apiBaseUrl is not a plain https: URL';
  const contexts = readContexts(value.contexts);
  if (!contexts) return 'contexts is not a list of products, each with a name';
  return { token, expiresAtMs, installationId, installation, apiBaseUrl, contexts };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's own error quotes the text.
    return undefined;
  }
}

/** Live tokens are sent there: over HTTPS, or to this machine in a local run. */
function isApiBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isLoopback = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return (protocol === 'https:' || isLoopback) && `${username}${password}${search}${hash}` === '';
}

/** Slots that were written before contexts were kept have none. */
function readContexts(value: unknown = []): InstallationContext[] | undefined {
  return Array.isArray(value) && value.every(isContext) ? value : undefined;
}

const isContext = (value: unknown): value is InstallationContext =>
  isRecord(value) &&
  typeof value.name === 'string' &&
  (value.siteAri === undefined || typeof value.siteAri === 'string');

/**
 * The JSON in a slot and the id of its version, checked.
 *
 * @param slot its name, for errors
 * @throws {SlotMalformed}
 */
export function parseContent(slot: string, json: string, versionId: string): SlotContent {
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
 * The SDK's error without anything of the value. Messages of the service and of the network are safe; a parser's message
 * quotes the answer.
 */
export function withoutValue(thrown: unknown): Error {
  const { name, message } = asError(thrown);
  const code = codeOf(thrown);
  const isFromService = isRecord(thrown) && '$fault' in thrown;
  const isSafe = isFromService || code !== undefined || name === 'TimeoutError';
  return new Error(isSafe ? `${name}: ${message}` : `${name} while reading its answer`);
}
