import { KeyObject } from 'node:crypto';
import { NOW_SECONDS, signingKey, systemToken } from '../../../../../test/support/forge-call';
import { createSigningKey, type SigningKey } from '../../../../emulator/forge/signing-key';

/** One who signs. The keys are of Node's own crypto, since attacks sign in ways that jose refuses. */
export interface Signer {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwks: SigningKey['jwks'];
}

/** Everybody who signs tokens here. */
export interface Forge {
  /** Forge's commercial cloud, whose calls are served. */
  readonly commercial: Signer;
  /** An Isolated Cloud, served by the stages that say so. */
  readonly isolated: Signer;
  /** Anybody: a good key that no key set has. */
  readonly stranger: Signer;
  /** The system token of the good call: valid, and not to be seen in any answer or report. */
  readonly systemToken: string;
}

export async function createForge(): Promise<Forge> {
  const [commercial, isolated, stranger] = await Promise.all([signingKey, createSigningKey(), createSigningKey()]);
  return {
    commercial: signer(commercial),
    isolated: signer(isolated),
    stranger: signer(stranger),
    systemToken: await systemToken(NOW_SECONDS + 4 * 3600),
  };
}

const signer = ({ keyId, privateKey, publicKey, jwks }: SigningKey): Signer => ({
  keyId,
  privateKey: KeyObject.from(privateKey),
  publicKey: KeyObject.from(publicKey),
  jwks,
});
