import type { Installation } from '../../../emulator/forge/invocation-token';
import type { Firing, Fleet, Trigger } from '../support/fleet';
import { newTraceId } from '../support/fleet';

export { createRandom } from '../../../../test/support/virtual-time';

/** One firing on its way. Forge may send the very same call twice. */
export interface Delivery {
  readonly firing: Firing;
  readonly copies: number;
}

const trigger = (name: string): Trigger => ({ path: `/forge/${name}`, key: `${name}-trigger` });

/** Scheduled triggers of the app. Each firing of an installation is of another one: SQS would take two for one. */
export const TRIGGERS = [trigger('first'), trigger('second'), trigger('third')] as const;

/** Time between two rotations of an installation's token. */
const MINUTES_PER_ROTATION = 30;

/** Every so many installations have all their triggers fire at the same moment: the hardest case for their slot. */
const ALL_AT_ONCE_EVERY = 10;
/** Every so many firings are delivered twice at once, or once more later. */
const TWICE_EVERY = 7;
const RETRIED_EVERY = 9;

/** The firings of each of `installations`: one for each trigger, each with a newer token than the last. */
export const planFirings = (fleet: Fleet, installations: readonly Installation[]): Promise<Firing[][]> =>
  Promise.all(
    installations.map((installation) =>
      Promise.all(
        TRIGGERS.map(async (trigger, rotation) => ({
          installation,
          trigger,
          systemToken: await fleet.issue(installation, (TRIGGERS.length - 1 - rotation) * MINUTES_PER_ROTATION),
          traceId: newTraceId(),
        })),
      ),
    ),
  );

/**
 * The deliveries of all firings, with duplicates and retries among them, in random order.
 *
 * @param random between 0 and 1
 */
export function planDeliveries(firings: readonly (readonly Firing[])[], random: () => number): Delivery[] {
  const isEvery = (count: number, index: number) => index % count === 0;
  const groups = firings.flatMap((ofOne, index) => {
    const deliveries = ofOne.map((firing, rotation) => ({
      firing,
      copies: isEvery(TWICE_EVERY, index + rotation) ? 2 : 1,
    }));
    return isEvery(ALL_AT_ONCE_EVERY, index) ? [deliveries] : deliveries.map((delivery) => [delivery]);
  });
  const retries = firings
    .flat()
    .filter((_, index) => isEvery(RETRIED_EVERY, index))
    .map((firing) => [{ firing, copies: 1 }]);
  return shuffle([...groups, ...retries], random).flat();
}

/** A random order of `items` (Fisher and Yates). */
export function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  const left = [...items];
  const shuffled: Item[] = [];
  while (left.length > 0) shuffled.push(...left.splice(Math.floor(random() * left.length), 1));
  return shuffled;
}
