import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { SWEEP_INTERVAL_MINUTES } from '../lambda/contract/freshness';
import { monitorVariables } from '../lambda/contract/monitor-settings';
import { slotServiceOf } from '../lambda/contract/slot-location';
import { addFunction } from './backend-function';
import type { Stage } from './config';
import type { Slots } from './slots';

/** Below the interval, so that two sweeps don't overlap. 10,000 slots take seconds; the rest is for throttling. */
const TIMEOUT = Duration.minutes(4);

/**
 * For secrets, half of what the other functions have: nobody waits for a sweep, and 80,000 secrets, more than a sweep can
 * list in its time, need less than 256 MB. A table is for fleets that are larger: 100,000 items take 230 MB.
 */
const MEMORY_SIZE_MB = { secretsmanager: 256, dynamodb: 512 } as const;

export interface MonitorProps {
  /** `monitor` of the stage in config.ts. */
  readonly settings: Exclude<Stage['monitor'], false>;
  readonly stage: Pick<Stage, 'logRetentionDays'>;
  /** The slots that are watched. */
  readonly slots: Slots;
  /** How often Forge delivers a token to each installation. */
  readonly tokenInterval: Duration;
  /** Value of the dimension `Remote` of the monitor's metrics. */
  readonly remoteName: string;
  /**
   * What the function is for, as Lambda's console shows it.
   *
   * @default - none
   */
  readonly description?: string;
}

/** The function that looks at all slots every 5 minutes, by their metadata, and measures how long their tokens last. */
export class Monitor extends Construct {
  readonly function: IFunction;
  readonly logGroup: LogGroup;
  /** Of the function, in megabytes. */
  readonly memorySizeMb: number;

  constructor(scope: Construct, id: string, props: MonitorProps) {
    super(scope, id);
    const { slots } = props;
    // A table deletes by itself, and the one secret belongs to the stack.
    const reapAfterDays = 'prefix' in slots.location ? props.settings.reapAfterDays : undefined;

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
        intervalMinutes: props.tokenInterval.toMinutes(),
        ...(reapAfterDays !== undefined && { reapAfterDays }),
        remoteName: props.remoteName,
      }),
      logRetention: props.stage.logRetentionDays,
      ...(props.description !== undefined && { description: props.description }),
    });
    this.function = lambda;
    this.logGroup = logGroup;
    slots.grantSurvey(role);
    if (reapAfterDays !== undefined) slots.grantReap(role);

    // A rule, not a schedule of EventBridge Scheduler: that one would need a role of its own to call the function.
    new Rule(this, 'Schedule', {
      description: 'Has the monitor look at the slots',
      schedule: Schedule.rate(Duration.minutes(SWEEP_INTERVAL_MINUTES)),
      targets: [new LambdaFunction(lambda)],
    });
  }
}
