import type { Stage } from './config';
import { DEFAULT_REGION, defaultFirst, isRegionKey, type RegionKey } from './manifest/regions';

/** One of the stacks of a stage. */
export interface StageStack {
  /** The stack's name. */
  readonly id: string;
  /** Forge's key of the region whose sites it serves. */
  readonly regionKey: RegionKey;
  /** The stack's AWS region. */
  readonly region: string;
}

/**
 * The stacks of a stage, the default region's first. The name of that stack doesn't depend on the other regions, so a
 * stage can get more regions later and keep its URL.
 *
 * @param name `name` in config.ts
 */
export const stacksOf = (name: string, stage: Stage): StageStack[] =>
  defaultFirst(regionsOf(stage)).flatMap(([key, region]) => {
    if (!isRegionKey(key)) return [];
    const id = key === DEFAULT_REGION ? `${name}-${stage.name}` : `${name}-${stage.name}-${key.toLowerCase()}`;
    return [{ id, regionKey: key, region }];
  });

/** AWS regions by Forge's region keys. */
export const regionsOf = ({ region, regions }: Pick<Stage, 'region' | 'regions'>): Readonly<Record<string, string>> =>
  regions ?? { [DEFAULT_REGION]: region ?? '' };
