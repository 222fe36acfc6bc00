import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StageInput } from '../../../lib/config';
import { ForgeRemote } from '../../../lib/forge-remote';
import { remoteProps } from '../support/fixtures';
import { HTTP_API } from '../support/http-api';
import { templateOf } from '../support/synth';

const PAGER = 'arn:aws:sns:us-east-1:123456789012:pager';
const remoteTemplate = (options: Partial<StageInput> = {}) =>
  templateOf((stack) => new ForgeRemote(stack, 'Remote', remoteProps(options)));
/** With all alarms that there can be: those of an HTTP API come on top of the others. */
const template = remoteTemplate({ exposure: { httpApi: HTTP_API } });
const alarmsOf = (from: typeof template) => Object.entries(from.findResources('AWS::CloudWatch::Alarm'));
const alarms = alarmsOf(template);
const composites = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm')).map(
  ({ Properties }) => Properties,
);
const topicOf = (severity: string) =>
  Object.keys(template.findResources('AWS::SNS::Topic')).find((id) => id.includes(`Notifications${severity}`));

/** Logical ids of the alarms in a composite alarm's rule, and what stands between them. */
function childrenOf({ AlarmRule }: { AlarmRule: { 'Fn::Join': [string, unknown[]] } }) {
  const [, parts] = AlarmRule['Fn::Join'];
  const ids = parts.flatMap((part) =>
    typeof part === 'object' && part !== null && 'Fn::GetAtt' in part ? [(part as GetAtt)['Fn::GetAtt'][0]] : [],
  );
  return { ids, text: parts.filter((part) => typeof part === 'string').join('') };
}
interface GetAtt {
  'Fn::GetAtt': [string, string];
}

/** The construct's id, as the runbook names it: the logical id has the ids above it, and a hash. */
const nameOf = (logicalId: string) =>
  logicalId.replace(/^Remote(Api|Worker|Monitor)?Alarms/, '').replace(/[0-9A-F]{8}$/, '');

test('an alarm by itself tells nobody', () => {
  for (const [, { Properties }] of alarms) expect(Properties).not.toHaveProperty('AlarmActions');
});

test('each alarm is in exactly one severity, and any of them starts it', () => {
  const children = composites.map(childrenOf);
  expect(children.flatMap(({ ids }) => ids).sort()).toEqual(alarms.map(([id]) => id).sort());
  for (const { text, ids } of children) expect(text.match(/ OR /g) ?? []).toHaveLength(ids.length - 1);
});

test('what wakes somebody is few, and all of it is about tokens', () => {
  const page = composites.find(({ AlarmDescription }) => AlarmDescription.startsWith('Look now'));
  const ids = childrenOf(page as Parameters<typeof childrenOf>[0]).ids;
  expect(ids.map(nameOf).sort()).toEqual([
    'CallsFailing',
    'MonitorSilent',
    'ReceiverCrashing',
    'SlotUnavailable',
    'TokenRunningOut',
  ]);
});

test('each severity tells its own topic when it begins, and at no other time', () => {
  for (const [start, topic] of [
    ['Look now', 'Page'],
    ['Look today', 'Ticket'],
  ] as const) {
    const composite = composites.find(({ AlarmDescription }) => AlarmDescription.startsWith(start));
    expect(composite?.AlarmActions).toEqual([{ Ref: topicOf(topic) }]);
    expect(composite).not.toHaveProperty('OKActions');
    expect(composite).not.toHaveProperty('InsufficientDataActions');
  }
});

test('each description says what it means, likely causes and what to do first, in the length that CloudWatch allows', () => {
  for (const [id, { Properties }] of alarms) {
    expect(Properties.AlarmDescription).toMatch(
      new RegExp(`Likely.*First: .*Runbook: ${nameOf(id)}, in docs/runbook.md.$`),
    );
    expect(Properties.AlarmDescription.length).toBeLessThanOrEqual(1024);
  }
});

test('each has a row in the runbook, and none has one that is not there', () => {
  const page = readFileSync(path.join(__dirname, '../../../docs/runbook.md'), 'utf8');
  const [, runbook = ''] = page.split('\n## Runbook\n');
  const rows = [...(runbook.split('\n## ')[0] ?? '').matchAll(/^\| \*\*([A-Za-z]+)\*\*/gm)].map(([, name]) => name);
  expect(rows.sort()).toEqual(alarms.map(([id]) => nameOf(id)).sort());
});

test('with a Function URL there are all of them but those of the API', () => {
  const names = (of: typeof alarms) => of.map(([id]) => nameOf(id)).sort();
  const without = names(alarms).filter((name) => !['ApiErrors', 'ApiThrottles'].includes(name));
  expect(names(alarmsOf(remoteTemplate()))).toEqual(without);
  expect(alarms).toHaveLength(without.length + 2);
});

test('topics that exist already are told as well', () => {
  const { AlarmActions } = Object.values(
    remoteTemplate({ alarmTopics: { page: PAGER } }).findResources('AWS::CloudWatch::CompositeAlarm'),
  )
    .map(({ Properties }) => Properties)
    .find(({ AlarmDescription }) => AlarmDescription.startsWith('Look now'));
  expect(AlarmActions).toEqual([{ Ref: topicOf('Page') }, PAGER]);
});

test('a Slack channel gets both, and can ask AWS for nothing but a look', () => {
  const slack = remoteTemplate({ slack: { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' } });
  slack.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
    SlackWorkspaceId: 'T012ABCDEFG',
    SlackChannelId: 'C012ABCDEFG',
    ConfigurationName: 'test-alarms',
    SnsTopicArns: [{ Ref: topicOf('Page') }, { Ref: topicOf('Ticket') }],
    GuardrailPolicies: [
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/CloudWatchReadOnlyAccess']] },
    ],
  });
  template.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0);
});
