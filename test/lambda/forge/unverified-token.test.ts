import { readToken } from '../../../lambda/forge/verify';

const HEADER = { alg: 'RS256', kid: 'forge/invocation-token/1', typ: 'JWT' };
const CLAIMS = { iss: 'forge/invocation-token', app: { id: 'an app' }, contexts: [{ name: 'jira' }, { name: 'jira' }] };
const SIGNATURE = 'AAAA';

const base64url = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64url');
const part = (value: unknown) => base64url(JSON.stringify(value));
const compactOf = (header: unknown, claims: unknown = CLAIMS) => `${part(header)}.${part(claims)}.${SIGNATURE}`;
const bearer = (header: unknown, claims?: unknown) => `Bearer ${compactOf(header, claims)}`;
/** A header with this text, or these bytes, as its payload. */
const withPayload = (payload: string | Uint8Array) => `Bearer ${part(HEADER)}.${base64url(payload)}.${SIGNATURE}`;

const refusalOf = (reason: string, detail?: string) =>
  expect.objectContaining({ name: 'Refusal', reason, ...(detail && { detail: expect.stringContaining(detail) }) });

test("what a token says is read: its key's id, its claims, and the token itself for whoever checks the signature", () => {
  expect(readToken(bearer(HEADER))).toEqual({ compact: compactOf(HEADER), keyId: HEADER.kid, claims: CLAIMS });
});

test.each([[undefined], ['']])('no authorization is told from a bad one: %j', (authorization) => {
  expect(() => readToken(authorization)).toThrow(refusalOf('authorization-missing'));
});

describe('the form', () => {
  const [header, claims] = [part(HEADER), part(CLAIMS)];

  test.each<[string, string]>([
    ['another scheme', `Basic ${compactOf(HEADER)}`],
    ['a scheme in lower case', `bearer ${compactOf(HEADER)}`],
    ['no scheme', compactOf(HEADER)],
    ['something before it', ` ${bearer(HEADER)}`],
    ['something after it', `${bearer(HEADER)}, Bearer x`],
    ['a line end after it', `${bearer(HEADER)}\n`],
    ['two spaces', `Bearer  ${compactOf(HEADER)}`],
    ['two parts', `Bearer ${header}.${claims}`],
    ['four parts', `${bearer(HEADER)}.AAAA`],
    ['an empty header', `Bearer .${claims}.${SIGNATURE}`],
    ['an empty payload', `Bearer ${header}..${SIGNATURE}`],
    ['an empty signature', `Bearer ${header}.${claims}.`],
    ['padding', `${bearer(HEADER)}=`],
    ['plain base64', `Bearer ${header}.${claims}.++++`],
  ])('with %s is refused', (_what, authorization) => {
    expect(() => readToken(authorization)).toThrow(refusalOf('authorization-malformed'));
  });

  /** `json` in base64url with bits set that decoding throws away: other characters, the same bytes. */
  function respelled(json: string): string {
    // After one byte more than a multiple of three, the last character has 4 bits that mean nothing.
    const canonical = base64url(json.padEnd(100));
    const otherLast = { A: 'B', Q: 'R', g: 'h', w: 'x' }[canonical.slice(-1)];
    return `${canonical.slice(0, -1)}${otherLast}`;
  }

  test.each<[string, string]>([
    ['header', `Bearer ${respelled(JSON.stringify(HEADER))}.${claims}.${SIGNATURE}`],
    ['payload', `Bearer ${header}.${respelled('{}')}.${SIGNATURE}`],
    ['signature', `Bearer ${header}.${claims}.AB`],
  ])('with a %s in another spelling of the same bytes is refused', (name, authorization) => {
    const told = `the ${name} is not canonical`;
    expect(() => readToken(authorization)).toThrow(refusalOf('authorization-malformed', told));
  });

  test('is looked at up to 12,000 characters', () => {
    const start = `Bearer ${header}.${claims}.`;
    expect(readToken(start.padEnd(12_000, 'A')).keyId).toBe(HEADER.kid);
    expect(() => readToken(start.padEnd(12_001, 'A'))).toThrow(refusalOf('authorization-malformed', '12001'));
  });
});

