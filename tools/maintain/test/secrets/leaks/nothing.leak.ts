import { Refusal } from '../../../../../lambda/contract/outcomes';
import { authorize } from '../../../../../test/support/forge-call';

test('the control: tokens are made, and nothing is said of them', async () => {
  const header = await authorize();
  console.log(`A header of ${header.length} characters`);
  expect(() => {
    throw new Refusal('authorization-malformed', `${header.length} characters`);
  }).toThrow('characters');
});
