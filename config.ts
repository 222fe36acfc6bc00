// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import { defineConfig } from './lib/config';

// The AWS side of this backend. This file and manifest.yml are what a fork edits to deploy.
// docs/reference.md explains all settings, and so does your editor when you point at one.
export default defineConfig({
  name: 'forge-remote',
  stages: [
    {
      name: 'dev',
      region: 'us-east-1',
      // The environments of `forge deploy` and `forge deploy -e staging`.
      environments: ['DEVELOPMENT', 'STAGING'],
      alarmEmails: [],
      logRetentionDays: 7,
    },
    {
      name: 'prod',
      // account: '123456789012', // the only account that this stage is deployed to
      region: 'us-east-1',
      // A stage that serves PRODUCTION can't be deleted by accident: its stack has termination protection, and its slots
      // stay when it is deleted. Calls of development installations are refused.
      environments: ['PRODUCTION'],
      alarmEmails: [], // 'ops@example.com': without an address nobody gets the alarms
      logRetentionDays: 90,
      // For an app on several sites: 'perInstallation', one secret for each. For very many: 'dynamodb', one table.
      slot: { strategy: 'single' },
      // worker: { timeoutMinutes: 5 }, // how lambda/job.ts runs; false: no worker and no queue
    },
  ],
});
