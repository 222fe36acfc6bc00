import { isRecord } from '../../../../../lambda/record';
import { type AlarmRule, parseRule } from './alarm-rule';
import { type MetricAlarm, readMetricAlarm } from './metric-alarm';
import { type Properties, propertiesOf } from './template-value';

interface AlarmCommon {
  /** Its logical id. */
  readonly id: string;
  /** Whether somebody is told when it goes to ALARM. */
  readonly tells: boolean;
}

export interface SingleAlarm extends AlarmCommon {
  readonly metric: MetricAlarm;
}

export interface CompositeAlarm extends AlarmCommon {
  /** Logical ids of the alarms in its rule. */
  readonly alarms: readonly string[];
  /** By the states of those, which are asked for by their logical ids. */
  readonly holds: AlarmRule;
}

export interface Alarms {
  readonly single: readonly SingleAlarm[];
  /** Each after those in its rule. */
  readonly composite: readonly CompositeAlarm[];
}

const SINGLE = 'AWS::CloudWatch::Alarm';
const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';

/**
 * The alarms of a synthesized template, as JSON.
 *
 * @throws {Error} naming the alarm and the property that is not emulated, or the alarm that a rule doesn't find
 */
export function readAlarms(template: unknown): Alarms {
  const resources = propertiesOf('The template', template).object('Resources') ?? {};
  const found = Object.entries(resources)
    .filter(([, resource]) => isRecord(resource) && (resource.Type === SINGLE || resource.Type === COMPOSITE))
    .map(([id, resource]) => {
      const type = isRecord(resource) ? resource.Type : undefined;
      const properties = propertiesOf(id, isRecord(resource) ? resource.Properties : undefined);
      return { id, type, properties, name: properties.text('AlarmName') ?? id };
    });
  // A rule names an alarm by its name or by its ARN.
  const idOf = new Map(found.flatMap(({ id, name }) => [id, `${id}.Arn`, name].map((known) => [known, id] as const)));

  const single: SingleAlarm[] = [];
  const composite: CompositeAlarm[] = [];
  for (const { id, type, properties } of found) {
    const common = { id, tells: readActions(properties) };
    if (type === SINGLE) single.push({ ...common, metric: readMetricAlarm(id, properties) });
    else composite.push({ ...common, ...readRule(id, properties, idOf) });
    properties.done();
  }
  return { single, composite: inOrder(composite) };
}

function readActions(properties: Properties): boolean {
  properties.ignore('AlarmDescription', 'OKActions', 'InsufficientDataActions', 'Tags');
  const enabled = properties.flag('ActionsEnabled') ?? true;
  return properties.list('AlarmActions').length > 0 && enabled;
}

function readRule(id: string, properties: Properties, idOf: ReadonlyMap<string, string>) {
  const { holds, alarms } = parseRule(properties.text('AlarmRule') ?? '');
  const resolve = (name: string): string => {
    const known = idOf.get(name);
    if (known === undefined) throw new Error(`${id}: its rule names ${name}, which is no alarm of the template.`);
    return known;
  };
  const rule: AlarmRule = (stateOf) => holds((name) => stateOf(resolve(name)));
  return { alarms: alarms.map(resolve), holds: rule };
}

/** @throws {Error} when alarms refer to each other in a circle */
function inOrder(alarms: readonly CompositeAlarm[]): CompositeAlarm[] {
  const ordered: CompositeAlarm[] = [];
  let waiting = [...alarms];
  while (waiting.length > 0) {
    const ready = waiting.filter((alarm) => !alarm.alarms.some((id) => waiting.some((other) => other.id === id)));
    if (ready.length === 0) throw new Error(`Composite alarms in a circle: ${waiting.map(({ id }) => id).join(', ')}.`);
    ordered.push(...ready);
    waiting = waiting.filter((alarm) => !ready.includes(alarm));
  }
  return ordered;
}

/** One composite alarm, and the single alarms in its rule: what is to be replayed where only that one is asked about. */
export function alarmsBehind({ single, composite }: Alarms, is: (id: string) => boolean): Alarms {
  const chosen = composite.filter(({ id }) => is(id));
  const behind = new Set(chosen.flatMap(({ alarms }) => alarms));
  return { single: single.filter(({ id }) => behind.has(id)), composite: chosen };
}
