import { Match, Template } from 'aws-cdk-lib/assertions';
import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { shortKey } from '../../lambda/contract/routes';
import { type ConfigInput, parseConfig, type StageInput } from '../../lib/config';
import type { Manifest } from '../../lib/manifest/model';
import { RemoteStack, type RemoteStackProps } from '../../lib/remote-stack';
import { DASHBOARD_URL_OUTPUT, DNS_RECORD_OUTPUT, KEPT_FUNCTION_URL_OUTPUT, OUTPUTS } from '../../lib/stack-outputs';
import { stacksOf } from '../../lib/stage-stacks';
import { differences } from './support/differences';
import { APP_ID, DEV_STAGE, MANIFEST } from './support/fixtures';
import { HOSTED_ZONE, HTTP_API } from './support/http-api';
import { onceForEach, testApp, withoutAssetHashes } from './support/synth';

type Local = Pick<RemoteStackProps, 'jwksUrl' | 'localApiOrigin' | 'jobEvents'>;

function remoteStack(changes: { stage?: Partial<StageInput>; manifest?: Partial<Manifest> } & Local = {}) {
  const { stage: stageChanges, manifest, ...local } = changes;
  const config: ConfigInput = { stages: [{ ...DEV_STAGE, ...stageChanges }] };
  const [stage] = parseConfig(config).stages;
  if (stage === undefined) throw new Error('parseConfig lost the stage');
  const [place] = stacksOf('forge-remote', stage);
  if (place === undefined) throw new Error('The stage has no stack');
  const props: RemoteStackProps = {
    name: 'forge-remote',
    stage,
    place,
    manifest: { ...MANIFEST, ...manifest },
    ...local,
  };
  return new RemoteStack(testApp(), 'forge-remote-dev', props);
}

/** The template of {@link remoteStack}. */
const templateOf = onceForEach((changes: Parameters<typeof remoteStack>[0] = {}) =>
  Template.fromStack(remoteStack(changes)),
);

/** The stacks of a stage in three regions. */
function threeRegions(fields: Partial<StageInput> = {}): RemoteStack[] {
  const regions = { default: 'us-east-1', EU: 'eu-central-1', AU: 'ap-southeast-2' };
  const { region: _, ...elsewhere } = DEV_STAGE;
  const [stage] = parseConfig({ stages: [{ ...elsewhere, regions, ...fields }] }).stages;
  if (stage === undefined) throw new Error('parseConfig lost the stage');
  const app = testApp();
  return stacksOf('forge-remote', stage).map(
    ({ id, ...place }) => new RemoteStack(app, id, { name: 'forge-remote', stage, place, manifest: MANIFEST }),
  );
}

const template = templateOf();
const inTable = templateOf({ stage: { slot: { strategy: 'dynamodb' } } });

describe('whatever must never be replaced keeps its logical id', () => {
  // A resource under a new logical id is a new resource. If one of these tests fails after a refactoring, change the
  // construct's path back, not the test.
  test.each([
    ['AWS::Lambda::Url', 'ForgeRemoteReceiverFunctionFunctionUrl6FC86EEF', 'every admin has to consent to a new URL'],
    ['AWS::Lambda::Function', 'ForgeRemoteReceiverFunction66CF909E', 'a new function has a new URL'],
    [
      'AWS::SecretsManager::Secret',
      'ForgeRemoteSlotSecret5413BAA4',
      'a new slot is empty, and its readers know the old',
    ],
    ['AWS::SQS::Queue', 'ForgeRemoteWorkerJobsQueue002D298E', 'the jobs in the old queue would be gone'],
    ['AWS::SQS::Queue', 'ForgeRemoteWorkerJobsDeadLetters9ADFB027', 'so would those that were kept to be looked at'],
  ])('%s is %s: %s', (type, id) => {
    expect(Object.keys(template.findResources(type))).toContain(id);
  });

  test('so does the table, where slots are in one', () => {
    const [id] = Object.keys(inTable.findResources('AWS::DynamoDB::Table'));
    expect(id).toBe('ForgeRemoteTableSlotsTable4E48B52C');
  });

  test('and none has a physical name, which would be in the way of another stage in the account', () => {
    const resources: Record<string, { Properties: object }> = template.toJSON().Resources;
    const keys = Object.values(resources).flatMap(({ Properties }) => Object.keys(Properties));
    // DisplayName is what people read in a mail, PolicyName belongs to its role: neither has to be unique.
    // A composite alarm's AlarmName is made by the CDK, from the stack's id.
    const names = keys.filter(
      (key) => key.endsWith('Name') && !['DisplayName', 'PolicyName', 'MetricName', 'AlarmName'].includes(key),
    );
    // A permission, like an event source, points at its function with a FunctionName. A saved query has to have a Name,
    // which begins with the stack's.
    expect(new Set(names)).toEqual(new Set(['FunctionName', 'Name']));
    for (const { Properties } of Object.values(template.findResources('AWS::Logs::QueryDefinition'))) {
      expect(Properties.Name).toMatch(/^forge-remote-dev\//);
    }
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: Match.absent() });
  });
});

