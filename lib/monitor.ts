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

/** Below the interval, so that runs don't overlap. 10,000 slots take seconds; the rest is a margin for throttling. */
const TIMEOUT = Duration.minutes(4);

/**
 * Secrets: half of the other functions' memory. Nobody waits for the monitor, and even 80,000 secrets, more than it can
 * list in time, need less than 256 MB. Tables are for larger fleets: 100,000 items take 230 MB.
 */
const MEMORY_SIZE_MB = { secretsmanager: 256, dynamodb: 512 } as const;

export interface MonitorProps extends Pick<BackendFunctionProps, 'description'> {
  readonly settings: MonitorOptions;
  readonly stage: LogSettings;
  /** The slots to monitor. */
  readonly slots: Slots;
  /** How often Forge delivers a token to each installation: the shortest interval in manifest.yml. */
  readonly tokenInterval: Duration;
  /**
   * Whether every trigger that delivers tokens has `filter.appIsLicensed`. A site without a licence then gets no more
   * tokens, by design.
   *
   * @default false
   */
  readonly licensedSitesOnly?: boolean;
  /**
   * The URL of Forge's key set, and where the monitor stores it.
   *
   * @default - it isn't stored
   */
  readonly keySet?: { readonly url: string; readonly kept: KeptKeySet };
  /** Value of the dimension `Remote` of the monitor's metrics. */
  readonly remoteName: string;
}

/**
 * The function that reads the metadata of all slots every 5 minutes, and reports how long their tokens are still valid.
 * It also stores Forge's key set, for outages of the key server.
 */
export class Monitor extends Construct {
  readonly function: IFunction;
  readonly logGroup: LogGroup;
  /** The function's memory, in megabytes. */
  readonly memorySizeMb: number;

  constructor(scope: Construct, id: string, props: MonitorProps) {
    super(scope, id);
    const { slots, keySet } = props;
    const { reapAfterDays: days = DEFAULT_KEEP_DAYS } = props.settings;
    // A table deletes expired items itself, and a single secret belongs to the stack.
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
    keySet?.kept.grantWrite(role);

    // A rule, because a schedule of EventBridge Scheduler would need its own role to call the function.
    new Rule(this, 'Schedule', {
      description: 'Runs the monitor, which checks the slots',
      schedule: Schedule.rate(Duration.minutes(MONITOR_INTERVAL_MINUTES)),
      targets: [new LambdaFunction(lambda)],
    });
  }
}
