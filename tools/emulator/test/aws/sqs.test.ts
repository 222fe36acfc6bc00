import type { SQSClient } from '@aws-sdk/client-sqs';
import { type EmulatedAws, startAws } from '../../aws/server';
import { QueueUnderTest, sqsClient } from './queue-under-test';

const MINUTE_MS = 60_000;

let now: number;
let aws: EmulatedAws;
let client: SQSClient;
let queue: QueueUnderTest;

beforeEach(async () => {
  now = Date.UTC(2026, 7, 1);
  aws = await startAws({ clock: () => now });
  client = sqsClient(aws);
  queue = new QueueUnderTest(client, aws, 'jobs.fifo');
});

afterEach(async () => {
  client.destroy();
  await aws.stop();
});

test('a message arrives as sent, with its system attributes', async () => {
  const { MessageId, SequenceNumber } = await queue.send('a body: ü', 'group', 'once');
  now += 1000;
  const [message] = await queue.receive();
  expect(message).toMatchObject({
    MessageId,
    Body: 'a body: ü',
    Attributes: {
      ApproximateReceiveCount: '1',
      MessageGroupId: 'group',
      MessageDeduplicationId: 'once',
      SequenceNumber,
      SentTimestamp: String(now - 1000),
      ApproximateFirstReceiveTimestamp: String(now),
    },
  });
  expect(SequenceNumber).toMatch(/^\d{20}$/);
});

test('calls are recorded', async () => {
  await queue.send('one');
  expect(aws.calls).toEqual(['sqs.SendMessage']);
});

describe('order', () => {
  test('a batch has the messages of a group in order, and then those of the next group', async () => {
    for (const [body, group] of [
      ['a1', 'a'],
      ['b1', 'b'],
      ['a2', 'a'],
    ] as const)
      await queue.send(body, group);
    await expect(queue.bodies()).resolves.toEqual(['a1', 'a2', 'b1']);
  });

  test('a message in flight blocks its group, and no other', async () => {
    await queue.send('a1', 'a');
    await queue.send('a2', 'a');
    const [a1] = await queue.receive(1);
    await queue.send('b1', 'b');
    await expect(queue.bodies()).resolves.toEqual(['b1']);
    await queue.delete(a1);
    await expect(queue.bodies()).resolves.toEqual(['a2']);
  });

  test('after its visibility timeout, a message is received again, before later ones', async () => {
    await queue.send('a1');
    await queue.send('a2');
    await queue.receive(1);
    now += 30_000 - 1;
    await expect(queue.receive()).resolves.toEqual([]);
    now += 1;
    const again = await queue.receive();
    expect(again.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount])).toEqual([
      ['a1', '2'],
      ['a2', '1'],
    ]);
  });
});

describe('visibility', () => {
  test('a request may set a timeout', async () => {
    await queue.send('one');
    await queue.receive(1, 5);
    now += 5_000;
    await expect(queue.bodies()).resolves.toEqual(['one']);
  });

  test('a message can be returned at once, or kept longer', async () => {
    await queue.send('one');
    const [first] = await queue.receive();
    await queue.changeVisibility(first, 60);
    now += 59_999;
    await expect(queue.receive()).resolves.toEqual([]);
    await queue.changeVisibility(first, 0);
    await expect(queue.bodies()).resolves.toEqual(['one']);
  });

  test('a message that is not in flight by this receipt is MessageNotInflight', async () => {
    await queue.send('one');
    const [message] = await queue.receive();
    now += 30_000;
    const change = () => queue.changeVisibility(message, 10);
    await expect(change()).rejects.toMatchObject({ name: 'MessageNotInflight' });
    await queue.receive();
    await expect(change()).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });
});

