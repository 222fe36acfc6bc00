import {
  DescribeSecretCommand,
  type DescribeSecretCommandInput,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import type { Ask } from './ways-to-store';

// As the SDK's documentation shows it: a client beside the handler, a command for each call.

const client = new SecretsManagerClient({});

export const ask: Ask = (operation, input) => {
  if (operation === 'PutSecretValue')
    return client.send(new PutSecretValueCommand(input as PutSecretValueCommandInput));
  if (operation === 'DescribeSecret')
    return client.send(new DescribeSecretCommand(input as DescribeSecretCommandInput));
  return client.send(new UpdateSecretVersionStageCommand(input as UpdateSecretVersionStageCommandInput));
};
