import { Stack } from 'aws-cdk-lib';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Stage } from '../config/schema';
import type { Severity } from './add-alarms';
import { AlarmTopic } from './alarm-topic';

export interface NotificationsProps {
  readonly stage: Pick<Stage, 'alarmEmails' | 'alarmTopics' | 'slack'>;
  /** What the alarms are about, as senders of mails and channels are named: `Forge remote, stage prod`. */
  readonly displayName: string;
}

/** A topic for each severity, and whoever listens. A pager of your own can subscribe to the topic `Page` alone. */
export class Notifications extends Construct {
  readonly topics: Readonly<Record<Severity, readonly ITopic[]>>;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { displayName } = props;
    const { alarmEmails: emails, alarmTopics, slack } = props.stage;
    const page = new AlarmTopic(this, 'Page', { emails, displayName: `${displayName}: page` }).topic;
    const ticket = new AlarmTopic(this, 'Ticket', { emails, displayName: `${displayName}: ticket` }).topic;
    const existing = (severity: Severity): ITopic[] => {
      const arn = alarmTopics[severity];
      return arn === undefined ? [] : [Topic.fromTopicArn(this, `Existing-${severity}`, arn)];
    };
    this.topics = { page: [page, ...existing('page')], ticket: [ticket, ...existing('ticket')] };

    if (!slack) return;
    new SlackChannelConfiguration(this, 'Slack', {
      slackChannelConfigurationName: `${Stack.of(this).stackName}-alarms`,
      slackWorkspaceId: slack.workspaceId,
      slackChannelId: slack.channelId,
      notificationTopics: [page, ticket],
      // What somebody in the channel may ask AWS for, at the most: to look. Left out, it would be everything.
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess')],
    });
  }
}
