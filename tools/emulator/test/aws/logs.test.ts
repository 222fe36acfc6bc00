import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { LOCAL_CREDENTIALS } from '../../aws/account';
import { type EmulatedAws, startAws } from '../../aws/server';
import { StackUnderTest } from './stack-under-test';

let aws: EmulatedAws;
let client: CloudWatchLogsClient;
let nowMs: number;

beforeEach(async () => {
  nowMs = 1000;
  aws = await startAws({ clock: () => nowMs });
  client = new CloudWatchLogsClient({ endpoint: aws.url, region: 'us-east-1', credentials: LOCAL_CREDENTIALS });
});

afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** Writes a line a second. */
function write(...lines: string[]): void {
  for (const line of lines) {
    aws.logs.put('/receiver', line);
    nowMs += 1000;
  }
}

async function messages(query: Partial<FilterLogEventsCommandInput> = {}): Promise<(string | undefined)[]> {
  const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName: '/receiver', ...query }));
  return events.map(({ message }) => message);
}

test('lines come back with their times, oldest first', async () => {
  write('one', 'two');
  const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: '/receiver' }));
  expect(events).toMatchObject([
    { message: 'one', timestamp: 1000 },
    { message: 'two', timestamp: 2000 },
  ]);
});

test('newest first, and within a time range, on request', async () => {
  write('one', 'two', 'three');
  await expect(messages({ startFromHead: false })).resolves.toEqual(['three', 'two', 'one']);
  await expect(messages({ startTime: 2000 })).resolves.toEqual(['two', 'three']);
  await expect(messages({ startTime: 2000, endTime: 2500 })).resolves.toEqual(['two']);
});

test('a pattern finds the JSON lines with a field', async () => {
  write('{"reason":"route-unknown"}', '{"Reason":"other"}', 'reason', '{"message":"reason"}');
  await expect(messages({ filterPattern: '{ $.reason = "*" }' })).resolves.toEqual(['{"reason":"route-unknown"}']);
});

test('a pattern may have several conditions, with a star for any text', async () => {
  write(
    '{"trace":"1","installation":"ari:x/one"}',
    '{"trace":"1","installation":"ari:x/two"}',
    '{"trace":"1.","installation":"ari:x/one"}',
  );
  await expect(messages({ filterPattern: '{ $.trace = "1" && $.installation = "*/one" }' })).resolves.toEqual([
    '{"trace":"1","installation":"ari:x/one"}',
  ]);
  await expect(messages({ filterPattern: '{ $.trace = "1." }' })).resolves.toHaveLength(1);
});

test('a long log comes in pages', async () => {
  write(...Array.from({ length: 250 }, (_, index) => String(index)));
  const pages: number[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName: '/receiver' })) {
    pages.push(events.length);
  }
  expect(pages).toEqual([100, 100, 50]);
});

test('a group exists with its stack', async () => {
  const stack = new StackUnderTest(aws);
  await expect(messages()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await stack.deploy({ Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/receiver' } } });
  await expect(messages()).resolves.toEqual([]);
  await stack.delete();
  await expect(messages()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('another pattern is an error that says so', async () => {
  write('one');
  await expect(messages({ filterPattern: 'ERROR' })).rejects.toThrow('not emulated: The filter pattern ERROR');
});
