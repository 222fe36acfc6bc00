import type { SQSEvent } from 'aws-lambda';
import type { Queue } from '../../aws/queue';
import type { QueueStore } from '../../aws/queue-store';
import { createAccount, createServices } from '../../aws/services';
import { type EventSource, type EventSourceOptions, startEventSource } from '../../queue/event-source';
import { FIFO } from '../aws/queue-under-test';

const VISIBILITY_MS = 30_000;

let now: number;
let queues: QueueStore;
let queue: Queue;
let deadLetters: Queue;
let source: EventSource;
/** The bodies of each event, in the order in which they were handed over. */
let events: string[][];
let problems: string[];
let sent: number;

beforeEach(() => {
  now = Date.UTC(2026, 7, 1);
  ({ queues } = createServices({ clock: () => now }, 'us-east-1', createAccount({}), () => 'http://127.0.0.1:1'));
  deadLetters = queues.put('dead.fifo', FIFO);
  const redrive = { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 3 };
  queue = queues.put('jobs.fifo', { ...FIFO, redrive });
  events = [];
  problems = [];
  sent = 0;
});

afterEach(() => source.stop());

/** Sends `a1` to group `a`, and so on. */
function send(...bodies: string[]): void {
  for (const body of bodies) {
    queue.send({ body, groupId: body.slice(0, 1), deduplicationId: `${++sent}` });
  }
}

function start(invoke: (event: SQSEvent) => unknown, options: Partial<EventSourceOptions> = {}): void {
  source = startEventSource({
    aws: { queues },
    queueArn: queue.arn,
    onProblem: (problem) => problems.push(problem),
    ...options,
    invoke: async (event) => {
      events.push(event.Records.map(({ body }) => body));
      return await invoke(event);
    },
  });
}

/** Reports all messages with these bodies as failed. */
const failing =
  (...bodies: string[]) =>
  ({ Records }: SQSEvent) => ({
    batchItemFailures: Records.filter(({ body }) => bodies.includes(body)).map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  });

/** A function that runs until it is told to end. */
function controlled() {
  const ends: (() => void)[] = [];
  const begun: (() => void)[] = [];
  return {
    invoke: () =>
      new Promise<void>((resolve) => {
        ends.push(resolve);
        begun.shift()?.();
      }),
    end: (index: number) => ends[index]?.(),
    /** Settles when the function has been started so often. */
    async started(count: number) {
      while (ends.length < count) await new Promise<void>((resolve) => begun.push(resolve));
    },
  };
}

test('hands over what was sent in the shape that Lambda has, and deletes what succeeded', async () => {
  const seen: SQSEvent[] = [];
  start((event) => void seen.push(event));
  const { id, sequenceNumber } = queue.send({ body: 'body', groupId: 'group', deduplicationId: 'once' });
  await source.idle();
  expect(seen).toEqual([
    {
      Records: [
        {
          messageId: id,
          receiptHandle: expect.any(String),
          body: 'body',
          attributes: {
            ApproximateReceiveCount: '1',
            ApproximateFirstReceiveTimestamp: String(now),
            SenderId: expect.any(String),
            SentTimestamp: String(now),
            MessageGroupId: 'group',
            MessageDeduplicationId: 'once',
            SequenceNumber: sequenceNumber,
          },
          messageAttributes: {},
          md5OfBody: '841a2d689ad86bd1611447453c22c6fc',
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:jobs.fifo',
          awsRegion: 'us-east-1',
        },
      ],
    },
  ]);
  expect(queue.counts()).toEqual({ waiting: 0, inFlight: 0 });
});

test('an event may hold several groups, up to the batch size', async () => {
  start(() => undefined, { batchSize: 3 });
  send('a1', 'b1', 'c1', 'd1');
  await source.idle();
  expect(events).toEqual([['a1', 'b1', 'c1'], ['d1']]);
});

test('what is sent while an event is handled comes in the next one', async () => {
  start(() => events.length === 1 && send('a2'));
  send('a1');
  await source.idle();
  expect(events).toEqual([['a1'], ['a2']]);
});

describe('side by side', () => {
  test('groups are handled at once; messages of one group never are', async () => {
    const { invoke, started, end } = controlled();
    start(invoke, { batchSize: 1 });
    send('a1', 'a2', 'b1');
    await started(2);
    expect(events).toEqual([['a1'], ['b1']]);
    end(0);
    await started(3);
    expect(events).toEqual([['a1'], ['b1'], ['a2']]);
    end(1);
    end(2);
    await source.idle();
  });

  test('no more events are handled at once than allowed', async () => {
    const { invoke, started, end } = controlled();
    start(invoke, { batchSize: 1, maximumConcurrency: 2 });
    send('a1', 'b1', 'c1');
    await started(2);
    source.poll();
    expect(events).toEqual([['a1'], ['b1']]);
    end(1);
    await started(3);
    expect(events.at(-1)).toEqual(['c1']);
    end(0);
    end(2);
    await source.idle();
  });
});

