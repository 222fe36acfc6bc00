import { isRecord } from '../../../../../lambda/values';
import { type MetricAlarm, readMetricAlarm } from './metric-alarm';
import { propertiesOf, textOf } from './template-value';

export interface Alarm {
  /** Its logical id. */
  readonly id: string;
  /** Whom it tells when it goes to ALARM: topics, by their logical ids or ARNs. */
  readonly tells: readonly string[];
  readonly metric: MetricAlarm;
}

/**
 * The alarms of a synthesized template, as JSON.
 *
 * @throws {Error} naming the alarm and the property that is not emulated, or a composite alarm, of which none is
 */
export function readAlarms(template: unknown): readonly Alarm[] {
  const resources = propertiesOf('The template', template).object('Resources') ?? {};
  return Object.entries(resources).flatMap(([id, resource]) => {
    const { Type, Properties } = isRecord(resource) ? resource : {};
    if (Type === 'AWS::CloudWatch::CompositeAlarm') throw new Error(`${id}: composite alarms are not emulated.`);
    return Type === 'AWS::CloudWatch::Alarm' ? [readAlarm(id, Properties)] : [];
  });
}

function readAlarm(id: string, value: unknown): Alarm {
  const properties = propertiesOf(id, value);
  properties.ignore('AlarmName', 'AlarmDescription', 'OKActions', 'InsufficientDataActions', 'Tags');
  const topics = properties.list('AlarmActions').map(textOf);
  const tells = (properties.flag('ActionsEnabled') ?? true) ? topics : [];
  const alarm = { id, tells, metric: readMetricAlarm(id, properties) };
  properties.done();
  return alarm;
}
