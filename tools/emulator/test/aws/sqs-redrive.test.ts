import type { SQSClient } from '@aws-sdk/client-sqs';
import { type EmulatedAws, startAws } from '../../aws/server';
import { QueueUnderTest, sqsClient } from './queue-under-test';

const VISIBILITY_MS = 30_000;

let now: number;
let aws: EmulatedAws;
let client: SQSClient;
let deadLetters: QueueUnderTest;
let queue: QueueUnderTest;

beforeEach(async () => {
  now = Date.UTC(2026, 7, 1);
  aws = await startAws({ clock: () => now });
  client = sqsClient(aws);
  deadLetters = new QueueUnderTest(client, aws, 'dead.fifo');
  const redrive = { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 2 };
  queue = new QueueUnderTest(client, aws, 'jobs.fifo', { redrive });
});

afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** Receives everything, and lets the visibility timeout end, once for each allowed time. */
async function failTwice() {
  for (let time = 0; time < 2; time += 1) {
    await queue.receive();
    now += VISIBILITY_MS;
  }
}

test('a message that was received too often moves to the dead-letter queue, and its group continues', async () => {
  const { MessageId } = await queue.send('poison', 'a', 'once');
  await failTwice();
  await queue.send('after it', 'a');
  await expect(deadLetters.attributes('ApproximateNumberOfMessages')).resolves.toEqual({
    ApproximateNumberOfMessages: '0',
  });
  await expect(queue.bodies()).resolves.toEqual(['after it']);
  await expect(deadLetters.receive()).resolves.toMatchObject([
    {
      MessageId,
      Body: 'poison',
      Attributes: {
        MessageGroupId: 'a',
        MessageDeduplicationId: 'once',
        DeadLetterQueueSourceArn: queue.arn,
        ApproximateReceiveCount: '3',
      },
    },
  ]);
});

test('the redrive policy is an attribute', async () => {
  const { RedrivePolicy = '' } = (await queue.attributes('RedrivePolicy')) ?? {};
  expect(JSON.parse(RedrivePolicy)).toEqual({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 2 });
});

describe('a redrive', () => {
  beforeEach(async () => {
    await queue.send('poison 1', 'a', 'one');
    await queue.send('poison 2', 'a', 'two');
    await failTwice();
    await queue.receive();
  });

  test('moves messages back to their source queues, as new ones, in order', async () => {
    await expect(queue.redrive(deadLetters.arn)).resolves.toMatchObject({ TaskHandle: expect.any(String) });
    const back = await queue.receive();
    expect(back.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount])).toEqual([
      ['poison 1', '1'],
      ['poison 2', '1'],
    ]);
    await expect(deadLetters.receive()).resolves.toEqual([]);
  });

  test('moves messages to another queue on request', async () => {
    const other = new QueueUnderTest(client, aws, 'other.fifo');
    await queue.redrive(deadLetters.arn, other.arn);
    await expect(other.bodies()).resolves.toEqual(['poison 1', 'poison 2']);
  });

  test('leaves messages in flight, and those without a source queue', async () => {
    await deadLetters.receive(1);
    await deadLetters.send('sent straight there', 'b');
    await queue.redrive(deadLetters.arn);
    await expect(queue.receive()).resolves.toEqual([]);
    now += VISIBILITY_MS;
    await expect(deadLetters.bodies()).resolves.toEqual(['poison 1', 'poison 2', 'sent straight there']);
  });

  test('is refused for a queue that is no dead-letter queue, or does not exist', async () => {
    await expect(queue.redrive(queue.arn)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'Source queue must be configured as a Dead Letter Queue.',
    });
    await expect(queue.redrive(`${queue.arn}x`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(queue.redrive(deadLetters.arn, 'nowhere')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

test('a dead-letter queue must exist, and be of the same type', () => {
  const withDeadLetters = (deadLetterTargetArn: string) => () =>
    new QueueUnderTest(client, aws, 'more.fifo', { redrive: { deadLetterTargetArn, maxReceiveCount: 1 } });
  const standard = new QueueUnderTest(client, aws, 'standard', { fifo: false });
  expect(withDeadLetters('nowhere')).toThrow('Dead letter target does not exist');
  expect(withDeadLetters(standard.arn)).toThrow('must be same type of queue');
});
