import { Match, type Template } from 'aws-cdk-lib/assertions';
import { WORKER_ENV } from '../../lambda/contract/background-settings';
import { SLOT_ENV } from '../../lambda/contract/settings';
import { TokenSlot } from '../../lib/token-slot';
import { Worker, type WorkerProps } from '../../lib/worker';
import { stageWith, WORKER_SETTINGS } from './support/fixtures';
import { onlyIdOf, templateOf } from './support/synth';

const workerTemplate = (settings: Partial<WorkerProps['settings']> = {}): Template =>
  templateOf((stack) => {
    const stage = stageWith();
    new Worker(stack, 'Worker', {
      settings: { ...WORKER_SETTINGS, ...settings },
      stage,
      slots: new TokenSlot(stack, 'Slot', { remoteKey: 'backend', stage }),
      remoteName: 'forge-remote-dev',
    });
  });

const template = workerTemplate();
const DAYS_14 = 14 * 24 * 3600;

/** The logical ids of the queue and of its dead letters. */
function queuesIn(inTemplate: Template): { queue: string; deadLetters: string } {
  const queues = Object.entries(inTemplate.findResources('AWS::SQS::Queue'));
  const withRedrive = queues.filter(([, { Properties }]) => 'RedrivePolicy' in Properties).map(([id]) => id);
  const others = queues.filter(([, { Properties }]) => !('RedrivePolicy' in Properties)).map(([id]) => id);
  expect([withRedrive.length, others.length]).toEqual([1, 1]);
  return { queue: String(withRedrive[0]), deadLetters: String(others[0]) };
}

describe('the queue', () => {
  const { queue, deadLetters } = queuesIn(template);

  test('is FIFO, encrypted, and leaves it to the sender to say what is a duplicate', () => {
    template.allResourcesProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      ContentBasedDeduplication: false,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      SqsManagedSseEnabled: true,
    });
  });

  test('leaves it to the worker to give a job up after three tries, and gives a message up after ten more, into dead letters that keep it for as long as SQS can', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] }, maxReceiveCount: 13 },
    });
    template.allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: DAYS_14 });
  });

  test('is reached by TLS only, and so are the dead letters', () => {
    for (const id of [queue, deadLetters]) {
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: id }],
        PolicyDocument: Match.exact({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: 'sqs:*',
              Resource: { 'Fn::GetAtt': [id, 'Arn'] },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        }),
      });
    }
  });

  test.each([
    [1, 1],
    [5, 3],
    [14, 10],
  ])('of a worker with %i minutes hides a message for six times that, and leaves it %i tries', (minutes, runs) => {
    const changed = workerTemplate({ timeoutMinutes: minutes, maxAttempts: runs });
    const hiddenSeconds = 6 * minutes * 60;
    changed.hasResourceProperties('AWS::Lambda::Function', { Timeout: minutes * 60 });
    changed.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: hiddenSeconds,
      RedrivePolicy: { maxReceiveCount: runs + 10 },
    });
    // Else SQS would throw it away before it is given up. The longest that it hides a message is 12 hours.
    expect(hiddenSeconds * (runs + 10)).toBeLessThan(DAYS_14);
    expect(hiddenSeconds).toBeLessThanOrEqual(12 * 3600);
  });
});

describe('the function', () => {
  test('runs for five minutes at the most, unless it is told otherwise', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 300,
    });
  });

  test('knows what its contract says, and nothing else', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: Match.exact({
        Variables: {
          [SLOT_ENV.secretArn]: { Ref: onlyIdOf(template, 'AWS::SecretsManager::Secret') },
          [WORKER_ENV.maxAttempts]: '3',
          [WORKER_ENV.deadLettersUrl]: { Ref: queuesIn(template).deadLetters },
          [WORKER_ENV.remoteName]: 'forge-remote-dev',
        },
      }),
    });
  });

  test('has a log of its own', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: onlyIdOf(template, 'AWS::Logs::LogGroup') } },
    });
  });
});

describe('the event source', () => {
  test('hands over one message at a time, and hears which one failed', () => {
    template.hasResourceProperties(
      'AWS::Lambda::EventSourceMapping',
      Match.exact({
        EventSourceArn: { 'Fn::GetAtt': [queuesIn(template).queue, 'Arn'] },
        FunctionName: { Ref: onlyIdOf(template, 'AWS::Lambda::Function') },
        BatchSize: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        // Half of what a new account may have.
        ScalingConfig: { MaximumConcurrency: 5 },
      }),
    );
  });

  test('runs as many jobs at once as was asked for', () => {
    workerTemplate({ concurrency: 2 }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });
});
