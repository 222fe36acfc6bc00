import { decode, verify } from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import { RECEIVER_ENV } from '../../../../lambda/contract/settings';
import { ISSUER, readCall, variable } from './read-call';
import { ask } from './sdk';
import { store } from './ways-to-store';

// As the two packages' documentation shows it: the key by its id, then everything at once.

const keys = new JwksClient({ jwksUri: variable(RECEIVER_ENV.jwksUrl) });

export async function handler(event: Parameters<typeof readCall>[0]): Promise<{ statusCode: number }> {
  const { token, systemToken } = readCall(event);
  try {
    const key = await keys.getSigningKey(decode(token, { complete: true })?.header.kid);
    const audience = variable(RECEIVER_ENV.appId);
    verify(token, key.getPublicKey(), { algorithms: ['RS256'], issuer: ISSUER, audience });
  } catch {
    return { statusCode: 401 };
  }
  await store(systemToken, ask);
  return { statusCode: 200 };
}
