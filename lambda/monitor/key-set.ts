import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { fetchKeys, type GetKeys, getKeys, type KeptKeySet, parseKeptKeySet } from '../forge/fetch-keys';
import { CLIENT_SETTINGS } from './handler';

interface KeySetBackupOptions {
  /** URL of Forge's key set. */
  readonly url: string;
  /** Name of the SSM parameter that keeps it. */
  readonly parameterName: string;
  /** @default a client of its own */
  readonly client?: SSMClient;
  /** @default Node's HTTP client */
  readonly fetch?: GetKeys;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Age at which the kept set is written again, even unchanged, in milliseconds. A receiver may trust a set for no more than
 * an hour (`trustKeysForHours`), and an outage may begin right before the next write.
 */
const REWRITE_AFTER_MS = 30 * 60_000;

/** Timeout of the key server, in milliseconds: longer than a receiver's, since nobody waits for the monitor. */
const TIMEOUT_MS = 5_000;

/**
 * Keeps Forge's key set in an SSM parameter, because a receiver that starts while the key server is down knows no key, and
 * nearly every hourly call starts one. The set is written when its keys have changed, or when it is half an hour old. The
 * parameter is read each time: somebody may have reset it.
 *
 * The returned function throws when the key server or SSM fails. The kept set then stays as it is.
 */
export function createKeySetBackup(options: KeySetBackupOptions): (signal: AbortSignal) => Promise<void> {
  const { url, parameterName, fetch = getKeys, now = Date.now } = options;
  const client = options.client ?? new SSMClient(CLIENT_SETTINGS);

  async function readKept(abortSignal: AbortSignal): Promise<KeptKeySet | undefined> {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: parameterName }), { abortSignal });
    return parseKeptKeySet(Parameter?.Value ?? '');
  }

  return async (abortSignal) => {
    const fetchedAt = now();
    const { keys } = await fetchKeys(url, { fetch, timeoutMs: TIMEOUT_MS });
    const kept = await readKept(abortSignal);
    // A time ahead of ours was written by hand, and receivers don't believe it.
    const isRecent = kept !== undefined && Math.abs(fetchedAt - kept.fetchedAt) < REWRITE_AFTER_MS;
    if (isRecent && JSON.stringify(kept.keys) === JSON.stringify(keys)) return;
    const found: KeptKeySet = { fetchedAt, keys };
    await client.send(
      // A parameter of more than 4 KB costs $0.05 a month; SSM makes it one when there are that many keys.
      new PutParameterCommand({
        Name: parameterName,
        Value: JSON.stringify(found),
        Overwrite: true,
        Tier: 'Intelligent-Tiering',
      }),
      { abortSignal },
    );
  };
}
