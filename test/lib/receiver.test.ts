import type { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { FORGE_JWKS_URL, parseReceiverVariables, RECEIVER_ENV, SLOT_ENV } from '../../lambda/contract/settings';
import type { StageInput } from '../../lib/config';
import { JobQueue } from '../../lib/job-queue';
import { Receiver, type ReceiverProps } from '../../lib/receiver';
import { TokenSlot } from '../../lib/token-slot';
import { APP_ID, RECEIVER_PROPS, stageWith, WORKER_SETTINGS } from './support/fixtures';
import { onlyIdOf, templateOf } from './support/synth';

function addReceiver(stack: Stack, props?: Partial<ReceiverProps>): Receiver {
  return new Receiver(stack, 'Receiver', {
    ...RECEIVER_PROPS,
    slots: new TokenSlot(stack, 'Slot', { remoteKey: 'backend', stage: stageWith() }),
    ...props,
  });
}

/** The stage of {@link RECEIVER_PROPS} with these options more. */
const withOptions = (options: Partial<StageInput>) => ({
  stage: stageWith({ environments: ['DEVELOPMENT', 'STAGING'], ...options }),
});

const receiverTemplate = (props?: Partial<ReceiverProps>) => templateOf((stack) => addReceiver(stack, props));

/** The function's environment variables. */
function variablesOf(props: Partial<ReceiverProps>): Record<string, string> {
  const [lambda] = Object.values(receiverTemplate(props).findResources('AWS::Lambda::Function'));
  return lambda?.Properties.Environment.Variables;
}

describe('the function', () => {
  const template = receiverTemplate();

  test('runs on Node 24, arm64, and stops when Forge stops listening', () => {
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 5,
      MemorySize: 512,
    });
  });

  test('knows what its contract says, and nothing else', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: Match.exact({
        Variables: {
          [RECEIVER_ENV.appId]: APP_ID,
          [RECEIVER_ENV.environments]: 'DEVELOPMENT,STAGING',
          [RECEIVER_ENV.jwksUrl]: FORGE_JWKS_URL,
          [RECEIVER_ENV.trustKeysForHours]: '24',
          [RECEIVER_ENV.routes]: '{"/forge/token":{"kind":"scheduledTrigger","schedules":{"hourly":"hour"}}}',
          [SLOT_ENV.secretArn]: { Ref: onlyIdOf(template, 'AWS::SecretsManager::Secret') },
          [RECEIVER_ENV.app]: 'forge-remote',
          [RECEIVER_ENV.stage]: 'dev',
          [RECEIVER_ENV.remoteName]: 'forge-remote-dev',
        },
      }),
    });
  });

  test('more variables than Lambda takes are refused at synth, with what they grow by', () => {
    const foreignModules = Array.from({ length: 450 }, (_, index) => `module-${index}`);
    expect(() => receiverTemplate({ foreignModules })).toThrow(
      /environment variables take about 4\d{3} bytes; AWS Lambda allows 4096\. The largest are FORGE_FOREIGN_MODULES \(3\d{3}\) and /,
    );
    expect(() => receiverTemplate({ foreignModules: foreignModules.slice(0, 350) })).not.toThrow();
  });

  test.each([48, 1])('is told how long to trust keys: %i hours', (trustKeysForHours) => {
    expect(variablesOf(withOptions({ trustKeysForHours }))).toMatchObject({
      [RECEIVER_ENV.trustKeysForHours]: String(trustKeysForHours),
    });
  });

  test('knows of Isolated Clouds only where the stage serves some', () => {
    const isolatedCloud = {
      jwksUrlTemplate: 'https://{icLabel}.keys.example/jwks.json',
      apiHosts: ['api.isolated.example'],
    };
    const variables = variablesOf(withOptions({ isolatedCloud }));
    expect(JSON.parse(String(variables[RECEIVER_ENV.isolatedCloud]))).toEqual(isolatedCloud);
    expect(variablesOf({})).not.toHaveProperty(RECEIVER_ENV.isolatedCloud);
  });

  test('can read what it is told', () => {
    const isolatedCloud = { jwksUrlTemplate: 'https://keys.example/{icLabel}', apiHosts: ['api.isolated.example'] };
    const variables = variablesOf(withOptions({ isolatedCloud, trustKeysForHours: 36 }));
    const settings = parseReceiverVariables({ ...variables, [SLOT_ENV.secretArn]: 'the ARN, known once deployed' });
    expect(settings).toMatchObject({ isolatedCloud, trustKeysForHours: 36, appId: APP_ID });
  });

  test('logs JSON into a group of its own, which is kept for as long as was asked and goes with the stack', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: onlyIdOf(template, 'AWS::Logs::LogGroup') } },
    });
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: Match.exact({ RetentionInDays: 30 }),
      DeletionPolicy: 'Delete',
    });
  });

  test('has no reserved concurrency unless asked, since small accounts can reserve none', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.absent() });
    receiverTemplate(withOptions({ reservedConcurrency: 5 })).hasResourceProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: 5,
    });
  });
});

