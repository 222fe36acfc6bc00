import { regionalArn } from './account';
import { refuseMissingQueueRights } from './iam-functions';
import { asObject, optionalText, text } from './properties';
import { queueSettings } from './queue-settings';
import type { ResourceType } from './resource-type';
import { type JsonObject, templateError } from './template';

/** AWS::SQS::Queue. `Ref` is its URL. */
export const queue: ResourceType = {
  nameProperty: 'QueueName',
  create({ properties, name }, { queues }) {
    const settings = queueSettings(properties);
    const isNamed = properties.QueueName !== undefined;
    const created = queues.put(settings.fifo && !isNamed ? `${name}.fifo` : name, settings);
    const url = queues.url(created);
    return { ref: url, attributes: { Arn: created.arn, QueueName: created.name, QueueUrl: url } };
  },
  update({ created }, { properties, logicalId }, { queues }) {
    const { name, settings } = queues.get(created.ref);
    const changed = queueSettings(properties);
    if (changed.fifo !== settings.fifo) {
      throw templateError(`FifoQueue of ${logicalId} can't change: give the queue another logical id.`);
    }
    queues.put(name, changed);
    return created;
  },
  remove: ({ created }, { queues }) => queues.remove(queues.get(created.ref).name),
};

/** AWS::Lambda::EventSourceMapping for a queue. `Ref` is its UUID. */
export const eventSourceMapping: ResourceType = {
  create({ properties }, services) {
    const { eventSourceMappings, account, lambda } = services;
    const mapping = mappingOf(properties);
    refuseMissingQueueRights(lambda.get(mapping.functionName), mapping.queueArn, services);
    const id = eventSourceMappings.put(mapping);
    const arn = regionalArn(account, 'lambda', `event-source-mapping:${id}`);
    return { ref: id, attributes: { Id: id, EventSourceMappingArn: arn } };
  },
  update({ created }, { properties }, { eventSourceMappings }) {
    eventSourceMappings.put(mappingOf(properties), created.ref);
    return created;
  },
  remove: ({ created }, { eventSourceMappings }) => eventSourceMappings.remove(created.ref),
};

function mappingOf(properties: JsonObject) {
  const { MaximumConcurrency } = asObject(properties.ScalingConfig);
  const responseTypes = properties.FunctionResponseTypes;
  return {
    queueArn: text(properties, 'EventSourceArn'),
    functionName: text(properties, 'FunctionName').split(':').at(-1) ?? '',
    // Lambda's defaults are 10 and enabled.
    batchSize: Number(properties.BatchSize ?? 10),
    enabled: optionalText(properties.Enabled) !== 'false',
    reportsBatchItemFailures: Array.isArray(responseTypes) && responseTypes.includes('ReportBatchItemFailures'),
    maximumConcurrency: MaximumConcurrency === undefined ? undefined : Number(MaximumConcurrency),
  };
}
