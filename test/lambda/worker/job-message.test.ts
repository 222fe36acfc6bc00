import { formatJobMessage, type JobMessage, parseJobMessage } from '../../../lambda/worker/job-message';

const MESSAGE: JobMessage = {
  installationId: 'ari:cloud:ecosystem::installation/0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70',
  environment: 'PRODUCTION',
  moduleKey: 'token',
  traceId: 'abc',
};

test('a message is read as it was written', () => {
  expect(parseJobMessage(formatJobMessage(MESSAGE))).toEqual(MESSAGE);
});

test.each([
  ['not JSON', 'hello', 'not JSON'],
  ['a list', '[]', 'not a JSON object'],
  ['no installation', JSON.stringify({ ...MESSAGE, installationId: undefined }), 'installationId'],
  ['an installation that is none', JSON.stringify({ ...MESSAGE, installationId: 'mine' }), 'installationId'],
  ['no environment', JSON.stringify({ ...MESSAGE, environment: undefined }), 'environment'],
])('%s is refused, with what is wrong', (_name, body, message) => {
  expect(() => parseJobMessage(body)).toThrow(message);
});
