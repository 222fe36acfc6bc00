import config from '../../../config';
import type { ConfigInput, StageInput } from '../../../lib/config';

/** What has no default. */
const LEAST: StageInput = { name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'] };

const EVERYTHING: Partial<StageInput> = {
  tags: { CostCenter: '4711' },
  permissionsBoundary: 'developer-boundary',
  bootstrapQualifier: 'acme',
  alarmEmails: ['ops@example.com'],
  alarmTopics: {
    page: 'arn:aws:sns:us-east-1:123456789012:pager',
    ticket: 'arn:aws:sns:us-east-1:123456789012:tickets',
  },
  slack: { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' },
  reservedConcurrency: 3,
  worker: { concurrency: 5 },
  slot: { strategy: 'perInstallation', retain: true },
  monitor: { reapAfterDays: 30 },
};

const HTTP_API: StageInput['exposure'] = {
  httpApi: {
    domainName: 'forge.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f',
    hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' },
    keepFunctionUrl: true,
  },
};

/** Slack is in the partition `aws` alone. */
const { slack: _slack, ...ELSEWHERE } = EVERYTHING;

const apiIn = (
  region: string,
  partition = 'aws',
): { readonly httpApi: { domainName: string; certificateArn: string } } => ({
  httpApi: {
    domainName: 'forge.example.com',
    certificateArn: `arn:${partition}:acm:${region}:123456789012:certificate/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f`,
  },
});

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f';
const EU_KEY = KEY.replace('us-east-1', 'eu-central-1');
const KEYS: Partial<StageInput> = { logKmsKeyArn: KEY, messageKmsKeyArn: KEY, alarmEmails: ['ops@example.com'] };

const withStage = (changes: Partial<StageInput>): ConfigInput => ({ stages: [{ ...LEAST, ...changes }] });

/** Between them, their stacks have every kind of resource that a configuration can ask for. */
export const LINTED_CONFIGURATIONS: Readonly<Record<string, ConfigInput>> = {
  'config.ts': config,
  'every option, a secret for each installation': withStage(EVERYTHING),
  'every option, one secret': withStage({ ...EVERYTHING, slot: { retain: true }, monitor: {} }),
  'every option, a table': withStage({
    ...EVERYTHING,
    slot: { strategy: 'dynamodb', kmsKeyArn: KEY },
  }),
  'an account that is known': withStage({ ...EVERYTHING, account: '123456789012' }),
  'an HTTP API in front': withStage({ exposure: HTTP_API }),
  'two regions': {
    stages: [{ name: 'dev', regions: { default: 'us-east-1', EU: 'eu-central-1' }, environments: LEAST.environments }],
  },
  'two regions, with keys, topics and a channel for each': {
    stages: [
      {
        name: 'dev',
        regions: { default: 'us-east-1', EU: 'eu-central-1' },
        environments: LEAST.environments,
        logKmsKeyArn: { default: KEY, EU: EU_KEY },
        messageKmsKeyArn: { default: KEY, EU: EU_KEY },
        slot: { kmsKeyArn: { default: KEY, EU: EU_KEY } },
        alarmTopics: { default: {}, EU: { page: 'arn:aws:sns:eu-central-1:123456789012:pager' } },
        slack: {
          default: { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' },
          EU: { workspaceId: 'T012ABCDEFG', channelId: 'C0EUABCDEFG' },
        },
      },
    ],
  },
  'a region without Function URLs beside one with them': {
    stages: [
      {
        name: 'dev',
        regions: { default: 'us-east-1', CH: 'eu-central-2' },
        environments: LEAST.environments,
        exposure: { default: 'functionUrl', CH: apiIn('eu-central-2') },
      },
    ],
  },
  'a region of another partition': withStage({ ...ELSEWHERE, region: 'cn-north-1', alarmTopics: {} }),
  'a region of the European Sovereign Cloud': withStage({ ...ELSEWHERE, region: 'eusc-de-east-1', alarmTopics: {} }),
  'a region of another partition, without Function URLs': withStage({
    ...ELSEWHERE,
    region: 'us-gov-west-1',
    alarmTopics: {},
    exposure: apiIn('us-gov-west-1', 'aws-us-gov'),
  }),
  'a region whose HTTP APIs have IPv4 alone': withStage({
    region: 'ap-southeast-7',
    exposure: apiIn('ap-southeast-7'),
  }),
  'keys of their own, one secret': withStage({ ...KEYS, slot: { kmsKeyArn: KEY } }),
  'keys of their own, a secret for each installation, an HTTP API': withStage({
    ...KEYS,
    exposure: HTTP_API,
    slot: { strategy: 'perInstallation', kmsKeyArn: KEY },
  }),
  'nothing but the receiver': withStage({ worker: false, monitor: false, dashboard: false }),
};
