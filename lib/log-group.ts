import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RegionalStage } from './config';
import { ownKey } from './own-key';

/** What config.ts says of logs. */
export type LogSettings = Pick<RegionalStage, 'logRetentionDays' | 'logKmsKeyArn'>;

/**
 * A log that is kept as config.ts says, and goes with its stack.
 *
 * @param name of the log group. @default generated
 */
export function addLogGroup(
  scope: Construct,
  { logRetentionDays, logKmsKeyArn }: LogSettings,
  name?: string,
): LogGroup {
  const encryptionKey = ownKey(scope, 'LogKey', logKmsKeyArn);
  return new LogGroup(scope, 'Logs', {
    retention: logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(name !== undefined && { logGroupName: name }),
    ...(encryptionKey && { encryptionKey }),
  });
}
