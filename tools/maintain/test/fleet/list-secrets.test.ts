import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_SETTINGS } from '../../../../lambda/monitor/handler';
import { listSecretSlots } from '../../../../lambda/monitor/secrets';
import { addSlot, NOW, PREFIX } from '../../../../test/lambda/monitor/slots';
import { startAws } from '../../../emulator/aws/server';

test('slots may be 10,000: a call for each hundred, and little to remember of each', async () => {
  const aws = await startAws({ clock: () => NOW * 1000 });
  const client = new SecretsManagerClient({
    ...CLIENT_SETTINGS,
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  for (let index = 0; index < 10_000; index++) addSlot(aws, 90);
  const slots = await listSecretSlots(client, { prefix: PREFIX }, new AbortController().signal);
  expect(slots).toHaveLength(10_000);
  expect(aws.calls).toHaveLength(100);
  expect(JSON.stringify(slots).length).toBeLessThan(10_000 * 250);
  client.destroy();
  await aws.stop();
});
