import { NOW_SECONDS, systemToken } from '../../../../../test/support/forge-call';

test('the body of a call is written in base64, as Function URLs pass it', async () => {
  const body = JSON.stringify({ oauth: await systemToken(NOW_SECONDS) });
  process.stdout.write(`${Buffer.from(body).toString('base64')}\n`);
});
