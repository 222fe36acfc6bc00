import type { Stage } from './config';
import { DEFAULT_REGION, defaultFirst, isRegionKey, type RegionKey } from './manifest/regions';

/** One of the stacks of a stage. */
export interface StageStack {
  /** Its name. */
  readonly id: string;
  /** Forge's key of the region whose sites it serves. */
  readonly regionKey: RegionKey;
  /** The AWS region that it is in. */
  readonly region: string;
}

/**
 * The stacks of a stage, that of the default region first. That one has the same name whether or not there are others: a
 * stage can get more regions later, and keep its URL.
 *
 * @param name `name` in config.ts
 */
export const stacksOf = (name: string, stage: Stage): StageStack[] =>
  defaultFirst(regionsOf(stage)).flatMap(([key, region]) => {
    if (!isRegionKey(key)) return [];
    const id = key === DEFAULT_REGION ? `${name}-${stage.name}` : `${name}-${stage.name}-${key.toLowerCase()}`;
    return [{ id, regionKey: key, region }];
  });

/** AWS regions by Forge's keys. */
export const regionsOf = ({ region, regions }: Pick<Stage, 'region' | 'regions'>): Readonly<Record<string, string>> =>
  regions ?? { [DEFAULT_REGION]: region ?? '' };
