import { answer } from '../../../lambda/cleanup/answer';
import { startAnswerServer } from './answer-server';
import { requestOf } from './request';

let server: Awaited<ReturnType<typeof startAnswerServer>>;
beforeEach(async () => {
  server = await startAnswerServer();
});
afterEach(() => server.stop());

const OUTCOME = { PhysicalResourceId: 'forge-remote-dev/slot' };
const SAME = {
  PhysicalResourceId: 'forge-remote-dev/slot',
  RequestId: '5d1f2a5e-50a5-4f43-8ba2-0d6e7c1f0d7b',
  StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/forge-remote-dev/51af3dc0',
  LogicalResourceId: 'Cleanup',
};

test('success is told with the ids by which CloudFormation knows what it asked', async () => {
  await answer(requestOf('Delete', { url: server.url }), OUTCOME, fetch);
  expect(server.puts.map(({ text }) => JSON.parse(text))).toEqual([{ Status: 'SUCCESS', ...SAME }]);
});

test('failure is told with its reason', async () => {
  await answer(requestOf('Delete', { url: server.url }), { ...OUTCOME, failure: 'It failed. Do this.' }, fetch);
  expect(server.puts.map(({ text }) => JSON.parse(text))).toEqual([
    { Status: 'FAILED', Reason: 'It failed. Do this.', ...SAME },
  ]);
});

test('it is a PUT with a length and no content type, for which the URL is signed', async () => {
  await answer(requestOf('Create', { url: server.url }), OUTCOME, fetch);
  const [put] = server.puts;
  expect(put?.method).toBe('PUT');
  expect(put?.headers).not.toHaveProperty('content-type');
  expect(put?.headers['content-length']).toBe(String(put?.text.length));
});

test('an answer that is not taken is an error, so that Lambda tries again; the URL is not in it', async () => {
  server.replyWith(403);
  const given = answer(requestOf('Delete', { url: server.url }), OUTCOME, fetch);
  await expect(given).rejects.toThrow("CloudFormation's answer URL replied 403; the answer was SUCCESS.");
  await expect(given).rejects.not.toThrow(/Signature|127\.0\.0\.1/);
});
