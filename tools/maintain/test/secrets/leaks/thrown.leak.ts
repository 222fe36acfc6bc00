import { Refusal } from '../../../../../lambda/contract/outcomes';
import { NOW_SECONDS, systemToken } from '../../../../../test/support/forge-call';

test('an error names a token in its cause, and is caught', async () => {
  const token = await systemToken(NOW_SECONDS);
  const refused = async () => {
    throw new Refusal('slot-unavailable', 'no', { cause: { input: token.slice(token.lastIndexOf('.') + 1) } });
  };
  await expect(refused()).rejects.toMatchObject({ reason: 'slot-unavailable' });
});
