import config from '../../config';
import type { ConfigInput, StageInput } from '../../lib/config';

/** What has no default. */
const LEAST: StageInput = { name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'] };

const EVERYTHING: Partial<StageInput> = {
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

const withStage = (changes: Partial<StageInput>): ConfigInput => ({ stages: [{ ...LEAST, ...changes }] });

/** Between them, their stacks have every kind of resource that a configuration can ask for. */
export const LINTED_CONFIGURATIONS: Readonly<Record<string, ConfigInput>> = {
  'config.ts': config,
  'every option, a secret for each installation': withStage(EVERYTHING),
  'every option, one secret': withStage({ ...EVERYTHING, slot: { retain: true }, monitor: {} }),
  'an account that is known': withStage({ ...EVERYTHING, account: '123456789012' }),
  'a region of another partition': withStage({ ...EVERYTHING, region: 'cn-north-1' }),
  'nothing but the receiver': withStage({ worker: false, monitor: false, dashboard: false }),
};
