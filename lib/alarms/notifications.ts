import { Stack } from 'aws-cdk-lib';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Severity } from './add-alarms';
import { AlarmTopic } from './alarm-topic';

/** A Slack channel. Its workspace has to be authorized once, in the console of Amazon Q Developer in chat applications. */
export interface SlackChannel {
  /** Such as `T012ABCDEFG`. */
  readonly workspaceId: string;
  /** Such as `C012ABCDEFG`. A private channel has to invite the app: `/invite @Amazon Q`. */
  readonly channelId: string;
}

/** Who is told of alarms. */
export interface NotificationOptions {
  /**
   * Addresses that get the alarms of both severities.
   *
   * @default []
   */
  readonly emails?: readonly string[];
  /**
   * ARNs of topics that exist already and are told as well: a pager's, for example. Their policies have to let
   * `cloudwatch.amazonaws.com` publish.
   *
   * @default - none
   */
  readonly existingTopics?: Readonly<Partial<Record<Severity, string>>>;
  /**
   * Gets the alarms of both severities, through Amazon Q Developer in chat applications.
   *
   * @default - no channel
   */
  readonly slack?: SlackChannel;
}

export interface NotificationsProps extends NotificationOptions {
  /** What the alarms are about, as senders of mails and channels are named: `Forge remote, stage prod`. */
  readonly displayName: string;
}

/** A topic for each severity, and whoever listens. A pager of your own can subscribe to the topic `Page` alone. */
export class Notifications extends Construct {
  readonly topics: Readonly<Record<Severity, readonly ITopic[]>>;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { emails = [], existingTopics = {}, slack, displayName } = props;
    const page = new AlarmTopic(this, 'Page', { emails, displayName: `${displayName}: page` }).topic;
    const ticket = new AlarmTopic(this, 'Ticket', { emails, displayName: `${displayName}: ticket` }).topic;
    const existing = (severity: Severity): ITopic[] => {
      const arn = existingTopics[severity];
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