describe('a failed message', () => {
  test('and its group return when the visibility timeout ends; what succeeded does not', async () => {
    let answer = failing('a2', 'a3');
    start((event) => answer(event));
    send('a1', 'a2', 'a3', 'b1');
    await source.idle();
    expect(queue.counts()).toEqual({ waiting: 0, inFlight: 2 });
    answer = failing();
    now += VISIBILITY_MS - 1;
    await source.idle();
    expect(events).toEqual([['a1', 'a2', 'a3', 'b1']]);
    now += 1;
    await source.idle();
    expect(events.at(-1)).toEqual(['a2', 'a3']);
    expect(queue.counts()).toEqual({ waiting: 0, inFlight: 0 });
    expect(problems).toEqual([]);
  });

  test('returns at once when asked to, and goes to the dead-letter queue in the end', async () => {
    start(failing('a1'), { returnAtOnce: true, batchSize: 1 });
    send('a1', 'a2', 'b1');
    await source.idle();
    expect(events.filter(([body]) => body === 'a1')).toHaveLength(3);
    expect(
      events
        .flat()
        .filter((body) => body !== 'a1')
        .sort(),
    ).toEqual(['a2', 'b1']);
    expect(events.findIndex(([body]) => body === 'a2')).toBeGreaterThan(events.map(([body]) => body).lastIndexOf('a1'));
    expect(deadLetters.receive(10).map(({ body }) => body)).toEqual(['a1']);
    expect(queue.counts()).toEqual({ waiting: 0, inFlight: 0 });
  });

  test('counts as succeeded when the mapping does not ask which ones failed', async () => {
    start(failing('a1'), { reportsBatchItemFailures: false });
    send('a1');
    await source.idle();
    expect(queue.counts()).toEqual({ waiting: 0, inFlight: 0 });
  });

  test('takes the later ones of its group along, and the function is blamed for not reporting them', async () => {
    start(failing('a1'));
    send('a1', 'a2');
    await source.idle();
    expect(queue.counts()).toEqual({ waiting: 0, inFlight: 2 });
    expect(problems).toEqual([expect.stringContaining('AWS would delete these messages')]);
  });
});

test('a function error returns the whole batch', async () => {
  start(() => {
    throw new Error('out of memory');
  });
  send('a1', 'b1');
  await source.idle();
  expect(queue.counts()).toEqual({ waiting: 0, inFlight: 2 });
  expect(problems).toEqual(['The function failed: out of memory. All 2 messages of the batch return.']);
});

test('a function that runs past the visibility timeout can delete nothing, and its message comes again', async () => {
  start(() => {
    if (events.length === 1) now += VISIBILITY_MS;
  });
  send('a1');
  await source.idle();
  expect(events).toEqual([['a1'], ['a1']]);
  expect(problems).toEqual([expect.stringContaining('The receipt handle has expired')]);
});

test('polls by itself for what becomes visible again', async () => {
  const { invoke, started, end } = controlled();
  start(invoke, { pollEveryMs: 1 });
  send('a1');
  queue.receive(1);
  // The poll that the message itself set off is over.
  await new Promise(setImmediate);
  now += VISIBILITY_MS;
  await started(1);
  end(0);
  await source.idle();
  expect(events).toEqual([['a1']]);
});

test('stops when told to, after what is being handled', async () => {
  const { invoke, started, end } = controlled();
  start(invoke, { batchSize: 1 });
  send('a1', 'a2');
  await started(1);
  let stopped = false;
  const stopping = source.stop().then(() => {
    stopped = true;
  });
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  end(0);
  await stopping;
  expect(events).toEqual([['a1']]);
  expect(queue.counts()).toEqual({ waiting: 1, inFlight: 0 });
});

test('a mapping that is off reads nothing', async () => {
  start(() => undefined, { enabled: false });
  send('a1');
  await source.idle();
  expect(events).toEqual([]);
});

test('without the right to read the queue nothing is read, until the right is there', async () => {
  let isGranted = false;
  start(() => undefined, { mayRead: () => isGranted });
  send('a1');
  await source.idle();
  expect(events).toEqual([]);
  isGranted = true;
  await source.idle();
  expect(events).toEqual([['a1']]);
});

test('a queue that does not exist is an error', () => {
  start(() => undefined);
  expect(() => startEventSource({ aws: { queues }, queueArn: 'nowhere', invoke: async () => undefined })).toThrow(
    'The specified queue does not exist: nowhere. Queues are: dead.fifo, jobs.fifo.',
  );
});
