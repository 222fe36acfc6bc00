import { FORGE_ENVIRONMENTS } from '../../lambda/contract/routes';
import { STRATEGIES, type Stage } from '../../lib/config';
import { domainsOf } from '../project';

export type Strategy = Stage['slot']['strategy'];

/** What a local run has in place of the stage's own. */
export interface LocalChanges {
  /** AWS regions by Forge's keys. */
  readonly regions: NonNullable<Stage['regions']>;
  readonly strategy?: string | undefined;
  /** The only Forge environment that is served. */
  readonly environment?: string | undefined;
}

/**
 * A stage of config.ts as a local run deploys it: without what only a real account has (its number, its boundary, its
 * bootstrap stack, its chat, its domain), and otherwise as it is. Its keys stay: the emulation asks for the rights on them.
 */
export function localStage(stage: Stage, { regions, strategy, environment }: LocalChanges): Stage {
  const {
    account: _account,
    permissionsBoundary: _boundary,
    bootstrapQualifier: _qualifier,
    slack: _slack,
    region: _region,
    slot,
    ...rest
  } = stage;
  const served = FORGE_ENVIRONMENTS.filter((each) => each === environment);
  const known = STRATEGIES.find((each) => each === strategy) ?? slot.strategy;
  return {
    ...rest,
    regions,
    ...(served.length > 0 && { environments: served }),
    slot: { ...slot, strategy: known },
    exposure: 'functionUrl',
  };
}

/** What a person should know of the difference: a line for each. */
export function differences(stage: Stage): string[] {
  const domains = domainsOf(stage);
  return [
    ...(domains.length === 0
      ? []
      : [
          `config.ts has an HTTP API at ${domains.join(', ')}. Here the receiver answers at a URL of this machine, with the same events`,
        ]),
    ...(stage.worker === false
      ? ['config.ts has worker: false, so no job runs: the slot is filled, and that is all']
      : []),
  ];
}
