import { Stack } from 'aws-cdk-lib';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { RegionalStage } from '../config/schema';
import { kmsKey } from '../kms-key';
import type { Severity } from './add-alarms';

export interface NotificationsProps {
  readonly stage: Pick<RegionalStage, 'alarmEmails' | 'alarmTopics' | 'slack' | 'messageKmsKeyArn'>;
  /** Sender's name in mails and channels, such as `Forge remote, stage prod`. */
  readonly displayName: string;
}

/** One topic per severity, with its subscribers. Your own pager can subscribe to the topic `Page` only. */
export class Notifications extends Construct {
  readonly topics: Readonly<Record<Severity, readonly ITopic[]>>;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { stage, displayName } = props;
    const { alarmTopics, slack, messageKmsKeyArn } = stage;
    const key = kmsKey(this, 'Key', messageKmsKeyArn);
    const page = new AlarmTopic(this, 'Page', { stage, key, displayName: `${displayName}: page` }).topic;
    const ticket = new AlarmTopic(this, 'Ticket', { stage, key, displayName: `${displayName}: ticket` }).topic;
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
      // Members of the channel may only read. Without a guardrail policy they could do everything.
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess')],
    });
  }
}

export interface AlarmTopicProps {
  readonly stage: Pick<RegionalStage, 'alarmEmails'>;
  /** Encrypts the messages. @default - not encrypted */
  readonly key?: IKey | undefined;
  /** Sender's name in the mails, up to 100 characters. */
  readonly displayName: string;
}

/** A topic that the account's alarms may publish to, with its mail subscriptions. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);

    // Not encrypted at rest without a key: CloudWatch can't publish with the free key (aws/sns), and an alarm's text is
    // no secret.
    this.topic = new Topic(this, 'Topic', {
      displayName: props.displayName,
      enforceSSL: true,
      ...(props.key && { masterKey: props.key }),
    });

    // enforceSSL replaces SNS's default policy, which would let the account's alarms publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );

    for (const email of props.stage.alarmEmails) {
      this.topic.addSubscription(new EmailSubscription(email));
    }
  }
}