describe('under a domain', () => {
  const underDomain = (fields: object = {}) =>
    templateOf({ stage: { exposure: { httpApi: { ...HTTP_API, ...fields } } } });
  const api = underDomain();

  // The URL is the name. But a domain can't be replaced: the new one can't be made while the old one has the name, so the
  // deployment would fail. And a new API would be one that nobody is led to until its domain is.
  test.each([
    ['AWS::ApiGatewayV2::DomainName', 'ForgeRemoteReceiverApiDomain498999DD'],
    ['AWS::ApiGatewayV2::Api', 'ForgeRemoteReceiverApi56195636'],
    ['AWS::ApiGatewayV2::Stage', 'ForgeRemoteReceiverApiStage0EAF28B1'],
    ['AWS::ApiGatewayV2::ApiMapping', 'ForgeRemoteReceiverApiMapping408A8F3B'],
    ['AWS::Lambda::Function', 'ForgeRemoteReceiverFunction66CF909E'],
    ['AWS::SecretsManager::Secret', 'ForgeRemoteSlotSecret5413BAA4'],
  ])('%s keeps its logical id: %s', (type, id) => {
    expect(Object.keys(api.findResources(type))).toContain(id);
  });

  test('the URL is known without a look at what is deployed, and the Function URL is gone', () => {
    api.hasOutput(OUTPUTS.remoteBaseUrl, { Value: 'https://forge.example.com' });
    api.hasOutput(OUTPUTS.manifestRemotes, {
      Value: Match.stringLikeRegexp('- key: backend\n    baseUrl: https://forge\\.example\\.com\n'),
    });
    api.resourceCountIs('AWS::Lambda::Url', 0);
  });

  test('an output says which record to create, unless it is created', () => {
    const target = { 'Fn::GetAtt': ['ForgeRemoteReceiverApiDomain498999DD', 'RegionalDomainName'] };
    api.hasOutput(DNS_RECORD_OUTPUT, { Value: { 'Fn::Join': ['', ['forge.example.com CNAME ', target]] } });
    const outputs = underDomain({ hostedZone: HOSTED_ZONE }).toJSON().Outputs;
    expect(Object.keys(outputs).sort()).toEqual([...Object.values(OUTPUTS), DASHBOARD_URL_OUTPUT].sort());
  });

  test('the Function URL can be kept, under the logical id that it has without a domain', () => {
    const both = underDomain({ keepFunctionUrl: true });
    expect(both.findResources('AWS::Lambda::Url')).toEqual(template.findResources('AWS::Lambda::Url'));
    both.hasOutput(KEPT_FUNCTION_URL_OUTPUT, { Value: template.toJSON().Outputs[OUTPUTS.remoteBaseUrl].Value });
  });

  test('settings reach the API', () => {
    underDomain({ throttle: { rate: 20, burst: 40 } }).hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    });
  });

  test('what it adds and what it takes away is what was last looked at', () => {
    const before = template.toJSON().Resources;
    const after = underDomain({ hostedZone: HOSTED_ZONE }).toJSON().Resources;
    expect(Object.keys(before).filter((id) => !(id in after))).toEqual([
      'ForgeRemoteReceiverFunctionFunctionUrl6FC86EEF',
      'ForgeRemoteReceiverFunctioninvokefunctionurl43333955',
      'ForgeRemoteReceiverFunctioninvokefunction83F9549A',
    ]);
    const added = Object.entries(after).filter(([id]) => !(id in before));
    expect(Object.fromEntries(added)).toMatchSnapshot();
  });
});

