import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { RECEIVER_ENV } from '../../../../lambda/contract/settings';
import { type Call, ISSUER, readCall, variable } from './read-call';
import { store } from './ways-to-store';

// The floor: less can't be done for a call. The key set is on its way at once, the audience is compared before it is
// waited for, one signature is verified, one version is written; the floor that swaps looks first and moves the label, as
// whoever keeps the newest token must. No library, no log, no metric: it is here to be compared with, not to be deployed.

const keySet = fetch(variable(RECEIVER_ENV.jwksUrl)).then((response) => response.json() as Promise<JSONWebKeySet>);

const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

export async function handler(event: Parameters<typeof readCall>[0]): Promise<{ statusCode: number }> {
  const call = readCall(event);
  if (!(await isForges(call))) return { statusCode: 401 };
  await store(call.systemToken, ask);
  return { statusCode: 200 };
}

async function isForges({ token }: Call): Promise<boolean> {
  const [header, claims, signature = ''] = token.split('.');
  const { iss, aud, exp } = decode(claims);
  if (iss !== ISSUER || aud !== variable(RECEIVER_ENV.appId) || exp * 1000 < Date.now()) return false;
  const { kid } = decode(header);
  const jwk = (await keySet).keys.find((key) => key.kid === kid);
  if (!jwk) return false;
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  return verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'));
}

async function ask(operation: string, input: object): Promise<object> {
  const body = JSON.stringify(input);
  const response = await fetch(variable('AWS_ENDPOINT_URL'), { method: 'POST', body, headers: sign(operation, body) });
  if (!response.ok) throw new Error(await response.text());
  return response.json() as Promise<object>;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** The headers of a signed call of Secrets Manager (AWS's documentation of Signature Version 4). */
function sign(operation: string, body: string): Record<string, string> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [time.slice(0, 8), variable('AWS_REGION'), 'secretsmanager', 'aws4_request'];
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(variable('AWS_ENDPOINT_URL')).host,
    'x-amz-date': time,
    'x-amz-security-token': variable('AWS_SESSION_TOKEN'),
    'x-amz-target': `secretsmanager.${operation}`,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ['POST', '/', '', lines.join(''), names, sha256(body)].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${variable('AWS_SECRET_ACCESS_KEY')}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(request)].join('\n')).toString('hex');
  const credential = `${variable('AWS_ACCESS_KEY_ID')}/${scope.join('/')}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
