import type { SlotReader } from '../../../lambda/slots/slot-content';
import type { SlotWriter } from '../../../lambda/slots/slot-writer';
import type { EmulatedAws } from '../../../tools/emulator/aws/server';
import { NOW_SECONDS } from '../../support/forge-call';

/** Two installations. */
export const HOME = '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';
export const ELSEWHERE = 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00';
export const ariOf = (installation: string) => `ari:cloud:ecosystem::installation/${installation}`;
export const API_BASE_URL = 'https://api.atlassian.com/ex/confluence/1';

/** What a person may have put into a slot: good for an hour. */
export const handwritten = {
  token: 'a-token-put-there-by-hand',
  expiresAt: new Date((NOW_SECONDS + 3600) * 1000).toISOString(),
  installationId: ariOf(HOME),
  apiBaseUrl: API_BASE_URL,
};

/** The id of a version of some token. */
export const versionUntil = (expiresAtSeconds: number, installation: string) =>
  `${expiresAtSeconds}-${installation.replaceAll('-', '')}-${'0'.repeat(20)}`;

/** A slot of {@link HOME}, and how it is filled and read. */
export interface KeptSlot {
  /** What it is called in errors. */
  readonly id: string;
  readonly reader: SlotReader;
  /** A reader that soon gives up on an answer, for a service that gives none. */
  readonly impatientReader: SlotReader;
  /** A writer as another function instance has one: it remembers nothing. */
  newWriter(): SlotWriter;
  /** Writes a value past the writer, as somebody would by hand. */
  write(value: string, versionId?: string): void;
}

/** Where slots are kept. */
export interface EmulatedSlots {
  readonly aws: EmulatedAws;
  /** The call that reads a value, such as `secretsmanager.GetSecretValue`. */
  readonly readCall: string;
  /** The answer to that call, cut off within the token. */
  cutOff(token: string): string;
  newSlot(): KeptSlot;
  /** A slot that nobody made. */
  missingSlot(): Pick<KeptSlot, 'id' | 'reader'>;
  stop(): Promise<void>;
}