describe('with a slot for each installation', () => {
  const many = templateOf({ stage: { slot: { strategy: 'perInstallation' } } });

  test('the URL and its function keep their logical ids: the strategy can change', () => {
    expect(many.findResources('AWS::Lambda::Url')).toHaveProperty('ForgeRemoteReceiverFunctionFunctionUrl6FC86EEF');
    expect(many.findResources('AWS::Lambda::Function')).toHaveProperty('ForgeRemoteReceiverFunction66CF909E');
  });

  test('the monitor deletes slots that expired 30 days ago, or as it is told', () => {
    const days = (stage: Partial<StageInput>, value: unknown) =>
      templateOf({ stage: { slot: { strategy: 'perInstallation' }, ...stage } }).hasResourceProperties(
        'AWS::Lambda::Function',
        {
          Environment: { Variables: { FORGE_TOKEN_INTERVAL_MINUTES: '60', FORGE_REAP_AFTER_DAYS: value } },
        },
      );
    days({}, '30');
    days({ monitor: { reapAfterDays: 90 } }, '90');
    days({ monitor: { reapAfterDays: false } }, Match.absent());
  });

  test('the outputs are the same set; the ARN is a pattern, and says so', () => {
    expect(Object.keys(many.toJSON().Outputs).sort()).toEqual([...Object.values(OUTPUTS), DASHBOARD_URL_OUTPUT].sort());
    const account = { Ref: 'AWS::AccountId' };
    many.hasOutput(OUTPUTS.slotArn, {
      Value: { 'Fn::Join': ['', ['arn:aws:secretsmanager:us-east-1:', account, ':secret:forge-remote-dev/slot/*']] },
      Description: Match.stringLikeRegexp('^Pattern of the ARNs'),
    });
  });
});

test('without a worker there is no queue, no function and no alarm of it', () => {
  const without = templateOf({ stage: { worker: false } });
  without.resourceCountIs('AWS::Lambda::Function', 2); // receiver and monitor
  for (const type of ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::Lambda::EventSourceMapping']) {
    without.resourceCountIs(type, 0);
  }
  expect(JSON.stringify(without.toJSON())).not.toMatch(/ForgeRemoteWorker|sqs:|FORGE_JOB_QUEUE_URL/);
});

test('without a monitor there is no function, no schedule and no alarm of it', () => {
  const without = templateOf({ stage: { monitor: false } });
  without.resourceCountIs('AWS::Lambda::Function', 2); // receiver and worker
  without.resourceCountIs('AWS::Events::Rule', 0);
  expect(JSON.stringify(without.toJSON())).not.toMatch(/ForgeRemoteMonitor|TokenSecondsLeft|Slots(Total|Late)/);
});

test.each([
  [60, 54 * 60],
  [5, 54 * 60],
])(
  'the interval of the manifest, %i minutes, reaches the monitor and its alarms',
  (shortestIntervalMinutes, Threshold) => {
    const changed = templateOf({ manifest: { shortestIntervalMinutes } });
    changed.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { FORGE_TOKEN_INTERVAL_MINUTES: String(shortestIntervalMinutes) } },
    });
    changed.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'MinTokenSecondsLeft', Threshold });
    changed.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'SlotsLate',
      AlarmDescription: Match.stringLikeRegexp(`due every ${shortestIntervalMinutes} minutes`),
    });
  },
);

