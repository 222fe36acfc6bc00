import type { Target } from '../../../bin/doctor/target';

/** The stage that unit tests look at: one in AWS. */
export const TARGET: Target = {
  stage: 'dev',
  stackName: 'forge-remote-dev',
  region: 'us-east-1',
  regionKey: 'default',
  manifestFile: 'manifest.yml',
  deploy: 'DEPLOY',
  restore: 'RESTORE',
  writeManifest: 'WRITE MANIFEST',
};

/** The same in an emulated AWS. */
export const LOCAL_TARGET: Target = { ...TARGET, endpoint: 'http://127.0.0.1:4566' };

export const NOW_MS = Date.UTC(2026, 7, 1, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
