import { FORGE_ENVIRONMENTS } from '../../lambda/contract/routes';
import { STRATEGIES, type Stage } from '../../lib/config';
import { domainsOf } from '../project';

export type Strategy = Stage['slot']['strategy'];

/** What a local run changes in a stage. */
export interface LocalChanges {
  /** AWS regions by Forge's region keys. */
  readonly regions: NonNullable<Stage['regions']>;
  readonly strategy?: string | undefined;
  /** The only Forge environment to serve. */
  readonly environment?: string | undefined;
}

/**
 * A stage of config.ts as a local run deploys it: without what only a real account has (account number, permissions
 * boundary, bootstrap stack, Slack, domain). KMS keys stay, because the emulation checks the rights on them.
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
  const environments = FORGE_ENVIRONMENTS.filter((each) => each === environment);
  const chosen = STRATEGIES.find((each) => each === strategy) ?? slot.strategy;
  return {
    ...rest,
    regions,
    ...(environments.length > 0 && { environments }),
    slot: { ...slot, strategy: chosen },
    exposure: 'functionUrl',
  };
}

/** The differences that the developer should know, one line each. */
export function differences(stage: Stage): string[] {
  const domains = domainsOf(stage);
  return [
    ...(domains.length === 0
      ? []
      : [
          `config.ts has an HTTP API at ${domains.join(', ')}. Here, the receiver answers at a URL of this machine and gets the same events`,
        ]),
    ...(stage.worker === false ? ['config.ts has worker: false, so the slot is filled and no job runs'] : []),
  ];
}
