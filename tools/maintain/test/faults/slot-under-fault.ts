import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CURRENT_LABEL } from '../../../../lambda/contract/slot';
import { createSecretSlot, createSecretStore, createSecretsManagerClient } from '../../../../lambda/slots/secret-slots';
import { createSlotWriter, type SlotWriter } from '../../../../lambda/slots/slot-writer';
import { createDynamoDBClient, createTableStore } from '../../../../lambda/slots/table-slots';
import { addTable } from '../../../../test/support/emulated-table';
import { INSTALLATION } from '../../../../test/support/forge-call';
import { LOCAL_ACCOUNT, regionalArn } from '../../../emulator/aws/account';
import type { EmulatedAws } from '../../../emulator/aws/server';
import { giveRoles } from '../support/roles';
import { connectClient } from './real-client';

const SLOT = 'slot';

/** A slot in an emulated AWS, with the deployed function's own writer and client. */
export interface SlotUnderFault {
  readonly write: SlotWriter;
  /** Makes the slot with a token in it. */
  fill(token: string, versionId: string): void;
  /** What another instance of the function does: it makes `token` current. */
  writeFromElsewhere(token: string, versionId: string): void;
  /** Deletes what the stack made: at once, or, where that can be said, after the time in which it could be restored. */
  deleteSlot(when: 'now' | 'later'): void;
  /** The token that a consumer reads. */
  read(): string;
  stop(): void;
}

/**
 * Opens a slot.
 *
 * @param aws the emulation of the moment: it may be started anew
 */
export type OpenSlot = (aws: () => EmulatedAws, nowMs: () => number) => Promise<SlotUnderFault>;

/** Of the receiver, with the rights that a stack gives it. An AWS that is started anew knows no role. */
const receiverOf = (aws: EmulatedAws, strategy: 'single' | 'dynamodb') =>
  giveRoles(aws, { strategy, slots: ARNS[strategy] }).receiver;

const ARNS = {
  single: regionalArn(LOCAL_ACCOUNT, 'secretsmanager', `secret:${SLOT}-??????`),
  dynamodb: regionalArn(LOCAL_ACCOUNT, 'dynamodb', `table/${SLOT}`),
};

export const openSecret: OpenSlot = async (aws, nowMs) => {
  const credentials = receiverOf(aws(), 'single');
  const client = await connectClient(aws().url, credentials, createSecretsManagerClient, (made) =>
    made.send(new DescribeSecretCommand({ SecretId: 'no such secret' })),
  );
  return {
    write: createSlotWriter(createSecretSlot(createSecretStore(client, SLOT)), { now: nowMs }),
    fill(token, versionId) {
      receiverOf(aws(), 'single');
      aws().secrets.create({
        Name: SLOT,
        ClientRequestToken: versionId,
        SecretString: JSON.stringify({ token }),
      });
    },
    writeFromElsewhere(token, versionId) {
      const { secrets } = aws();
      const current = secrets.get({ SecretId: SLOT, VersionStage: CURRENT_LABEL });
      secrets.put({
        SecretId: SLOT,
        ClientRequestToken: versionId,
        SecretString: JSON.stringify({ token }),
        VersionStages: ['OTHER'],
      });
      secrets.moveLabel({
        SecretId: SLOT,
        VersionStage: CURRENT_LABEL,
        MoveToVersionId: versionId,
        RemoveFromVersionId: current.VersionId,
      });
    },
    deleteSlot: (when) =>
      void aws().secrets.delete({ SecretId: SLOT, ...(when === 'now' && { ForceDeleteWithoutRecovery: true }) }),
    read() {
      const { SecretString = '{}' } = aws().secrets.get({ SecretId: SLOT, VersionStage: CURRENT_LABEL });
      return JSON.parse(SecretString).token;
    },
    stop: () => client.destroy(),
  };
};

export const openItem: OpenSlot = async (aws, nowMs) => {
  const credentials = receiverOf(aws(), 'dynamodb');
  const client = await connectClient(aws().url, credentials, createDynamoDBClient, (made) =>
    made.send(new DescribeTableCommand({ TableName: 'no such table' })),
  );
  const installation = INSTALLATION.uuid;
  const put = (token: string, versionId: string) =>
    aws()
      .tables.table(SLOT)
      .put({
        installation: { S: installation },
        versionId: { S: versionId },
        value: { S: JSON.stringify({ token }) },
      });
  return {
    write: createSlotWriter(createTableStore(client, SLOT, { item: { installation }, keepDays: 30, now: nowMs }), {
      now: nowMs,
    }),
    fill(token, versionId) {
      receiverOf(aws(), 'dynamodb');
      addTable(aws(), SLOT);
      put(token, versionId);
    },
    writeFromElsewhere: put,
    deleteSlot: () => aws().tables.deleteTable(SLOT),
    read: () => JSON.parse(aws().tables.table(SLOT).get(installation)?.value?.S ?? '{}').token,
    stop: () => client.destroy(),
  };
};
