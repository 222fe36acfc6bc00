import type { StageInput } from '../../../lib/config';
import { ForgeRemote } from '../../../lib/forge-remote';
import { remoteProps } from '../support/fixtures';
import { HTTP_API } from '../support/http-api';
import { onceForEach, templateOf } from '../support/synth';

const PAGER = 'arn:aws:sns:us-east-1:123456789012:pager';
const remoteTemplate = onceForEach((options: Partial<StageInput> = {}) =>
  templateOf((stack) => new ForgeRemote(stack, 'Remote', remoteProps(options))),
);
type Template = ReturnType<typeof remoteTemplate>;

/** All alarms that there can be, of two stages: those of one slot, and those of several behind an HTTP API. */
const single = remoteTemplate();
const several = remoteTemplate({ slot: { strategy: 'perInstallation' }, exposure: { httpApi: HTTP_API } });
const alarmsOf = (template: Template) => Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
const alarms = [...alarmsOf(single), ...alarmsOf(several)];
const topicOf = (template: Template, severity: string) =>
  Object.keys(template.findResources('AWS::SNS::Topic')).find((id) => id.includes(`Notifications${severity}`));

/** The construct's id, as the runbook names it: the logical id has the ids above it, and a hash. */
const nameOf = (logicalId: string) =>
  logicalId.replace(/^Remote(Api|Worker|Monitor)?Alarms/, '').replace(/[0-9A-F]{8}$/, '');
const namesOf = (template: Template, severity: string) =>
  alarmsOf(template)
    .filter(([, { Properties }]) => Properties.AlarmActions[0].Ref === topicOf(template, severity))
    .map(([id]) => nameOf(id))
    .sort();

test('each alarm tells the topic of its severity when it begins, and at no other time', () => {
  for (const template of [single, several]) {
    const topics = ['Page', 'Ticket'].map((severity) => [{ Ref: topicOf(template, severity) }]);
    for (const [, { Properties }] of alarmsOf(template)) {
      expect(topics).toContainEqual(Properties.AlarmActions);
      expect(Properties).not.toHaveProperty('OKActions');
      expect(Properties).not.toHaveProperty('InsufficientDataActions');
    }
    expect([...namesOf(template, 'Page'), ...namesOf(template, 'Ticket')]).toHaveLength(alarmsOf(template).length);
  }
});

test('no alarm stands before others: one that is on keeps none from being told', () => {
  single.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
});

test('what wakes somebody is few, and all of it is about tokens', () => {
  const pages = [
    'CallsFailing',
    'MonitorSilent',
    'NothingAccepted',
    'ReceiverCrashing',
    'SlotUnavailable',
    'TokenRunningOut',
  ];
  expect(namesOf(single, 'Page')).toEqual(pages);
  expect(namesOf(several, 'Page')).toEqual([...pages, 'SeveralRunningOut'].sort());
});

test('what a stranger can move wakes nobody by itself', () => {
  const MADE_BY_ANYBODY = ['Refused', 'Unproven', 'Throttles', 'Duration'];
  for (const [id, { Properties }] of alarms) {
    if (!JSON.stringify(Properties.AlarmActions).includes('NotificationsPage')) continue;
    const metrics = (Properties.Metrics ?? [])
      .flatMap(({ MetricStat }: { MetricStat?: { Metric: object } }) => MetricStat?.Metric ?? [])
      .concat(Properties.MetricName ? [Properties] : []);
    const byAnybody = metrics.filter(({ MetricName }: { MetricName: string }) => MADE_BY_ANYBODY.includes(MetricName));
    if (nameOf(id) === 'SlotUnavailable') {
      // Only after the signature held.
      expect(JSON.stringify(byAnybody)).toContain('"slot-unavailable"');
    } else if (nameOf(id) === 'NothingAccepted') {
      expect(Properties.Metrics[0].Expression).toContain('accepted == 0 AND');
      expect(Properties.Metrics[0].Expression).toContain('AND life > 0');
    } else {
      expect(byAnybody).toEqual([]);
    }
  }
});

test('each text says what it means, likely causes, what to do first and where the runbook explains it, in 1,024 characters', () => {
  for (const [id, { Properties }] of alarms) {
    expect(Properties.AlarmDescription).toMatch(
      new RegExp(`Likely.*First: .* Runbook: docs/runbook\\.md#${nameOf(id).toLowerCase()}$`),
    );
    expect(Properties.AlarmDescription.length).toBeLessThanOrEqual(1024);
  }
});

test('with a Function URL there are all of them but those of the API', () => {
  const withUrl = alarmsOf(remoteTemplate({ slot: { strategy: 'perInstallation' } })).map(([id]) => nameOf(id));
  const withApi = alarmsOf(several).map(([id]) => nameOf(id));
  expect(withApi.filter((name) => !withUrl.includes(name)).sort()).toEqual(['ApiErrors', 'ApiThrottles']);
});

test('topics that exist already are told as well', () => {
  const template = remoteTemplate({ alarmTopics: { page: PAGER } });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmActions: [{ Ref: topicOf(template, 'Page') }, PAGER],
  });
});

test('a Slack channel gets both, and can ask AWS for nothing but a look', () => {
  const slack = remoteTemplate({ slack: { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' } });
  slack.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
    SlackWorkspaceId: 'T012ABCDEFG',
    SlackChannelId: 'C012ABCDEFG',
    ConfigurationName: 'test-alarms',
    SnsTopicArns: [{ Ref: topicOf(slack, 'Page') }, { Ref: topicOf(slack, 'Ticket') }],
    GuardrailPolicies: [
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/CloudWatchReadOnlyAccess']] },
    ],
  });
  single.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0);
});
