import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RegionalStage } from './config';
import { kmsKey } from './kms-key';

/** The settings of logs in config.ts. */
export type LogSettings = Pick<RegionalStage, 'logRetentionDays' | 'logKmsKeyArn'>;

/**
 * Adds a log group with the retention and the key from config.ts. It is deleted with its stack.
 *
 * @param name of the log group. @default generated
 */
export function addLogGroup(
  scope: Construct,
  { logRetentionDays, logKmsKeyArn }: LogSettings,
  name?: string,
): LogGroup {
  const encryptionKey = kmsKey(scope, 'LogKey', logKmsKeyArn);
  return new LogGroup(scope, 'Logs', {
    retention: logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(name !== undefined && { logGroupName: name }),
    ...(encryptionKey && { encryptionKey }),
  });
}
