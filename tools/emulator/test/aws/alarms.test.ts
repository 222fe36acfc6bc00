import { CloudWatchClient, DescribeAlarmsCommand, type DescribeAlarmsCommandInput } from '@aws-sdk/client-cloudwatch';
import { LOCAL_CREDENTIALS } from '../../aws/account';
import { type EmulatedAws, startAws } from '../../aws/server';
import { StackUnderTest } from './stack-under-test';

let aws: EmulatedAws;
let client: CloudWatchClient;
let stack: StackUnderTest;
let nowMs = 1_800_000_000_000;

beforeAll(async () => {
  aws = await startAws({ clock: () => nowMs });
  client = new CloudWatchClient({ endpoint: aws.url, region: 'us-east-1', credentials: LOCAL_CREDENTIALS });
  stack = new StackUnderTest(aws);
  await stack.deploy(ALARMS);
});

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

const alarm = (type: string, name: string, AlarmDescription: string) => ({
  Type: `AWS::CloudWatch::${type}`,
  Properties: { AlarmName: name, AlarmDescription },
});

const ALARMS = {
  Errors: alarm('Alarm', 'errors', 'Something failed.'),
  Slow: alarm('Alarm', 'slow', 'It takes long.'),
  Page: alarm('CompositeAlarm', 'page', 'Wake somebody.'),
};

const describeAlarms = (input: DescribeAlarmsCommandInput = {}) => client.send(new DescribeAlarmsCommand(input));

const both: DescribeAlarmsCommandInput = { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] };

test('the alarms of a stack have no data at first', async () => {
  const { MetricAlarms, CompositeAlarms } = await describeAlarms(both);
  expect(MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['errors', 'slow']);
  expect(CompositeAlarms).toEqual([
    {
      AlarmName: 'page',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:page',
      AlarmDescription: 'Wake somebody.',
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      StateUpdatedTimestamp: new Date(nowMs),
    },
  ]);
});

test('as in AWS, composite alarms are only described on request', async () => {
  await expect(describeAlarms({ AlarmNames: ['page', 'slow'] })).resolves.toMatchObject({
    MetricAlarms: [{ AlarmName: 'slow' }],
    CompositeAlarms: [],
  });
});

test('a set state survives changes of the alarm', async () => {
  nowMs += 60_000;
  aws.alarms.setState('errors', 'ALARM', 'Threshold Crossed');
  await stack.deploy({ ...ALARMS, Errors: alarm('Alarm', 'errors', 'Something failed badly.') });
  await expect(describeAlarms({ AlarmNames: ['errors'] })).resolves.toMatchObject({
    MetricAlarms: [
      {
        AlarmDescription: 'Something failed badly.',
        StateValue: 'ALARM',
        StateReason: 'Threshold Crossed',
        StateUpdatedTimestamp: new Date(nowMs),
      },
    ],
  });
});

test('pages', async () => {
  const first = await describeAlarms({ ...both, MaxRecords: 2 });
  const second = await describeAlarms({ ...both, MaxRecords: 2, NextToken: first.NextToken });
  expect([first.MetricAlarms?.length, second.CompositeAlarms?.length, second.NextToken]).toEqual([2, 1, undefined]);
});

test('unsupported and invalid requests fail', async () => {
  await expect(describeAlarms({ StateValue: 'ALARM' })).rejects.toThrow('not emulated: DescribeAlarms by StateValue');
  const names = Array.from({ length: 101 }, (_, index) => `alarm-${index}`);
  await expect(describeAlarms({ AlarmNames: names })).rejects.toThrow('AlarmNames has 101 names; allowed: 100.');
  expect(() => aws.alarms.setState('nobody', 'OK', '')).toThrow('No alarm nobody. Alarms are: errors, slow, page.');
});

test('an alarm is deleted with its stack', async () => {
  await stack.delete();
  expect(aws.alarms.names()).toEqual([]);
});