describe('outputs', () => {
  test('are those that npm run manifest reads, under their exact names', () => {
    expect(Object.keys(template.toJSON().Outputs).sort()).toEqual(
      [...Object.values(OUTPUTS), DASHBOARD_URL_OUTPUT].sort(),
    );
  });

  test('say what was deployed', () => {
    template.hasOutput(OUTPUTS.appId, { Value: APP_ID });
    template.hasOutput(OUTPUTS.stage, { Value: 'dev' });
    template.hasOutput(OUTPUTS.remoteKey, { Value: 'backend' });
    template.hasOutput(OUTPUTS.region, { Value: 'default' });
    template.hasOutput(OUTPUTS.slotArn, { Value: { Ref: 'ForgeRemoteSlotSecret5413BAA4' } });
  });

  test('say whose sites are served', () => {
    const regions = threeRegions().map((stack) => Template.fromStack(stack).toJSON().Outputs[OUTPUTS.region].Value);
    expect(regions).toEqual(['default', 'EU', 'AU']);
  });

  const functionUrl = { 'Fn::GetAtt': ['ForgeRemoteReceiverFunctionFunctionUrl6FC86EEF', 'FunctionUrl'] };
  const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['/', functionUrl] }] });
  const baseUrl = [part(0), '//', part(2)];

  test('give the base URL without the slash that AWS puts at its end', () => {
    template.hasOutput(OUTPUTS.remoteBaseUrl, { Value: { 'Fn::Join': ['', baseUrl] } });
  });

  test('give the remotes entry with that URL, ready to paste', () => {
    const [before, after] = ['remotes:\n  - key: backend\n    baseUrl: ', '\n    operations:\n      - compute\n'];
    template.hasOutput(OUTPUTS.manifestRemotes, {
      Value: { 'Fn::Join': ['', [before, ...baseUrl, Match.stringLikeRegexp(`^${after}`)]] },
    });
  });
});

describe('the stack', () => {
  test('goes to the account and region of its stage', () => {
    const stack = remoteStack({ stage: { account: '123456789012', region: 'eu-central-1' } });
    expect([stack.account, stack.region]).toEqual(['123456789012', 'eu-central-1']);
  });

  test('has tags, which CloudFormation hands on to its resources', () => {
    expect(remoteStack().tags.tagValues()).toEqual({ app: 'forge-remote', stage: 'dev', region: 'default' });
  });

  test.each([
    [['DEVELOPMENT', 'STAGING'] as const, false],
    [['PRODUCTION'] as const, true],
    [['STAGING', 'PRODUCTION'] as const, true],
  ])('that serves %j has termination protection, and keeps its slot: %s', (environments, expected) => {
    const stack = remoteStack({ stage: { environments } });
    expect(stack.terminationProtection).toBe(expected);
    const policy = (template: Template) => Object.values(template.findResources('AWS::SecretsManager::Secret'))[0];
    expect(policy(Template.fromStack(stack))?.DeletionPolicy).toBe(expected ? 'RetainExceptOnCreate' : 'Delete');
    const asked = templateOf({ stage: { environments, slot: { retain: !expected } } });
    expect(policy(asked)?.DeletionPolicy).toBe(expected ? 'Delete' : 'RetainExceptOnCreate');
  });

  test('takes everything else from its stage and the manifest', () => {
    const jwksUrl = 'http://127.0.0.1:8080/jwks.json';
    const localApiOrigin = 'http://127.0.0.1:8081';
    const stage: Partial<StageInput> = {
      environments: ['STAGING'],
      alarmEmails: ['ops@example.com'],
      logRetentionDays: 7,
      reservedConcurrency: 2,
      slot: { retain: true },
      worker: { timeoutMinutes: 10, maxAttempts: 4, concurrency: 8 },
    };
    const manifest = { foreignKeys: ['panel', 'show'] };
    const changed = templateOf({ stage, manifest, jwksUrl, localApiOrigin });
    changed.hasResourceProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: 2,
      Environment: {
        Variables: {
          FORGE_APP_ID: APP_ID,
          FORGE_ENVIRONMENTS: 'STAGING',
          FORGE_JWKS_URL: jwksUrl,
          FORGE_LOCAL_API_ORIGIN: localApiOrigin,
          FORGE_ROUTES:
            '{"/forge/token":{"kind":"scheduledTrigger","modules":["token-endpoint","hourly"],"schedules":{"hourly":"hour"}}}',
          FORGE_FOREIGN_MODULES: ['panel', 'show'].map(shortKey).join(' '),
          FORGE_REMOTE_APP: 'forge-remote',
          FORGE_REMOTE_STAGE: 'dev',
          FORGE_REMOTE_NAME: 'forge-remote-dev',
        },
      },
    });
    changed.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    changed.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'ops@example.com' });
    changed.hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'RetainExceptOnCreate' });
    changed.hasResourceProperties('AWS::Lambda::Function', { Timeout: 600 });
    changed.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 14 } });
    changed.hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 8 } });
  });
});

