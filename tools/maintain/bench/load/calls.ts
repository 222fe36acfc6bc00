import { randomBytes } from 'node:crypto';
import { createSigningKey, type SigningKey } from '../../../emulator/forge/signing-key';
import { createRandom } from '../../test/fleet/deliveries';
import { type Firing, type Fleet, newTraceId, type Trigger } from '../../test/support/fleet';

/** What is sent, and how many of 100 requests are of that kind. */
const SHARES = {
  /** A call with the token that the slot has already. */
  known: 35,
  /** A call with the next token of its installation. */
  rotated: 10,
  /** A call with a token before the newest, as after a retry. */
  late: 5,
  /** One call, delivered twice at the same time. */
  duplicate: 15,
  forgedSignature: 5,
  unknownKey: 5,
  tampered: 5,
  otherApp: 5,
  expired: 5,
  unsigned: 5,
  /** A megabyte of body with a token that nobody signed. */
  largeBody: 1,
  unknownPath: 4,
} as const;

export type Kind = keyof typeof SHARES;
export const KINDS = Object.keys(SHARES) as Kind[];

/** Kinds of calls that come from Forge, and must be accepted. */
export const GENUINE: ReadonlySet<Kind> = new Set<Kind>(['known', 'rotated', 'late', 'duplicate']);

/** A request to the Function URL. */
export interface Request {
  readonly kind: Kind;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of a genuine call: which installation's slot it fills, and which of its tokens it brings, the newest last. */
  readonly delivers?: { readonly installation: number; readonly token: number };
}

/** Minutes by which each token of an installation is older than the next: none expires at the same time as another. */
const FIRST_AGE_MINUTES = 110;

export interface CallsOptions {
  readonly installations: number;
  readonly trigger: Trigger;
  /** The same number makes the same order of kinds. */
  readonly seed: number;
}

/** Makes the requests of a load, and knows which tokens it has handed out. */
export class Calls {
  readonly #fleet: Fleet;
  readonly #trigger: Trigger;
  readonly #random: () => number;
  readonly #installations: { readonly installation: Firing['installation']; readonly tokens: Promise<string>[] }[];
  readonly #stranger: Promise<SigningKey> = createSigningKey();

  constructor(fleet: Fleet, { installations, trigger, seed }: CallsOptions) {
    this.#fleet = fleet;
    this.#trigger = trigger;
    this.#random = createRandom(seed);
    this.#installations = Array.from({ length: installations }, () => ({ installation: fleet.install(), tokens: [] }));
  }

  /** The next request or, of a duplicate, two that are the same. */
  async next(): Promise<readonly Request[]> {
    const kind = this.#kind();
    const index = Math.floor(this.#random() * this.#installations.length);
    if (!GENUINE.has(kind)) return [await this.#forge(kind, index)];
    const one = await this.#deliver(kind, index);
    return kind === 'duplicate' ? [one, one] : [one];
  }

  /** Whether an installation's slot holds the token with this number. */
  async holds(installation: number, token: number): Promise<boolean> {
    const { installation: whose, tokens } = this.#of(installation);
    return this.#fleet.slot(whose).token === (await tokens[token]);
  }

  #kind(): Kind {
    let left = this.#random() * 100;
    const kind = KINDS.find((one) => {
      left -= SHARES[one];
      return left < 0;
    });
    return kind ?? 'known';
  }

  #of(index: number) {
    const one = this.#installations[index];
    if (!one) throw new RangeError(`There is no installation ${index}.`);
    return one;
  }

  async #deliver(kind: Kind, index: number): Promise<Request> {
    const { installation, tokens } = this.#of(index);
    if (tokens.length === 0 || (kind === 'rotated' && tokens.length < FIRST_AGE_MINUTES)) {
      // Its place is taken before it is there: two that are made at the same time are not of the same age.
      tokens.push(this.#fleet.issue(installation, FIRST_AGE_MINUTES - tokens.length));
    }
    const token = kind === 'late' ? Math.max(0, tokens.length - 2) : tokens.length - 1;
    const headers = await this.#fleet.headers(this.#firing(index, await tokens[token]));
    return { kind, path: this.#trigger.path, headers, body: '{}', delivers: { installation: index, token } };
  }

  #firing(index: number, systemToken = randomBytes(32).toString('base64url')): Firing {
    return { installation: this.#of(index).installation, trigger: this.#trigger, systemToken, traceId: newTraceId() };
  }

  async #forge(kind: Kind, index: number): Promise<Request> {
    const { signingKey, headers: headersOf } = this.#fleet;
    const firing = this.#firing(index);
    const stranger = await this.#stranger;
    const request = async (
      ...changes: Parameters<Fleet['headers']> extends [unknown, ...infer Rest] ? Rest : never
    ) => ({
      kind,
      path: this.#trigger.path,
      headers: await headersOf(firing, ...changes),
      body: '{}',
    });
    switch (kind) {
      case 'unknownKey':
        // Each with a key id of its own, as somebody would who wants us to ask the key server again and again.
        return request({ signer: { ...stranger, keyId: `forge/invocation-token/${randomBytes(8).toString('hex')}` } });
      case 'otherApp':
        return request({ claims: { appId: 'ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000000' } });
      case 'expired':
        return request({ claims: { nowSeconds: Math.floor(Date.now() / 1000) - 3_600 } });
      case 'tampered':
        return tamper(await request());
      case 'unsigned':
        return { ...(await request()), headers: { 'x-b3-traceid': firing.traceId } };
      case 'largeBody':
        return {
          ...(await request({ signer: { ...stranger, keyId: signingKey.keyId } })),
          body: JSON.stringify('x'.repeat(2 ** 20)),
        };
      case 'unknownPath':
        return { ...(await request()), path: `${this.#trigger.path}/elsewhere` };
      default:
        return request({ signer: { ...stranger, keyId: signingKey.keyId } });
    }
  }
}

/** Another installation in the claims, under the signature of the first. */
function tamper(request: Request): Request {
  const [header = '', claims = '', signature = ''] = (request.headers.authorization ?? '').split('.');
  const changed = Buffer.from(claims, 'base64url')
    .toString()
    .replace(/installation\/[0-9a-f]/g, (match) =>
      match.endsWith('a') ? `${match.slice(0, -1)}b` : `${match.slice(0, -1)}a`,
    );
  const authorization = `${header}.${Buffer.from(changed).toString('base64url')}.${signature}`;
  return { ...request, headers: { ...request.headers, authorization } };
}
