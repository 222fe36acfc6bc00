import type { Reason } from '../../../../lambda/contract/outcomes';
import { NOW_MS } from '../../../../test/support/forge-call';
import { type BuildEvent, goodEvent, withClaim, withHeaders, withToken } from './support/attack';
import { createForge, type Forge } from './support/forge';
import { createStage, type StageSettings } from './support/stage';
import { byStranger } from './support/token';

/** One a millisecond: more than one instance of a function could take. */
const CALLS = 300;

interface Flood {
  readonly name: string;
  /** The call with this number. */
  readonly event: (number: number) => BuildEvent;
  readonly reasons: readonly Reason[];
  readonly stage?: StageSettings;
  /** Most fetches of key sets that it costs in its second. */
  readonly keyFetches: number;
}

const FLOODS: readonly Flood[] = [
  {
    name: 'made-up key ids',
    event: (number) => withToken({ header: { kid: `forge/invocation-token/${number}` }, sign: byStranger }),
    reasons: ['key-unknown', 'key-not-yet-known'],
    keyFetches: 1,
  },
  {
    name: 'made-up labels of Isolated Clouds',
    event: (number) => withClaim('icLabel', `made-up-${number}`),
    reasons: ['key-server-unavailable'],
    stage: { isolatedCloud: true },
    // Each could be genuine. `isolatedCloud.labels` in config.ts ends it.
    keyFetches: CALLS,
  },
  {
    name: 'bad signatures under a published key',
    event: () => withToken({ sign: byStranger }),
    reasons: ['signature-invalid'],
    keyFetches: 1,
  },
  {
    name: "another app's genuine tokens",
    event: (number) => withToken({ claims: { aud: `ari:cloud:ecosystem::app/${number}`, jti: `${number}` } }),
    reasons: ['audience-wrong'],
    keyFetches: 1,
  },
  {
    name: "tokens of the app's own users",
    event: (number) => withToken({ claims: { principal: 'a user', jti: `${number}` } }),
    reasons: ['principal-not-allowed'],
    keyFetches: 1,
  },
  {
    name: 'no tokens',
    event: () => withHeaders({ authorization: undefined }),
    reasons: ['authorization-missing'],
    keyFetches: 0,
  },
];

let forge: Forge;
beforeAll(async () => {
  forge = await createForge();
});

describe.each(FLOODS)('a flood of $name', ({ event, reasons, stage: settings, keyFetches }) => {
  test('has no effect, each call its reason, and keeps no call of Forge out', async () => {
    let nowMs = NOW_MS;
    const stage = createStage(forge, { ...settings, strategy: 'perInstallation', now: () => nowMs });
    const found = new Set<Reason | undefined>();
    for (let number = 0; number < CALLS; number++) {
      nowMs++;
      const { reports, writerAsked, sent } = await stage.receive(event(number)(forge));
      expect({ writerAsked, sent, reports: reports.length }).toEqual({ writerAsked: 0, sent: 0, reports: 1 });
      found.add(reports[0]?.reason);
    }
    expect([...found].toSorted()).toEqual(reasons.toSorted());
    expect(stage.keyFetches()).toBeLessThanOrEqual(keyFetches);

    const { response } = await stage.receive(goodEvent(forge));
    expect(response).toMatchObject({ statusCode: 200, body: '{"outcome":"stored"}' });
  });
});
