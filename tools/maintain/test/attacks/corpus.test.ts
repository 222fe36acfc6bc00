import { REASONS, type Reason } from '../../../../lambda/contract/outcomes';
import { acceptedOnPurpose } from './cases/accepted-on-purpose';
import { corpus } from './corpus';
import { goodEvent } from './support/attack';
import { createForge, type Forge } from './support/forge';
import { createStage, STRATEGIES, UNINSTALL_PATH } from './support/stage';
import { createToken } from './support/token';

let forge: Forge;
beforeAll(async () => {
  forge = await createForge();
});

const attacks = Object.values(corpus).flat();

describe('the control: without it, a receiver that refuses everything would pass', () => {
  test('the good call, from which all attacks are made, is accepted', async () => {
    const { response, writerAsked, written } = await createStage(forge).receive(goodEvent(forge));
    expect(response).toMatchObject({ statusCode: 200, body: '{"outcome":"stored"}' });
    expect({ writerAsked, written }).toEqual({ writerAsked: 1, written: 1 });
  });

  test.each(STRATEGIES)('so it is however slots are kept, and so is an uninstall: %s', async (strategy) => {
    const stage = createStage(forge, { strategy });
    const good = goodEvent(forge);
    const delivered = await stage.receive(good);
    expect(delivered.response).toMatchObject({ statusCode: 200, body: '{"outcome":"stored"}' });
    expect(delivered.sent).toBeGreaterThan(0);

    const claims = { 'app.module': { type: 'core:endpoint', key: 'goodbye' }, context: null, jti: 'goodbye' };
    const authorization = `Bearer ${createToken(forge, { claims })}`;
    const left = await stage.receive({ ...good, rawPath: UNINSTALL_PATH, headers: { ...good.headers, authorization } });
    expect(left.response.statusCode).toBe(200);
    expect(left.sent).toBeGreaterThan(0);
  });

  test('the same call once more has no second effect', async () => {
    const stage = createStage(forge);
    const event = goodEvent(forge);
    await stage.receive(event);
    const { response, writerAsked, written } = await stage.receive(event);
    expect(response).toMatchObject({ statusCode: 200, body: '{"outcome":"replayed"}' });
    expect({ writerAsked, written }).toEqual({ writerAsked: 0, written: 0 });
  });
});

describe('the corpus', () => {
  test('has at least 150 attacks, each with a name of its own', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(150);
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
  });

  test('has one for every reason with which a token can be at fault', () => {
    const tokenFaults = (Object.keys(REASONS) as Reason[]).filter((reason) => REASONS[reason].status === 401);
    expect(tokenFaults.filter((reason) => !attacks.some((attack) => attack.reason === reason))).toEqual([]);
  });
});

describe.each(Object.entries(corpus))('%s', (_theme, cases) => {
  test.each(cases)('$name → $reason', async ({ reason, event, stage, reachesWriter = false }) => {
    const { response, reports, writerAsked, written, removed, sent } = await createStage(forge, stage).receive(
      event(forge),
    );
    expect({ removed, sent }).toEqual({ removed: 0, sent: 0 });
    const { status } = REASONS[reason];

    expect(status).toBeGreaterThanOrEqual(400);
    expect({ status: response.statusCode, body: response.body }).toEqual({ status, body: JSON.stringify({ reason }) });
    expect(reports).toEqual([expect.objectContaining({ status, reason })]);
    expect({ writerAsked, written }).toEqual({ writerAsked: reachesWriter ? 1 : 0, written: 0 });
    expect(JSON.stringify(reports)).not.toContain(forge.systemToken);
  });
});

describe('accepted on purpose', () => {
  test.each(acceptedOnPurpose)('$name: $why', async ({ event, stage }) => {
    const { response, reports } = await createStage(forge, stage).receive(event(forge));
    expect(response.statusCode).toBe(200);
    expect(reports).toEqual([expect.objectContaining({ status: 200 })]);
  });
});
