import { authorize } from '../../../../../test/support/forge-call';

test('a header is logged', async () => {
  console.log('Called with', { authorization: await authorize() });
});