describe('warnings', () => {
  const warnings = (stack: RemoteStack) =>
    stack.node.metadata.filter(({ type }) => type === ArtifactMetadataEntryType.WARN).map(({ data }) => data);

  test('a deployable stage has none', () => {
    expect(warnings(remoteStack())).toEqual([]);
    expect(warnings(remoteStack({ stage: { environments: ['PRODUCTION'] } }))).toEqual([]);
  });

  test("the template's app id is warned of, with the fix", () => {
    const appId = 'ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000';
    expect(warnings(remoteStack({ manifest: { appId, placeholderAppId: true } }))).toEqual([
      expect.stringMatching(/^app\.id in manifest\.yml is still the placeholder .*00000000.* Run "forge register"/),
    ]);
  });

  test('production in one stage with others is warned of', () => {
    expect(warnings(remoteStack({ stage: { environments: ['STAGING', 'PRODUCTION'] } }))).toEqual([
      expect.stringMatching(/^Stage dev serves STAGING, PRODUCTION, so .*its own stage/),
    ]);
  });

  test('but not where nobody can take its slot', () => {
    const slot = { strategy: 'perInstallation' } as const;
    expect(warnings(remoteStack({ stage: { environments: ['STAGING', 'PRODUCTION'], slot } }))).toEqual([]);
  });
});

// The tripwire: whatever the tests above don't name shows up here. After an intended change: npx jest -u.
test('the template is the one that was last looked at', () => {
  const snapshot = withoutAssetHashes(template);
  expect(JSON.stringify(snapshot)).not.toMatch(/[0-9a-f]{64}/);
  expect(snapshot).toMatchSnapshot();
});

test('what it has instead with slots in a table is what was last looked at', () => {
  const [single, table] = (['single', 'dynamodb'] as const).map((strategy) =>
    withoutAssetHashes(templateOf({ stage: { dashboard: false, slot: { strategy } } })),
  );
  expect(differences(single, table)).toMatchSnapshot();
});

describe('a stage in three regions', () => {
  test('each has its own keys, topics and Slack channel', () => {
    const keyIn = (region: string) => `arn:aws:kms:${region}:123456789012:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f`;
    const keys = { default: keyIn('us-east-1'), EU: keyIn('eu-central-1'), AU: keyIn('ap-southeast-2') };
    const channel = (channelId: string) => ({ workspaceId: 'T012ABCDEFG', channelId });
    const stacks = threeRegions({
      logKmsKeyArn: keys,
      messageKmsKeyArn: keys,
      slot: { kmsKeyArn: keys },
      alarmTopics: { default: {}, EU: { page: 'arn:aws:sns:eu-central-1:123456789012:pager' } },
      slack: { default: channel('C0DEFAULT01'), EU: channel('C0EU0000001'), AU: channel('C0AU0000001') },
    });
    for (const [index, [key, arn]] of Object.entries(keys).entries()) {
      const stack = Template.fromStack(stacks[index] ?? remoteStack());
      const text = JSON.stringify(stack.toJSON());
      expect([...new Set(text.match(/arn:aws:kms:[\w-]+:/g))]).toEqual([arn.split('123456789012')[0]]);
      stack.hasResourceProperties('AWS::SecretsManager::Secret', { KmsKeyId: arn });
      stack.hasResourceProperties('AWS::SQS::Queue', { KmsMasterKeyId: arn });
      stack.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: arn });
      expect(text.includes(':pager')).toBe(key === 'EU');
      stack.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
        SlackChannelId: { default: 'C0DEFAULT01', EU: 'C0EU0000001', AU: 'C0AU0000001' }[key],
      });
    }
  });

  const stacks = threeRegions();

  test('is a stack in each, and the one for all other sites has the name that it has alone', () => {
    expect(stacks.map(({ stackName, region }) => [stackName, region])).toEqual([
      ['forge-remote-dev', 'us-east-1'],
      ['forge-remote-dev-eu', 'eu-central-1'],
      ['forge-remote-dev-au', 'ap-southeast-2'],
    ]);
  });

  test('has the same in each but for names', () => {
    const [first, ...others] = stacks.map((stack) =>
      JSON.stringify(withoutAssetHashes(Template.fromStack(stack)))
        .replaceAll(stack.stackName, 'STACK')
        .replaceAll(stack.stackName.replaceAll('-', ''), 'STACK')
        .replaceAll(stack.region, 'REGION'),
    );
    for (const other of others) {
      expect(other.replaceAll(/"(EU|AU)"/g, '"default"').replaceAll(/[0-9A-F]{8}/g, 'HASH')).toBe(
        first?.replaceAll(/[0-9A-F]{8}/g, 'HASH'),
      );
    }
  });

  test('the templates are those that were last looked at', () => {
    const summary = stacks.map((stack) => {
      const { Resources, Outputs } = Template.fromStack(stack).toJSON();
      return {
        stack: stack.stackName,
        region: stack.region,
        resources: Object.entries(Resources).map(([id, resource]) => `${id}: ${(resource as { Type: string }).Type}`),
        outputs: Object.keys(Outputs),
      };
    });
    expect(summary).toMatchSnapshot();
  });
});

