import fc from 'fast-check';
import { REASONS, type Reason } from '../../../../lambda/contract/outcomes';
import { goodClaims, PATH } from '../../../../test/support/forge-call';
import { goodEvent } from './support/attack';
import { changeClaims, claimPaths } from './support/claim-paths';
import { createForge, type Forge } from './support/forge';
import { type Answer, createStage, UNINSTALL_PATH } from './support/stage';
import { base64url, createToken, splitToken } from './support/token';

/** Stops in time on a busy machine, too. fast-check prints the seed of a run that failed. */
const RUNS = { numRuns: 1_000, interruptAfterTimeLimit: 2_500 };

let forge: Forge;
beforeAll(async () => {
  forge = await createForge();
});

/** The reason in an answer, once it is sure that the answer is a refusal, and the only effect of its call. */
function refusalIn({ response, reports, writerAsked, written }: Answer): Reason {
  const { reason } = JSON.parse(response.body);
  expect(Object.keys(REASONS)).toContain(reason);
  const { status } = REASONS[reason as Reason];
  expect(status).toBeGreaterThanOrEqual(400);
  expect(response).toMatchObject({ statusCode: status, body: JSON.stringify({ reason }) });
  expect(reports).toEqual([expect.objectContaining({ status, reason })]);
  expect({ writerAsked, written }).toEqual({ writerAsked: 0, written: 0 });
  return reason;
}

/** The token is at fault; or names a key that may be too new to be known, which a stranger is free to claim. */
const expectTokenFault = (reason: Reason) => reason === 'key-not-yet-known' || expect(REASONS[reason].status).toBe(401);

/** A call with this authorization header, good in all other ways. */
const eventWith = (authorization: string) => {
  const good = goodEvent(forge);
  return { ...good, headers: { ...good.headers, authorization } };
};

describe('an event of any shape is refused, and is no fault of ours', () => {
  const anyReason = Object.keys(REASONS).filter(
    (reason) => REASONS[reason as Reason].status < 500 || reason === 'key-not-yet-known',
  );

  test('whatever it is', async () => {
    const stage = createStage(forge);
    await fc.assert(
      fc.asyncProperty(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        async (event) => expect(anyReason).toContain(refusalIn(await stage.receive(event))),
      ),
      RUNS,
    );
  });

  test('when it is nearly one of a Function URL', async () => {
    const stage = createStage(forge);
    await fc.assert(
      fc.asyncProperty(oddEvent(), async (event) => {
        expect(anyReason).toContain(refusalIn(await stage.receive(event)));
      }),
      RUNS,
    );
  });

  /** Events whose parts are right, or odd; without a good signature in any. */
  function oddEvent() {
    const or = (right: unknown) => fc.oneof({ arbitrary: fc.constant(right), weight: 4 }, fc.string(), fc.anything());
    return fc.record(
      {
        rawPath: or(PATH),
        requestContext: fc.oneof(
          { arbitrary: fc.record({ http: fc.record({ method: or('POST') }) }), weight: 4 },
          or({}),
        ),
        headers: fc.oneof(
          {
            arbitrary: fc.record(
              {
                authorization: fc.oneof({ arbitrary: unsignedToken(), weight: 4 }, or('Bearer ')),
                'x-forge-oauth-system': or(forge.systemToken),
                'x-b3-traceid': or('0'),
              },
              { requiredKeys: [] },
            ),
            weight: 4,
          },
          or({}),
        ),
        body: or('{}'),
        isBase64Encoded: or(true),
      },
      { requiredKeys: [] },
    );
  }

  /** Tokens whose header and payload are good, or changed in one place, or anything; their signature is anything. */
  function unsignedToken() {
    const header = { alg: 'RS256', kid: forge.commercial.keyId };
    const part = (good: object) =>
      fc.oneof(
        fc.constant(JSON.stringify(good)),
        fc
          .tuple(fc.constantFrom(...claimPaths(good)), fc.jsonValue())
          .map(([path, value]) => JSON.stringify(changeClaims(good, { [path]: value }))),
        fc.jsonValue().map((value) => JSON.stringify(value)),
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      );
    return fc
      .tuple(part(header), part(goodClaims()), fc.uint8Array({ maxLength: 300 }))
      .map((parts) => `Bearer ${parts.map((bytes) => base64url(Buffer.from(bytes))).join('.')}`);
  }
});

describe('the authorization header of a good call is refused', () => {
  const byte = fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code));

  /** Replaces some characters, from a place anywhere in the header, and expects a refusal: the token's fault. */
  async function refuses(replaced: number, replacement: fc.Arbitrary<string>) {
    const stage = createStage(forge);
    const good = `Bearer ${createToken(forge)}`;
    const place = fc.integer({ min: 0, max: good.length - replaced });
    await fc.assert(
      fc.asyncProperty(place, replacement, async (at, text) => {
        const changed = good.slice(0, at) + text + good.slice(at + replaced);
        fc.pre(changed !== good);
        expectTokenFault(refusalIn(await stage.receive(eventWith(changed))));
      }),
      RUNS,
    );
    // Nothing but the change was wrong with it.
    expect((await stage.receive(eventWith(good))).response.statusCode).toBe(200);
  }

  test('with any byte changed', () => refuses(1, byte));
  test('with any byte put in', () => refuses(0, byte));
  test('with any byte taken out', () => refuses(1, fc.constant('')));
});

test('a token is refused with any claim changed under the signature that it had', async () => {
  const stage = createStage(forge);
  const token = createToken(forge);
  const { header, payload, signature } = splitToken(token);
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...claimPaths(claims)),
      fc.oneof(fc.jsonValue(), fc.constant(undefined)),
      async (path, value) => {
        const changed = base64url(JSON.stringify(changeClaims(claims, { [path]: value })));
        fc.pre(changed !== payload);
        const answer = await stage.receive(eventWith(`Bearer ${header}.${changed}.${signature}`));
        expectTokenFault(refusalIn(answer));
      },
    ),
    RUNS,
  );
  expect((await stage.receive(eventWith(`Bearer ${token}`))).response.statusCode).toBe(200);
});

test('no call with a principal ever changes a slot, whatever else it has', async () => {
  const stage = createStage(forge);
  const principal = fc.jsonValue().filter((value) => value !== null);
  const anything = fc.oneof(fc.jsonValue(), fc.constant(undefined));
  await fc.assert(
    fc.asyncProperty(
      principal,
      // Any number of other claims, each with anything in it, or gone.
      fc.dictionary(
        fc.constantFrom(...claimPaths(goodClaims()).filter((path) => path !== ''), 'icLabel', 'context.moduleKey'),
        anything,
        { maxKeys: 8 },
      ),
      fc.constantFrom(PATH, UNINSTALL_PATH),
      async (value, changed, rawPath) => {
        // What is inside a claim that is replaced itself has no place any more.
        const claims = Object.fromEntries(
          Object.entries(changed).filter(
            ([path]) => !Object.keys(changed).some((other) => path.startsWith(`${other}.`)),
          ),
        );
        const authorization = `Bearer ${createToken(forge, { claims: { ...claims, principal: value } })}`;
        const answer = await stage.receive({ ...eventWith(authorization), rawPath });
        refusalIn(answer);
        expect(answer.removed).toBe(0);
      },
    ),
    RUNS,
  );
});
