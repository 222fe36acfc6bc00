import { Stack } from 'aws-cdk-lib';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Severity } from './add-alarms';

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

export interface AlarmTopicProps {
  /** Addresses that get the alarms. Each has to confirm a mail from AWS first. */
  readonly emails: readonly string[];
  /** Sender's name in the mails, up to 100 characters. */
  readonly displayName: string;
}

/** Where alarms go. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);

    // Not encrypted at rest: CloudWatch can't publish with the key that is free (aws/sns), a key of our own costs money
    // every month, and an alarm's text is no secret.
    this.topic = new Topic(this, 'Topic', { displayName: props.displayName, enforceSSL: true });

    // Enforcing TLS replaces SNS's default policy, which is the one that lets the account's alarms publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );

    for (const email of props.emails) {
      this.topic.addSubscription(new EmailSubscription(email));
    }
  }
}
