import { type EmulatedAws, startAws } from '../../aws/server';
import type { JsonObject, ResourceDeclaration } from '../../aws/template';
import { functionNamed, getAtt, StackUnderTest } from './stack-under-test';

let aws: EmulatedAws;
let stack: StackUnderTest;

beforeEach(async () => {
  aws = await startAws();
  stack = new StackUnderTest(aws);
  await stack.putCode();
});

afterEach(() => aws.stop());

const queue = (properties: JsonObject = {}): ResourceDeclaration => ({
  Type: 'AWS::SQS::Queue',
  Properties: { FifoQueue: true, ...properties },
});

const mapping = (properties: JsonObject = {}): ResourceDeclaration => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { EventSourceArn: getAtt('Jobs', 'Arn'), FunctionName: { Ref: 'Worker' }, ...properties },
});

test('a queue is created with its dead-letter queue, and the template can refer to it', async () => {
  const Jobs = queue({
    ContentBasedDeduplication: true,
    VisibilityTimeout: 90,
    RedrivePolicy: { deadLetterTargetArn: getAtt('Dead', 'Arn'), maxReceiveCount: 3 },
  });
  await stack.deploy(
    {
      Jobs,
      Dead: queue(),
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: { Queues: [{ Ref: 'Jobs' }], PolicyDocument: { Statement: [] } },
      },
    },
    {
      Url: { Value: { Ref: 'Jobs' } },
      Name: { Value: getAtt('Jobs', 'QueueName') },
      DeadArn: { Value: getAtt('Dead', 'Arn') },
    },
  );
  const { status, outputs } = await stack.describe();
  expect(status).toBe('CREATE_COMPLETE');
  expect(outputs.Name).toMatch(/^Tiny-Jobs-[0-9A-F]{12}\.fifo$/);
  expect(outputs.Url).toBe(`${aws.url}/123456789012/${outputs.Name}`);
  expect(aws.queues.get(outputs.Url ?? '').settings).toEqual({
    fifo: true,
    contentBasedDeduplication: true,
    deduplicationScope: 'queue',
    visibilityTimeoutSeconds: 90,
    redrive: { deadLetterTargetArn: outputs.DeadArn, maxReceiveCount: 3 },
  });
});

test('an update changes a queue and keeps its messages; a deletion removes it', async () => {
  await stack.deploy({ Jobs: queue({ QueueName: 'jobs.fifo' }) });
  aws.queues.get('jobs.fifo').send({ body: 'kept', groupId: 'a', deduplicationId: 'once' });
  await stack.deploy({ Jobs: queue({ QueueName: 'jobs.fifo', VisibilityTimeout: 60 }) });
  expect(aws.queues.get('jobs.fifo').settings.visibilityTimeoutSeconds).toBe(60);
  expect(aws.queues.get('jobs.fifo').counts()).toEqual({ waiting: 1, inFlight: 0 });
  await stack.delete();
  expect(aws.queues.all()).toEqual([]);
});

test('a mapping connects a function with a queue', async () => {
  const Worker = functionNamed('worker', { Properties: { Timeout: 30 } });
  const properties = {
    BatchSize: 5,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 2 },
  };
  const Jobs = queue({ QueueName: 'jobs.fifo' });
  await stack.deploy({ Mapping: mapping(properties), Jobs, Worker }, { Id: { Value: { Ref: 'Mapping' } } });
  expect((await stack.describe()).outputs.Id).toMatch(/^[0-9a-f]{8}-/);
  expect(aws.eventSourceMappings()).toEqual([
    {
      queueArn: 'arn:aws:sqs:us-east-1:123456789012:jobs.fifo',
      functionName: 'worker',
      batchSize: 5,
      enabled: true,
      reportsBatchItemFailures: true,
      maximumConcurrency: 2,
    },
  ]);

  await stack.deploy({ Mapping: mapping({ Enabled: false }), Jobs, Worker });
  expect(aws.eventSourceMappings()).toMatchObject([
    { batchSize: 10, enabled: false, reportsBatchItemFailures: false, maximumConcurrency: undefined },
  ]);
  await stack.deploy({ Jobs, Worker });
  expect(aws.eventSourceMappings()).toEqual([]);
});

test.each<[string, JsonObject, JsonObject, string]>([
  [
    'a visibility timeout shorter than the function may run',
    { VisibilityTimeout: 29 },
    {},
    'less than Function timeout',
  ],
  ['a batch larger than a FIFO queue gives', {}, { BatchSize: 11 }, 'BatchSize is 11; allowed: 1 to 10'],
  [
    'a concurrency below what Lambda allows',
    {},
    { ScalingConfig: { MaximumConcurrency: 1 } },
    'MaximumConcurrency is 1; allowed: 2 to 1000',
  ],
  ['a function that does not exist', {}, { FunctionName: 'nobody' }, 'Function not found: nobody'],
  [
    'a dead-letter queue that does not exist',
    { RedrivePolicy: { deadLetterTargetArn: 'x', maxReceiveCount: 1 } },
    {},
    'Dead letter target does not exist',
  ],
  ['a redrive without its count', { RedrivePolicy: { deadLetterTargetArn: 'x' } }, {}, 'maxReceiveCount of 1 to 1000'],
  ['a visibility timeout of more than 12 hours', { VisibilityTimeout: 43_201 }, {}, '0 to 43200 seconds'],
  [
    'deduplication by content without FIFO',
    { FifoQueue: false, ContentBasedDeduplication: true },
    {},
    'only with FifoQueue',
  ],
])('%s is refused', async (_what, queueProperties, mappingProperties, reason) => {
  const Worker = functionNamed('worker', { Properties: { Timeout: 30 } });
  await stack.deploy({ Jobs: queue(queueProperties), Worker, Mapping: mapping(mappingProperties) });
  expect((await stack.describe()).status).toBe('ROLLBACK_COMPLETE');
  expect((await stack.history()).reasons).toContain(reason);
  expect(aws.queues.all()).toEqual([]);
});

test('rules and schedules have ARNs', async () => {
  await stack.deploy(
    {
      Rule: { Type: 'AWS::Events::Rule', Properties: { Name: 'rule', ScheduleExpression: 'rate(5 minutes)' } },
      Schedule: { Type: 'AWS::Scheduler::Schedule', Properties: { Name: 'schedule' } },
    },
    { Rule: { Value: getAtt('Rule', 'Arn') }, Schedule: { Value: getAtt('Schedule', 'Arn') } },
  );
  expect((await stack.describe()).outputs).toEqual({
    Rule: 'arn:aws:events:us-east-1:123456789012:rule/rule',
    Schedule: 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/schedule',
  });
});
