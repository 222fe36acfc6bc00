import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { monitorVariables } from '../lambda/contract/background-settings';
import { MONITOR_INTERVAL_MINUTES } from '../lambda/contract/freshness';
import { DEFAULT_KEEP_DAYS, slotServiceOf } from '../lambda/contract/slot';
import { addFunction, type BackendFunctionProps } from './backend-function';
import type { MonitorOptions } from './config';
import type { KeptKeySet } from './kept-key-set';
import type { LogSettings } from './log-group';
import type { Slots } from './slots';

/** Below the interval, so that two runs don't overlap. 10,000 slots take seconds; the rest is for throttling. */
const TIMEOUT = Duration.minutes(4);

/**
 * For secrets, half of what the other functions have: nobody waits for the monitor, and 80,000 secrets, more than it can
 * list in its time, need less than 256 MB. A table is for fleets that are larger: 100,000 items take 230 MB.
 */
const MEMORY_SIZE_MB = { secretsmanager: 256, dynamodb: 512 } as const;

export interface MonitorProps extends Pick<BackendFunctionProps, 'description'> {
  readonly settings: MonitorOptions;
  readonly stage: LogSettings;
  /** The slots that are watched. */
  readonly slots: Slots;
  /** How often Forge delivers a token to each installation: the shortest interval in manifest.yml. */
  readonly tokenInterval: Duration;
  /**
   * Whether every trigger that delivers tokens has `filter.appIsLicensed`: then a site whose licence ends gets no more
   * tokens, by design.
   *
   * @default false
   */
  readonly licensedSitesOnly?: boolean;
  /**
   * Where Forge's key set comes from, and where the monitor keeps it.
   *
   * @default - it isn't kept
   */
  readonly keySet?: { readonly url: string; readonly kept: KeptKeySet };
  /** Value of the dimension `Remote` of the monitor's metrics. */
  readonly remoteName: string;
}

/**
 * The function that looks at all slots every 5 minutes, by their metadata, and measures how long their tokens last. It
 * also keeps Forge's key set for an outage of the key server.
 */
export class Monitor extends Construct {
  readonly function: IFunction;
  readonly logGroup: LogGroup;
  /** Of the function, in megabytes. */
  readonly memorySizeMb: number;

  constructor(scope: Construct, id: string, props: MonitorProps) {
    super(scope, id);
    const { slots, keySet } = props;
    const { reapAfterDays: days = DEFAULT_KEEP_DAYS } = props.settings;
    // A table deletes by itself, and the one secret belongs to the stack.
    const reapAfterDays = 'prefix' in slots.location && days;

    const service = slotServiceOf(slots.location);
    this.memorySizeMb = MEMORY_SIZE_MB[service];
    const {
      function: lambda,
      role,
      logGroup,
    } = addFunction(this, {
      folder: 'monitor',
      service,
      timeout: TIMEOUT,
      memorySizeMb: this.memorySizeMb,
      environment: monitorVariables({
        slots: slots.location,
        delivery: {
          intervalMinutes: props.tokenInterval.toMinutes(),
          licensedOnly: props.licensedSitesOnly ?? false,
        },
        ...(keySet && { keySet: { url: keySet.url, parameterName: keySet.kept.location.parameterName } }),
        ...(reapAfterDays !== false && { reapAfterDays }),
        remoteName: props.remoteName,
      }),
      log: props.stage,
      ...(props.description !== undefined && { description: props.description }),
    });
    this.function = lambda;
    this.logGroup = logGroup;
    slots.grantList(role);
    if (reapAfterDays !== false) slots.grantDeleteExpired(role);
    keySet?.kept.grantKeep(role);

    // A rule, not a schedule of EventBridge Scheduler: that one would need a role of its own to call the function.
    new Rule(this, 'Schedule', {
      description: 'Runs the monitor, which looks at the slots',
      schedule: Schedule.rate(Duration.minutes(MONITOR_INTERVAL_MINUTES)),
      targets: [new LambdaFunction(lambda)],
    });
  }
}
