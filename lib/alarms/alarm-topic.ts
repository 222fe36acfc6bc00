import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

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

    // Not encrypted at rest: CloudWatch can't publish with the key that is free (aws/sns), one of our own costs every
    // month, and what an alarm says is no secret.
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
