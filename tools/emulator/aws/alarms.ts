import type { DescribeAlarmsInput } from '@aws-sdk/client-cloudwatch';
import { type Account, regionalArn } from './account';
import { AwsError, notEmulated } from './aws-error';
import type { JsonOperations } from './json-protocol';
import { page } from './paging';

/** The kind of an alarm: of a metric, or composite. */
export type AlarmType = 'MetricAlarm' | 'CompositeAlarm';
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** An alarm and its state. */
interface Alarm {
  readonly name: string;
  readonly type: AlarmType;
  readonly description: string | undefined;
  readonly state: AlarmState;
  readonly reason: string;
  readonly stateSinceMs: number;
}

/** Maximum of names in a request (CloudWatch's API reference of DescribeAlarms). */
const MOST_NAMES = 100;

const EMULATED: readonly string[] = ['AlarmNames', 'AlarmTypes', 'MaxRecords', 'NextToken'];

/** CloudWatch alarms. Nothing evaluates them: they have no data until {@link setState} is called. */
export class Alarms {
  readonly #account: Account;
  readonly #clock: () => number;
  readonly #byName = new Map<string, Alarm>();

  /** @param clock milliseconds since 1970 */
  constructor(account: Account, clock: () => number) {
    this.#account = account;
    this.#clock = clock;
  }

  readonly operations: JsonOperations = {
    DescribeAlarms: (request: DescribeAlarmsInput) => this.#describe(request),
  };

  /** Creates an alarm, or changes an existing one, which keeps its state. @returns its ARN */
  put({ name, type, description }: Pick<Alarm, 'name' | 'type' | 'description'>): string {
    const before = this.#byName.get(name);
    const state = before ?? {
      state: 'INSUFFICIENT_DATA' as const,
      // CloudWatch's wording.
      reason: 'Unchecked: Initial alarm creation',
      stateSinceMs: this.#clock(),
    };
    this.#byName.set(name, { ...state, name, type, description });
    return this.#arn(name);
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }

  names(): string[] {
    return [...this.#byName.keys()];
  }

  /** @throws {AwsError} ResourceNotFound, listing the existing alarms */
  setState(name: string, state: AlarmState, reason: string): void {
    const alarm = this.#byName.get(name);
    if (!alarm)
      throw new AwsError('ResourceNotFound', `No alarm ${name}. Alarms are: ${this.names().join(', ')}.`, 404);
    this.#byName.set(name, { ...alarm, state, reason, stateSinceMs: this.#clock() });
  }

  #describe(request: DescribeAlarmsInput) {
    const unknown = Object.keys(request).find((parameter) => !EMULATED.includes(parameter));
    if (unknown !== undefined) throw notEmulated(`DescribeAlarms by ${unknown}`, EMULATED);
    // A request that doesn't ask for composite alarms gets none, even by name (AWS's API reference).
    const { AlarmNames, AlarmTypes = ['MetricAlarm'], MaxRecords, NextToken } = request;
    if (AlarmNames && AlarmNames.length > MOST_NAMES) {
      throw new AwsError('ValidationError', `AlarmNames has ${AlarmNames.length} names; allowed: ${MOST_NAMES}.`);
    }
    const wanted = [...this.#byName.values()].filter(
      ({ name, type }) => AlarmTypes.includes(type) && (AlarmNames?.includes(name) ?? true),
    );
    const { items, nextToken } = page(wanted, { MaxResults: MaxRecords, NextToken });
    const ofType = (type: AlarmType) => items.filter((alarm) => alarm.type === type).map((alarm) => this.#show(alarm));
    return {
      MetricAlarms: ofType('MetricAlarm'),
      CompositeAlarms: ofType('CompositeAlarm'),
      NextToken: nextToken,
    };
  }

  #show({ name, description, state, reason, stateSinceMs }: Alarm) {
    return {
      AlarmName: name,
      AlarmArn: this.#arn(name),
      AlarmDescription: description,
      StateValue: state,
      StateReason: reason,
      StateUpdatedTimestamp: stateSinceMs / 1000,
    };
  }

  #arn(name: string): string {
    return regionalArn(this.#account, 'cloudwatch', `alarm:${name}`);
  }
}
