// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import { defineConfig } from './lib/config';

// The AWS side of this backend. This file and manifest.yml are what a fork edits to deploy.
// Every setting is explained in lib/config.ts, and in your editor when you point at it.
export default defineConfig({
  name: 'forge-remote',
  stages: [
    {
      name: 'dev',
      region: 'us-east-1',
      // What `forge deploy` and `forge deploy -e staging` install from.
      environments: ['DEVELOPMENT', 'STAGING'],
      alarmEmails: [],
      logRetentionDays: 7,
    },
    {
      name: 'prod',
      // account: '123456789012', // deploys nowhere else, whatever credentials are at hand
      region: 'us-east-1',
      // A stage that serves PRODUCTION can't be deleted by accident: its stack has termination protection, and its slots
      // outlive it. Calls of development installations are refused.
      environments: ['PRODUCTION'],
      alarmEmails: [], // 'ops@example.com': without an address nobody is told of an alarm
      logRetentionDays: 90,
      // For an app on several sites: 'perInstallation', a secret for each; on very many, 'dynamodb', a table.
      slot: { strategy: 'single' },
      // worker: { timeoutMinutes: 5 }, // how lambda/job.ts is run; false: not at all, without a queue and a function
    },
  ],
});