describe('its rights', () => {
  const template = receiverTemplate();

  test('are exactly: write its own log, write its slot', () => {
    template.resourceCountIs('AWS::IAM::Policy', 1);
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: onlyIdOf(template, 'AWS::IAM::Role') }],
      PolicyDocument: Match.exact({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: { 'Fn::GetAtt': [onlyIdOf(template, 'AWS::Logs::LogGroup'), 'Arn'] },
          },
          {
            Effect: 'Allow',
            Action: [
              'secretsmanager:DescribeSecret',
              'secretsmanager:PutSecretValue',
              'secretsmanager:UpdateSecretVersionStage',
            ],
            Resource: { Ref: onlyIdOf(template, 'AWS::SecretsManager::Secret') },
          },
        ],
      }),
    });
  });

  test('come from no managed or inline policy, and only Lambda can have them', () => {
    template.hasResource('AWS::IAM::Role', {
      Properties: Match.exact({
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
      }),
    });
  });
});

describe('its URL', () => {
  const template = receiverTemplate();
  const functionArn = { 'Fn::GetAtt': [onlyIdOf(template, 'AWS::Lambda::Function'), 'Arn'] };

  test('is open to Forge, which cannot sign for AWS, answers at once, and is not for browsers', () => {
    template.hasResourceProperties(
      'AWS::Lambda::Url',
      Match.exact({ AuthType: 'NONE', InvokeMode: 'BUFFERED', TargetFunctionArn: functionArn }),
    );
  });

  test('has both permissions that AWS asks for, and the function can be invoked in no other way', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
    expect(permissions.map(({ Properties }) => Properties)).toEqual([
      { Action: 'lambda:InvokeFunctionUrl', FunctionName: functionArn, Principal: '*', FunctionUrlAuthType: 'NONE' },
      { Action: 'lambda:InvokeFunction', FunctionName: functionArn, Principal: '*', InvokedViaFunctionUrl: true },
    ]);
  });

  test('has no slash at the end', () => {
    let baseUrl: unknown;
    const withUrl = templateOf((stack) => {
      baseUrl = stack.resolve(addReceiver(stack).baseUrl);
    });
    const url = { 'Fn::GetAtt': [onlyIdOf(withUrl, 'AWS::Lambda::Url'), 'FunctionUrl'] };
    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['/', url] }] });
    expect(baseUrl).toEqual({ 'Fn::Join': ['', [part(0), '//', part(2)]] });
  });
});

test('keys are not fetched in plain text from another machine', () => {
  expect(() => receiverTemplate({ jwksUrl: 'http://example.com/jwks.json' })).toThrow(/http:\/\/example\.com.*https:/);
  expect(() => receiverTemplate({ jwksUrl: 'http://127.0.0.1:8080/jwks.json' })).not.toThrow();
});

test('an API on this machine is called only where one is named, and on another machine never', () => {
  const withOrigin = (value: unknown) => ({ Environment: { Variables: { [RECEIVER_ENV.localApiOrigin]: value } } });
  receiverTemplate().hasResourceProperties('AWS::Lambda::Function', withOrigin(Match.absent()));
  const localApiOrigin = 'http://127.0.0.1:8080';
  receiverTemplate({ localApiOrigin }).hasResourceProperties('AWS::Lambda::Function', withOrigin(localApiOrigin));
  for (const refused of ['http://example.com:80', 'http://localhost:8080', 'https://127.0.0.1:8080']) {
    expect(() => receiverTemplate({ localApiOrigin: refused })).toThrow(
      `localApiOrigin of test/Receiver is ${refused}; allowed: http://127.0.0.1:<port>.`,
    );
  }
});

describe('with a queue', () => {
  const template = templateOf((stack) => {
    addReceiver(stack, {
      jobs: new JobQueue(stack, 'Jobs', { settings: WORKER_SETTINGS, stage: {} }),
    });
  });
  const queue = Object.keys(template.findResources('AWS::SQS::Queue')).find((id) => id.includes('Queue'));

  test('it knows where that is', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { [RECEIVER_ENV.queueUrl]: { Ref: queue } } },
    });
  });

  test('it may send to that queue, and do nothing else with any', () => {
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const statements: { Action: unknown }[] = policy?.Properties.PolicyDocument.Statement;
    expect(statements.filter(({ Action }) => JSON.stringify(Action).includes('sqs:'))).toEqual([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [queue, 'Arn'] } },
    ]);
  });
});
