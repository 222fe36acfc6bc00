import { createHash } from 'node:crypto';
import type { InstallationContext, SlotValue, SlotVersion } from '../contract/slot';
import { Refusal } from '../refusal';
import { asError } from '../thrown';

/** A version of a slot that can be told apart without reading it. */
export interface StoredVersion {
  readonly id: string;
  /** Whether readers get this one. */
  readonly current: boolean;
  readonly labels: readonly string[];
  /** What its id says; `undefined` when the receiver didn't write it. */
  readonly says: SlotVersion | undefined;
  /** When its slot was made, in seconds since 1970, where the slot itself has to keep it. */
  readonly createdAt?: number;
}

/** One slot, as its writer needs it. It can't read a token back. Every call ends when `signal` says so. */
export interface SlotStore {
  /** Its versions; `undefined` when the slot has to be made first. */
  describe(signal: AbortSignal): Promise<readonly StoredVersion[] | undefined>;
  /** Makes the slot with a first version, which is current at once. False when somebody else has made it. */
  create(id: string, value: SlotValue, signal: AbortSignal): Promise<boolean>;
  /** Writes a version and makes it the current one, if `seen` still is. False when it no longer is. */
  replace(id: string, value: SlotValue, seen: StoredVersion | undefined, signal: AbortSignal): Promise<boolean>;
  /** Deletes the slot. It is no fault if it isn't there. */
  remove(signal: AbortSignal): Promise<void>;
}

/** What a client of the AWS SDK may be told; by itself it looks where the SDK looks. */
export interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Time for one try, in milliseconds: a call that hangs is tried again while Forge still listens. */
const TRY_MS = 1_000;

/** Of the receiver's client, whichever store it is for. */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: TRY_MS, requestTimeout: TRY_MS, throwOnRequestTimeout: true },
};

/** The SDK's messages name operations and resources, never what is stored. */
export function unavailable(thrown: unknown): never {
  const { name, message } = asError(thrown);
  throw new Refusal('slot-unavailable', `${name}: ${message}`, { cause: thrown });
}

/**
 * Staging labels that say of which sites a version's token is, so that a reinstall on the same site can be told from an
 * installation on another one without reading the token. A label is on one version only: it moves to the newest.
 */
export const siteLabels = (contexts: readonly InstallationContext[]): string[] =>
  sitesIn(contexts).map((site) => `SITE_${shortHash(site)}`);

/**
 * The same for a slot of its own: a tag's value, with a space between two sites. Installations of two environments
 * share a site without following each other, so the environment's id is part of what is hashed.
 */
export const siteTag = (whose: { contexts: readonly InstallationContext[]; environmentId?: string }): string =>
  sitesIn(whose.contexts)
    .map((site) => shortHash(`${whose.environmentId ?? ''} ${site}`))
    .join(' ');

/** A version has at most 20 labels, a tag 256 characters (AWS's quotas). An installation covers one or two products. */
const MOST_SITES = 4;

const sitesIn = (contexts: readonly InstallationContext[]): string[] =>
  contexts.flatMap(({ siteAri }) => siteAri ?? []).slice(0, MOST_SITES);

const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 20);
