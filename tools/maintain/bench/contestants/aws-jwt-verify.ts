import { JwtRsaVerifier } from 'aws-jwt-verify';
import { RECEIVER_ENV } from '../../../../lambda/contract/settings';
import { ISSUER, readCall, variable } from './read-call';
import { ask } from './sdk';
import { store } from './ways-to-store';

// As its documentation shows it for any issuer, with the key set fetched ahead of the first call.

const verifier = JwtRsaVerifier.create({
  issuer: ISSUER,
  audience: variable(RECEIVER_ENV.appId),
  jwksUri: variable(RECEIVER_ENV.jwksUrl),
});
const hydrated = verifier.hydrate();

export async function handler(event: Parameters<typeof readCall>[0]): Promise<{ statusCode: number }> {
  const { token, systemToken } = readCall(event);
  try {
    await hydrated;
    await verifier.verify(token);
  } catch {
    return { statusCode: 401 };
  }
  await store(systemToken, ask);
  return { statusCode: 200 };
}
