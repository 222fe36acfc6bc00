import type { AlarmType } from './alarms';
import { optionalText } from './properties';
import type { ResourceType } from './resource-type';

/** AWS::CloudWatch::Alarm and AWS::CloudWatch::CompositeAlarm. `Ref` is the name. */
export const alarm = (type: AlarmType): ResourceType => ({
  nameProperty: 'AlarmName',
  create({ name, properties }, { alarms }) {
    const arn = alarms.put({ name, type, description: optionalText(properties.AlarmDescription) });
    return { ref: name, attributes: { Arn: arn } };
  },
  update({ created }, { properties }, { alarms }) {
    alarms.put({ name: created.ref, type, description: optionalText(properties.AlarmDescription) });
    return created;
  },
  remove: ({ created }, { alarms }) => alarms.remove(created.ref),
});
