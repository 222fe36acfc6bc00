import fc from 'fast-check';
import { type SlotState, summarize } from '../../../../../lambda/monitor/handler';
import { quickSummary } from './quick-summary';

const NOW = 1_800_000_000;

/** Empty and filled slots of any age, some of them on the same site. */
const slots = fc
  .array(fc.record({ secondsLeft: fc.option(fc.integer({ min: -8_000, max: 14_400 })), site: fc.option(fc.nat(3)) }), {
    maxLength: 30,
  })
  .map((cases) =>
    cases.map(
      ({ secondsLeft, site }, index): SlotState => ({
        id: `slot/${index}`,
        ...(secondsLeft !== null && { token: { installation: `i${index}`, expiresAtSeconds: NOW + secondsLeft } }),
        ...(site !== null && { sites: [`site-${site}`], createdAtMs: index }),
      }),
    ),
  );

test('a quick summary is what the monitor finds', () => {
  fc.assert(
    fc.property(slots, fc.constantFrom(5, 60), fc.boolean(), (found, intervalMinutes, licensedOnly) => {
      const delivery = { intervalMinutes, licensedOnly };
      expect(quickSummary(found, NOW, delivery)).toEqual(summarize(found, NOW, delivery));
    }),
  );
});
