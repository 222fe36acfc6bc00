import { inspect } from 'node:util';
import { createTokenSource, type TokenSource, type TokenSourceOptions } from '../../../lambda/slots/token-source';
import { NOW_SECONDS, systemToken } from '../../support/forge-call';
import { withoutPausesOfTheSdk } from '../../support/sdk-pauses';
import { API_BASE_URL, ariOf, ELSEWHERE, type EmulatedSlots, HOME, handwritten, versionUntil } from './emulated-slots';

const HOUR = 3600;
const MINUTE = 60;

const denied = () => ({ status: 400, code: 'AccessDeniedException', message: 'no identity-based policy allows it' });

/** Registers the tests of a token source that hold wherever slots are kept. */
export function tokenSourceContract(startSlots: (nowMs: () => number) => Promise<EmulatedSlots>): void {
  let nowSeconds: number;
  let slots: EmulatedSlots;

  beforeAll(async () => {
    slots = await startSlots(() => nowSeconds * 1000);
  });
  afterAll(() => slots.stop());
  beforeEach(() => {
    nowSeconds = NOW_SECONDS;
    slots.aws.intercept(undefined);
  });

  /** A slot, filled by the receiver's own writer, and a source that reads it. */
  function newSlot() {
    const slot = slots.newSlot();
    const sourceWith = (options: TokenSourceOptions = {}): TokenSource =>
      createTokenSource(slot.reader, { now: () => nowSeconds * 1000, ...options });
    return {
      id: slot.id,
      sourceWith,
      source: sourceWith(),
      impatientSource: createTokenSource(slot.impatientReader, { now: () => nowSeconds * 1000 }),
      /** Delivers a new token that lasts so long from now. */
      async deliver(lifeSeconds: number) {
        const token = await systemToken(nowSeconds + lifeSeconds);
        const delivery = {
          token,
          installation: HOME,
          installationId: ariOf(HOME),
          apiBaseUrl: API_BASE_URL,
          contexts: [],
        };
        await slot.newWriter()(delivery, AbortSignal.timeout(4_000));
        return token;
      },
      write: (value: unknown, versionId?: string) =>
        slot.write(typeof value === 'string' ? value : JSON.stringify(value), versionId),
    };
  }

  /** How often the slot is read while `work` runs. */
  async function readsOf(work: () => Promise<unknown>): Promise<number> {
    const before = slots.aws.calls.length;
    await work();
    return slots.aws.calls.slice(before).filter((call) => call === slots.readCall).length;
  }

  describe('a token', () => {
    test('comes with all that a call to Atlassian needs', async () => {
      const slot = newSlot();
      const token = await slot.deliver(4 * HOUR);
      await expect(slot.source.get(HOME)).resolves.toEqual({
        token,
        expiresAtMs: (NOW_SECONDS + 4 * HOUR) * 1000,
        installationId: ariOf(HOME),
        apiBaseUrl: API_BASE_URL,
        contexts: [],
      });
    });

    test('comes with the contexts that were kept with it', async () => {
      const slot = newSlot();
      const contexts = [{ name: 'confluence', siteAri: 'ari:cloud:confluence::site/1' }, { name: 'bitbucket' }];
      slot.write({ ...handwritten, contexts });
      await expect(slot.source.get(HOME)).resolves.toMatchObject({ contexts });
    });

    test('expires when its version says, whatever the value says', async () => {
      const slot = newSlot();
      slot.write(handwritten, versionUntil(NOW_SECONDS + 2 * HOUR, HOME));
      await expect(slot.source.get(HOME)).resolves.toMatchObject({ expiresAtMs: (NOW_SECONDS + 2 * HOUR) * 1000 });
    });

    test('expires when the value says, if its version does not', async () => {
      const slot = newSlot();
      slot.write(handwritten);
      await expect(slot.source.get(HOME)).resolves.toMatchObject({ expiresAtMs: (NOW_SECONDS + HOUR) * 1000 });
    });
  });

  describe('reads of the slot', () => {
    test('are shared by those who ask together, and one for each rotation', async () => {
      const slot = newSlot();
      await slot.deliver(4 * HOUR);
      const together = () => Promise.all(Array.from({ length: 20 }, () => slot.source.get(HOME)));
      expect(await readsOf(together)).toBe(1);
      nowSeconds += 4 * HOUR - 5 * MINUTE - 1;
      expect(await readsOf(together)).toBe(0);
      const next = await slot.deliver(4 * HOUR);
      nowSeconds += 1;
      expect(await readsOf(together)).toBe(1);
      expect((await slot.source.get(HOME)).token).toBe(next);
    });

    test('begin at the margin that is asked for', async () => {
      const slot = newSlot();
      const source = slot.sourceWith({ marginMs: HOUR * 1000 });
      await slot.deliver(4 * HOUR);
      await source.get(HOME);
      nowSeconds += 3 * HOUR - 1;
      expect(await readsOf(() => source.get(HOME))).toBe(0);
      nowSeconds += 1;
      expect(await readsOf(() => source.get(HOME))).toBe(1);
    });

    test('are 30 s apart while the slot holds nothing newer; the old token goes on being good', async () => {
      const slot = newSlot();
      const token = await slot.deliver(4 * MINUTE);
      const reads = await readsOf(async () => {
        for (let second = 0; second < 4 * MINUTE; second++) {
          expect((await slot.source.get(HOME)).token).toBe(token);
          nowSeconds += 1;
        }
      });
      expect(reads).toBe(8);
    });

    test('look once more when the token has run out, and then every 30 s', async () => {
      const slot = newSlot();
      await slot.deliver(10);
      await slot.source.get(HOME);
      nowSeconds += 10;
      const reads = await readsOf(async () => {
        for (let second = 0; second < 60; second++) {
          await expect(slot.source.get(HOME)).rejects.toMatchObject({ code: 'TokenExpired' });
          nowSeconds += 1;
        }
      });
      expect(reads).toBe(2);
      const next = await slot.deliver(HOUR);
      expect((await slot.source.get(HOME)).token).toBe(next);
    });

    test('are repeated at once after a failure', async () => {
      const slot = newSlot();
      await expect(slot.source.get(HOME)).rejects.toMatchObject({ code: 'SlotEmpty' });
      const token = await slot.deliver(HOUR);
      expect((await slot.source.get(HOME)).token).toBe(token);
    });
  });

  describe('a token that Atlassian refused', () => {
    test('is read again, once', async () => {
      const slot = newSlot();
      const { source } = slot;
      const first = await slot.deliver(3 * HOUR);
      await source.get(HOME);
      const second = await slot.deliver(4 * HOUR);
      source.invalidate(HOME, first);
      source.invalidate(HOME, first);
      expect(await readsOf(() => source.get(HOME))).toBe(1);
      source.invalidate(HOME, first);
      expect(await readsOf(() => source.get(HOME))).toBe(0);
      expect((await source.get(HOME)).token).toBe(second);
    });

    test('is read again every 30 s at most while it stays the newest', async () => {
      const slot = newSlot();
      const { source } = slot;
      const token = await slot.deliver(3 * HOUR);
      await source.get(HOME);
      const refuse = async () => {
        source.invalidate(HOME, token);
        await source.get(HOME);
      };
      expect([await readsOf(refuse), await readsOf(refuse)]).toEqual([1, 0]);
      nowSeconds += 30;
      expect([await readsOf(refuse), await readsOf(refuse)]).toEqual([1, 0]);
    });

    test('is not handed out again when the slot can not be read', async () => {
      const slot = newSlot();
      const token = await slot.deliver(3 * HOUR);
      await slot.source.get(HOME);
      slots.aws.intercept(denied);
      slot.source.invalidate(HOME, token);
      await expect(slot.source.get(HOME)).rejects.toMatchObject({ code: 'SlotUnreadable' });
    });

    test('of an installation that nobody asked for is no news', () => {
      expect(() => newSlot().source.invalidate(HOME, 'any')).not.toThrow();
    });
  });

  describe('no token', () => {
    test('in a slot that is empty, or that is not there', async () => {
      const slot = newSlot();
      await expect(slot.source.get(HOME)).rejects.toMatchObject({
        name: 'SlotEmpty',
        code: 'SlotEmpty',
        slot: slot.id,
      });
      await expect(slot.source.get(HOME)).rejects.toThrow('next scheduled call');
      const { reader, id } = slots.missingSlot();
      await expect(createTokenSource(reader).get(HOME)).rejects.toMatchObject({ code: 'SlotEmpty', slot: id });
    });

    test('that is still good: the error says since when', async () => {
      const slot = newSlot();
      await slot.deliver(HOUR);
      nowSeconds += HOUR;
      const error = slot.source.get(HOME);
      await expect(error).rejects.toMatchObject({ code: 'TokenExpired', since: new Date((NOW_SECONDS + HOUR) * 1000) });
      await expect(error).rejects.toThrow(new Date((NOW_SECONDS + HOUR) * 1000).toISOString());
    });

    test.each(['', 'HOME', HOME.toUpperCase(), `../${HOME}`, ariOf(HOME)])('for %j, which is no uuid', async (uuid) => {
      expect(await readsOf(() => expect(newSlot().source.get(uuid)).rejects.toThrow(RangeError))).toBe(0);
    });
  });

  describe('trouble where it is kept', () => {
    withoutPausesOfTheSdk();

    test.each<[string, Parameters<typeof slots.aws.intercept>[0], string]>([
      ['a missing right', denied, 'AccessDeniedException: no identity-based policy'],
      ['throttling', () => ({ status: 400, code: 'ThrottlingException', message: 'Rate exceeded' }), 'Rate exceeded'],
      ['a fault', () => ({ status: 500, code: 'InternalServiceError', message: 'Oops' }), 'Oops'],
      ['a cut connection', () => 'reset', 'did not give the value'],
      ['garbage', () => ({ body: '<html>' }), 'SyntaxError while reading its answer'],
    ])('%s is told as the cause', async (_name, fault, cause) => {
      const slot = newSlot();
      const token = await slot.deliver(HOUR);
      slots.aws.intercept(fault);
      const error = slot.source.get(HOME);
      await expect(error).rejects.toMatchObject({ code: 'SlotUnreadable', slot: slot.id });
      await expect(error).rejects.toThrow(cause);
      slots.aws.intercept(undefined);
      expect((await slot.source.get(HOME)).token).toBe(token);
    });

    test('silence is told as the cause', async () => {
      const slot = newSlot();
      await slot.deliver(HOUR);
      slots.aws.intercept(() => 'hang');
      const error = slot.impatientSource.get(HOME);
      await expect(error).rejects.toMatchObject({ code: 'SlotUnreadable', slot: slot.id });
      await expect(error).rejects.toThrow('TimeoutError');
    });

    test('leaves a token that is still good in use, and is not asked again for 30 s', async () => {
      const slot = newSlot();
      const token = await slot.deliver(HOUR);
      await slot.source.get(HOME);
      nowSeconds += HOUR - MINUTE;
      slots.aws.intercept(denied);
      const reads = await readsOf(async () => {
        for (let second = 0; second < 60; second++) {
          expect((await slot.source.get(HOME)).token).toBe(token);
          nowSeconds += 1;
        }
      });
      expect(reads).toBe(2);
      await expect(slot.source.get(HOME)).rejects.toMatchObject({ code: 'SlotUnreadable' });
    });
  });

  describe('a slot that somebody wrote by hand', () => {
    test.each<[string, unknown]>([
      ['not a JSON object', 'a-token-put-there-by-hand'],
      ['not a JSON object', ['a-token-put-there-by-hand']],
      ['token', { ...handwritten, token: undefined }],
      ['token', { ...handwritten, token: 'a-token-put-there-by-hand\n' }],
      ['expiresAt', { ...handwritten, expiresAt: 'a-token-put-there-by-hand' }],
      ['installationId', { ...handwritten, installationId: HOME }],
      ['apiBaseUrl', { ...handwritten, apiBaseUrl: 'a-token-put-there-by-hand' }],
      ['apiBaseUrl', { ...handwritten, apiBaseUrl: 'http://api.atlassian.com/ex/jira/1' }],
      ['apiBaseUrl', { ...handwritten, apiBaseUrl: 'https://user:secret@api.atlassian.com' }],
      ['apiBaseUrl', { ...handwritten, apiBaseUrl: 'https://api.atlassian.com/?a=b' }],
      ['contexts', { ...handwritten, contexts: 'confluence' }],
      ['contexts', { ...handwritten, contexts: [{ siteAri: 'ari:cloud:jira::site/1' }] }],
      ['contexts', { ...handwritten, contexts: [{ name: 'jira', siteAri: 1 }] }],
    ])('is an error that says what is wrong (%s), and nothing of the value', async (problem, value) => {
      const slot = newSlot();
      slot.write(value);
      const error = await slot.source.get(HOME).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'SlotMalformed', message: expect.stringContaining(problem) });
      expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain('by-hand');
    });

    test('under the version of another installation, it is one, too', async () => {
      const slot = newSlot();
      slot.write(handwritten, versionUntil(NOW_SECONDS + HOUR, ELSEWHERE));
      await expect(slot.source.get(HOME)).rejects.toThrow(`of installation ${ELSEWHERE}`);
    });

    test('for a local run may lead to this machine', async () => {
      const slot = newSlot();
      slot.write({ ...handwritten, apiBaseUrl: 'http://127.0.0.1:8080/ex/confluence/1' });
      await expect(slot.source.get(HOME)).resolves.toMatchObject({ token: handwritten.token });
    });
  });

  test('an answer that is cut off within the token shows nothing of it', async () => {
    const slot = newSlot();
    const token = await slot.deliver(HOUR);
    slots.aws.intercept(() => ({ body: slots.cutOff(token) }));
    const error = await slot.source.get(HOME).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'SlotUnreadable' });
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(token.slice(0, 10));
  });
}