describe('deletion', () => {
  test('after the visibility timeout the receipt handle has expired, and the message stays', async () => {
    await queue.send('one');
    const [message] = await queue.receive();
    now += 30_000;
    await expect(queue.delete(message)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('The receipt handle has expired'),
    });
    await expect(queue.bodies()).resolves.toEqual(['one']);
    // Received again, so the first receipt is no longer valid.
    await expect(queue.delete(message)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('deleting twice succeeds; deleting an unreceived message fails', async () => {
    await queue.send('one');
    const [message] = await queue.receive();
    await queue.delete(message);
    await queue.delete(message);
    await expect(queue.delete({ ReceiptHandle: 'nonsense' })).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    const other = new QueueUnderTest(client, aws, 'other.fifo');
    await expect(other.delete(message)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  test('a batch deletes what it can, and reports failures', async () => {
    await queue.send('one');
    const [message] = await queue.receive();
    const { Successful, Failed } = await queue.deleteAll([message ?? {}, { ReceiptHandle: 'nonsense' }]);
    expect(Successful).toEqual([{ Id: '0' }]);
    expect(Failed).toMatchObject([{ Id: '1', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }]);
    await expect(queue.attributes('ApproximateNumberOfMessagesNotVisible')).resolves.toEqual({
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  test('a batch has 1 to 10 entries, each with an id of its own', async () => {
    const entries = (count: number) => Array.from({ length: count }, () => ({ ReceiptHandle: 'x' }));
    await expect(queue.deleteAll([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(queue.deleteAll(entries(11))).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequest' });
    await expect(queue.deleteAll(entries(2), ['x', 'x'])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
  });
});

describe('deduplication', () => {
  test('within five minutes an id counts once, even after the message is deleted', async () => {
    const first = await queue.send('one', 'a', 'same');
    const [message] = await queue.receive();
    await queue.delete(message);
    now += 5 * MINUTE_MS - 1;
    const second = await queue.send('two', 'b', 'same');
    expect(second).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    await expect(queue.receive()).resolves.toEqual([]);
  });

  test('after five minutes it is a new message', async () => {
    await queue.send('one', 'a', 'same');
    now += 5 * MINUTE_MS;
    await queue.send('two', 'a', 'same');
    await expect(queue.bodies()).resolves.toEqual(['one', 'two']);
  });

  test('a queue may deduplicate within a group', async () => {
    const perGroup = new QueueUnderTest(client, aws, 'group.fifo', { deduplicationScope: 'messageGroup' });
    for (const group of ['a', 'b', 'b']) await perGroup.send(group, group, 'same');
    await expect(perGroup.bodies()).resolves.toEqual(['a', 'b']);
  });

  test('a queue may use the body as the id', async () => {
    const byContent = new QueueUnderTest(client, aws, 'content.fifo', { contentBasedDeduplication: true });
    for (const body of ['one', 'one', 'two']) {
      await byContent.sendAnyhow({ MessageBody: body, MessageGroupId: 'a' });
    }
    await expect(byContent.bodies()).resolves.toEqual(['one', 'two']);
  });
});

test('a standard queue needs no group, and blocks nothing', async () => {
  const standard = new QueueUnderTest(client, aws, 'standard', { fifo: false });
  await standard.sendAnyhow({ MessageBody: 'one' });
  await standard.sendAnyhow({ MessageBody: 'one' });
  await expect(standard.bodies(1)).resolves.toEqual(['one']);
  await expect(standard.bodies()).resolves.toEqual(['one']);
});

test('in a standard queue, the latest receipt deletes a message at any time, and an older one does nothing', async () => {
  const standard = new QueueUnderTest(client, aws, 'standard', { fifo: false });
  await standard.sendAnyhow({ MessageBody: 'one' });
  const [first] = await standard.receive();
  now += 30_000;
  const [second] = await standard.receive();
  now += 30_000;
  await standard.delete(first);
  expect(await standard.attributes('ApproximateNumberOfMessages')).toEqual({ ApproximateNumberOfMessages: '1' });
  await standard.delete(second);
  expect(await standard.attributes('ApproximateNumberOfMessages')).toEqual({ ApproximateNumberOfMessages: '0' });
});

test('a queue has its URL and attributes', async () => {
  await queue.send('one');
  await queue.send('two', 'b');
  await queue.receive(1);
  expect(queue.url).toBe(`${aws.url}/123456789012/jobs.fifo`);
  await expect(queue.urlOf('jobs.fifo')).resolves.toBe(queue.url);
  await expect(queue.attributes()).resolves.toEqual({});
  await expect(queue.attributes('All')).resolves.toEqual({
    QueueArn: 'arn:aws:sqs:us-east-1:123456789012:jobs.fifo',
    CreatedTimestamp: String(Date.UTC(2026, 7, 1) / 1000),
    VisibilityTimeout: '30',
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
    ApproximateNumberOfMessagesDelayed: '0',
    FifoQueue: 'true',
    ContentBasedDeduplication: 'false',
    DeduplicationScope: 'queue',
  });
});

describe('is refused:', () => {
  const MessageGroupId = 'a';
  const MessageDeduplicationId = 'once';

  test.each<[string, Parameters<QueueUnderTest['sendAnyhow']>[0], string, string]>([
    ['no group', { MessageDeduplicationId }, 'MissingParameter', 'MessageGroupId'],
    ['no deduplication id', { MessageGroupId }, 'InvalidParameterValue', 'ContentBasedDeduplication enabled'],
    ['no body', { MessageBody: '', MessageGroupId }, 'MissingParameter', 'MessageBody'],
    ['a group with a space', { MessageGroupId: 'a b', MessageDeduplicationId }, 'InvalidParameterValue', 'punctuation'],
    [
      'a long deduplication id',
      { MessageGroupId, MessageDeduplicationId: 'x'.repeat(129) },
      'InvalidParameterValue',
      '1 to 128',
    ],
    [
      'a delay of one message',
      { MessageGroupId, MessageDeduplicationId, DelaySeconds: 1 },
      'InvalidParameterValue',
      'not valid for this queue type',
    ],
    [
      'a body with a control character',
      { MessageGroupId, MessageDeduplicationId, MessageBody: 'a\u0001' },
      'InvalidMessageContents',
      'Invalid characters',
    ],
    [
      'attributes, which are not emulated',
      { MessageGroupId, MessageDeduplicationId, MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } },
      'NotEmulated',
      'put the data into the body',
    ],
  ])('%s', async (_what, input, name, message) => {
    await expect(queue.sendAnyhow(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    await expect(queue.receive()).resolves.toEqual([]);
  });

  test('a body of more than 1 MiB, which the error does not repeat', async () => {
    const largest = 'x'.repeat(1_048_576);
    await queue.send(largest);
    await expect(queue.send(`${largest}x`)).rejects.toThrow(/^(?!.*xxx).*it has 1048577/);
  });

  test('a deduplication id in a standard queue', async () => {
    const standard = new QueueUnderTest(client, aws, 'standard', { fifo: false });
    await expect(standard.send('one')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test.each([0, 11])('%i messages at a time', async (most) => {
    await expect(queue.receive(most)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('Must be between 1 and 10'),
    });
  });

  test('a queue that does not exist, with those that do', async () => {
    await expect(queue.urlOf('nobody.fifo')).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      message: expect.stringContaining('Queues are: jobs.fifo.'),
    });
  });

  test.each([
    ['jobs', true],
    ['jobs.fifo', false],
    ['a space.fifo', true],
  ])('the name %s for a queue with fifo %s', (name, fifo) => {
    expect(() => new QueueUnderTest(client, aws, name, { fifo })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue' }),
    );
  });
});
