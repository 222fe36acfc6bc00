import fc from 'fast-check';
import { takeCensus } from '../../../../../lambda/monitor/census';
import type { SlotState } from '../../../../../lambda/monitor/slot-state';
import { quickCensus } from './quick-census';

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

test('a quick census finds what the monitor finds', () => {
  fc.assert(
    fc.property(slots, fc.constantFrom(5, 60), (found, interval) => {
      expect(quickCensus(found, NOW, interval)).toEqual(takeCensus(found, NOW, interval));
    }),
  );
});
