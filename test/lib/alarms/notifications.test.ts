import { Match } from 'aws-cdk-lib/assertions';
import { AlarmTopic } from '../../../lib/alarms/notifications';
import { onlyIdOf, templateOf } from '../support/synth';

const topicTemplate = (alarmEmails: string[]) =>
  templateOf(
    (stack) => new AlarmTopic(stack, 'Alarms', { stage: { alarmEmails }, displayName: 'Forge remote, stage dev' }),
  );

test('each address is subscribed', () => {
  const template = topicTemplate(['ops@example.com', 'dev@example.com']);
  template.resourceCountIs('AWS::SNS::Subscription', 2);
  for (const Endpoint of ['ops@example.com', 'dev@example.com']) {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint,
      TopicArn: { Ref: onlyIdOf(template, 'AWS::SNS::Topic') },
    });
  }
});

test('without addresses there is still a topic, to subscribe something else to', () => {
  const template = topicTemplate([]);
  template.resourceCountIs('AWS::SNS::Topic', 1);
  template.resourceCountIs('AWS::SNS::Subscription', 0);
});

test('alarms of this account may publish, and nothing may without TLS', () => {
  const template = topicTemplate([]);
  const Resource = { Ref: onlyIdOf(template, 'AWS::SNS::Topic') };
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: Match.exact({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AllowPublishThroughSSLOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          Sid: 'AllowAlarmsOfThisAccount',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource,
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    }),
  });
});

test('it is not encrypted with a key that CloudWatch cannot use', () => {
  topicTemplate([]).hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.absent() });
});