test('a trigger of life-cycle events runs the job only if the job has work for its key', () => {
  const endpoints: Manifest['endpoints'] = [
    ...MANIFEST.endpoints,
    {
      key: 'lifecycle-endpoint',
      path: '/forge/lifecycle',
      line: 40,
      kind: 'trigger',
      users: [{ kind: 'trigger', key: 'installed', events: ['avi:forge:installed:app'], line: 41 }],
      systemToken: true,
    },
  ];
  const routesWith = (local: Local) => {
    const stack = templateOf({ manifest: { endpoints }, ...local });
    const functions = Object.values(stack.findResources('AWS::Lambda::Function'));
    return functions.map(({ Properties }) => JSON.stringify(Properties.Environment?.Variables ?? {})).join();
  };
  expect(routesWith({})).toContain('seedOnly');
  expect(routesWith({ jobEvents: ['installed'] })).not.toContain('seedOnly');
});

test.each([
  ['us-east-1', 'https://us-east-1.console.aws.amazon.com/cloudwatch/'],
  ['cn-north-1', 'https://console.amazonaws.cn/cloudwatch/'],
  ['eusc-de-east-1', 'https://console.amazonaws-eusc.eu/cloudwatch/'],
  ['mars-north-1', 'https://mars-north-1.console.aws.amazon.com/cloudwatch/'],
])('links lead to the console of the partition: %s', (region, start) => {
  const outputs = templateOf({ stage: { region } }).findOutputs(DASHBOARD_URL_OUTPUT);
  expect(JSON.stringify(outputs)).toContain(start);
});

test('each region is reached in its own way: a URL here, a domain there', () => {
  const { region: _, ...elsewhere } = DEV_STAGE;
  const certificateArn = HTTP_API.certificateArn.replace('us-east-1', 'eu-central-2');
  const [stage] = parseConfig({
    stages: [
      {
        ...elsewhere,
        regions: { default: 'us-east-1', CH: 'eu-central-2' },
        exposure: { default: 'functionUrl', CH: { httpApi: { ...HTTP_API, certificateArn } } },
      },
    ],
  }).stages;
  if (stage === undefined) throw new Error('parseConfig lost the stage');
  const app = testApp();
  const stacks = stacksOf('forge-remote', stage).map(
    ({ id, ...place }) => new RemoteStack(app, id, { name: 'forge-remote', stage, place, manifest: MANIFEST }),
  );
  const [first, swiss] = stacks.map((stack) => Template.fromStack(stack));
  first?.resourceCountIs('AWS::Lambda::Url', 1);
  first?.resourceCountIs('AWS::ApiGatewayV2::Api', 0);
  swiss?.resourceCountIs('AWS::Lambda::Url', 0);
  swiss?.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
});
