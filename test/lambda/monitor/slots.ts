import { randomUUID } from 'node:crypto';
import { formatVersionId } from '../../../lambda/contract/slot';
import type { EmulatedAws } from '../../../tools/emulator/aws/server';

/** The time in these tests, in seconds since 1970. */
export const NOW = 1_800_000_000;
export const PREFIX = 'forge-remote-dev/slot';

/** A version id as the receiver makes it, of a token that has `minutesLeft` left at {@link NOW}. */
export const versionId = (installation: string, minutesLeft: number): string =>
  formatVersionId({ expiresAtSeconds: NOW + minutesLeft * 60, installation, tokenHash: 'ab'.repeat(10) });

/**
 * Makes the slot of an installation as the receiver does.
 *
 * @returns the installation's uuid
 */
export function addSlot(aws: EmulatedAws, minutesLeft: number, installation: string = randomUUID()): string {
  aws.secrets.create({
    Name: `${PREFIX}/${installation}`,
    ClientRequestToken: versionId(installation, minutesLeft),
    SecretString: VALUE,
  });
  return installation;
}

/** What a monitor must never have seen. */
export const VALUE = '{"token":"a-token-that-nobody-may-log"}';
