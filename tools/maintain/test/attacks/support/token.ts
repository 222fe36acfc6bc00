import { sign } from 'node:crypto';
import { goodClaims } from '../../../../../test/support/forge-call';
import { changeClaims } from './claim-paths';
import type { Forge } from './forge';

/** Makes the signature over `input`, the first two parts of a token. */
export type Sign = (input: string, forge: Forge) => Buffer;

/** What is different from the token of the good call. Whatever is changed is signed as the rest says. */
export interface TokenChange {
  /** Header parameters; `undefined` takes one away. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Claims by path, such as `app.id`; `undefined` takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The header's JSON, made from the good one. */
  readonly headerText?: (good: string) => string | Buffer;
  /** The payload's JSON, made from the good one. */
  readonly payloadText?: (good: string) => string | Buffer;
  /** @default RS256 with the key of the commercial cloud */
  readonly sign?: Sign;
}

const rs256 = (signer: 'commercial' | 'isolated' | 'stranger'): Sign => {
  return (input, forge) => sign('RSA-SHA256', Buffer.from(input), forge[signer].privateKey);
};

export const byForge = rs256('commercial');
export const byIsolatedCloud = rs256('isolated');
export const byStranger = rs256('stranger');

/** An invocation token in compact form: the good one, but for `change`. */
export function createToken(forge: Forge, change: TokenChange = {}): string {
  const asItIs = (text: string) => text;
  const { header = {}, claims = {}, headerText = asItIs, payloadText = asItIs } = change;
  const goodHeader = { alg: 'RS256', kid: forge.commercial.keyId, typ: 'JWT' };
  const headerPart = base64url(headerText(JSON.stringify({ ...goodHeader, ...header })));
  const payloadPart = base64url(payloadText(JSON.stringify(changeClaims(goodClaims(), claims))));
  const input = `${headerPart}.${payloadPart}`;
  return `${input}.${base64url((change.sign ?? byForge)(input, forge))}`;
}

/** The three parts of a token in compact form. */
export interface TokenParts {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

export function splitToken(token: string): TokenParts {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { header, payload, signature };
}

export const base64url = (content: string | Buffer) => Buffer.from(content).toString('base64url');
