import type { SlotService } from '../../../../lambda/contract/slot';
import type { StageInput } from '../../../../lib/config';
import { bundleAll, type Code, liveStage } from './story';
import { grantsIn, resourcesOf } from './template';

// No grant too few, and none too many: a stage lives its whole life with the rights of its template, and again with each
// of them taken away in turn.

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f';

/** With keys of its own, a stage has every grant that there is. */
const slotIn = (strategy: NonNullable<StageInput['slot']>['strategy']): Partial<StageInput> => ({
  slot: { strategy, kmsKeyArn: KEY },
  messageKmsKeyArn: KEY.replace('0d7f', '1d7f'),
});

describe.each<['single' | 'perInstallation' | 'dynamodb', SlotService]>([
  ['single', 'secretsmanager'],
  ['perInstallation', 'secretsmanager'],
  ['dynamodb', 'dynamodb'],
])('strategy %s', (strategy, service) => {
  const resources = resourcesOf(slotIn(strategy));
  const grants = grantsIn(resources);
  let code: Code;
  beforeAll(async () => {
    code = await bundleAll(service);
  });

  test('with all of them nothing is denied', async () => {
    const { failure, denied } = await liveStage(resources, code);
    expect(failure).toBeUndefined();
    expect([...denied]).toEqual([]);
  });

  test.each(grants.map((grant) => [grant.action, grant.title, grant] as const))(
    'without %s, %s',
    async (_action, _title, { action, without }) => {
      const { failure, denied } = await liveStage(without(), code);
      // Taken away from the role that uses it, and seen: else the grant is not needed.
      expect({ failure: failure ?? 'none: the grant is not needed', denied: [...denied] }).toEqual({
        failure: expect.not.stringMatching(/^none/),
        denied: expect.arrayContaining([action]),
      });
    },
  );
});