describe('header and payload', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['no JSON', 'text', 'not JSON'],
    ['JSON with something after it', '{} {}', 'not JSON'],
    ['JSON after a byte order mark', '\u{feff}{}', 'not JSON'],
    ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), 'not JSON in UTF-8'],
    ['a JSON array', '[]', 'not a JSON object'],
    ['a JSON string', '"text"', 'not a JSON object'],
    ['JSON null', 'null', 'not a JSON object'],
  ])('may not be %s', (_what, payload, told) => {
    expect(() => readToken(withPayload(payload))).toThrow(refusalOf('authorization-malformed', told));
  });

  test.each<[string, string]>([
    ['header', `Bearer ${part([])}.${part(CLAIMS)}.${SIGNATURE}`],
    ['payload', withPayload('[]')],
  ])('are told apart when the %s is at fault', (name, authorization) => {
    expect(() => readToken(authorization)).toThrow(refusalOf('authorization-malformed', name));
  });

  test.each<[string, string]>([
    ['at the top', '{"aud":1,"aud":2}'],
    ['with an equal value', '{"aud":1,"aud":1}'],
    ['inside', '{"app":{"id":1,"id":2}}'],
    ['inside an array', '{"contexts":[{"name":1,"name":2}]}'],
    ['with spaces before the colons', '{"aud" :1,"aud"  :2}'],
    ['with a line end before the colon', '{"aud"\n:1,"aud":2}'],
    ['once spelled with an escape', '{"aud":1,"\\u0061ud":2}'],
    ['with a quotation mark in it', '{"a\\"d":1,"a\\"d":2}'],
    ['with no characters', '{"":1,"":2}'],
  ])('may not have a key twice: %s', (_where, payload) => {
    expect(() => readToken(withPayload(payload))).toThrow(refusalOf('authorization-malformed', 'twice'));
  });

  test.each<[string, object]>([
    ['as keys of two objects', { a: { id: 1 }, b: { id: 2 } }],
    ['as keys of objects in an array', { contexts: [{ name: 'jira' }, { name: 'jira' }] }],
    ['as a key and as a value', { id: 'id', ids: ['id', 'id'] }],
    ['in a value that looks like JSON', { text: '{"id":1,"id":2}' }],
    ['as a value that ends with a backslash', { path: 'C:\\', id: ':' }],
    ['beside a value that is a colon', { ids: ['id', ':'], id: 1 }],
    ['beside nothing', { license: null, id: 1 }],
  ])('may have the same name again %s', (_where, claims) => {
    expect(readToken(bearer(HEADER, claims)).claims).toEqual(claims);
  });

  test('may be nested 32 levels deep', () => {
    const nested = (levels: number) =>
      Array(levels)
        .fill('a')
        .reduce((inner, key) => ({ [key]: inner }), 1);
    expect(readToken(bearer(HEADER, nested(32))).claims).toEqual(nested(32));
    expect(() => readToken(bearer(HEADER, nested(33)))).toThrow(refusalOf('authorization-malformed', '32 levels'));
  });
});

describe('the algorithm is RS256', () => {
  test.each([['none'], ['HS256'], ['RS512'], ['rs256'], [''], [undefined], [['RS256']]])('and not %j', (alg) => {
    const told = alg === undefined ? 'nothing' : JSON.stringify(alg);
    expect(() => readToken(bearer({ ...HEADER, alg }))).toThrow(refusalOf('algorithm-not-allowed', told));
  });
});

describe('a token', () => {
  test.each(['crit', 'jwk', 'jku', 'x5c', 'x5u', 'b64'])('may not bring %s', (name) => {
    expect(() => readToken(bearer({ ...HEADER, [name]: null }))).toThrow(refusalOf('header-not-allowed', name));
  });

  test.each([['forge/invocation-token/9d0e4f1c-1d1f-4c0a-8a3f-0f2b8c5f7e11'], ['Key_1.2:3'], ['k'], ['k'.repeat(200)]])(
    'may name its key %s',
    (kid) => {
      expect(readToken(bearer({ ...HEADER, kid })).keyId).toBe(kid);
    },
  );

  test.each([[undefined], [7], [['k']], [''], ['k'.repeat(201)], ['a key'], ['k\n'], ['\nk'], ['k?x'], ['kéy']])(
    'may not name its key %j',
    (kid) => {
      expect(() => readToken(bearer({ ...HEADER, kid }))).toThrow(refusalOf('key-unknown', 'kid'));
    },
  );
});
