import { randomBytes } from 'node:crypto';
import { formatJobMessage, MOST_MESSAGE_BYTES } from '../../../lambda/receiver/enqueue';
import { LONG_TEXT_CHARACTERS } from '../../../lambda/receiver/event';
import type { EventTrigger } from '../../../lambda/worker/job';
import { type JobMessage, parseJobMessage } from '../../../lambda/worker/job-message';
import { parseMessage } from '../../../tools/emulator/aws/sqs-rules';

const MESSAGE: JobMessage = {
  installationId: 'ari:cloud:ecosystem::installation/0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70',
  environment: 'PRODUCTION',
  trigger: { type: 'schedule', key: 'hourly', interval: 'hour' },
  traceId: 'abc',
};
const EVENT = {
  type: 'event',
  key: 'pages',
  name: 'avi:confluence:created:page',
  body: { page: { id: '10' } },
  retry: { count: 1, reason: 'TIMEOUT_ERROR' },
} as const satisfies EventTrigger;
const eventWith = (body: EventTrigger['body']): JobMessage => ({ ...MESSAGE, trigger: { ...EVENT, body } });

/** As SQS, with its own limits, would take it and hand it over. */
async function throughSqs(message: JobMessage): Promise<EventTrigger> {
  const request = {
    QueueUrl: '',
    MessageBody: await formatJobMessage(message),
    MessageGroupId: 'a',
    MessageDeduplicationId: 'a',
  };
  const settings = { fifo: true, contentBasedDeduplication: false, visibilityTimeoutSeconds: 1, redrive: undefined };
  const { trigger } = parseJobMessage(parseMessage(request, { ...settings, deduplicationScope: 'messageGroup' }).body);
  if (trigger.type !== 'event') throw new Error('not an event');
  return trigger;
}

test.each([
  ['a schedule', MESSAGE],
  ['an event', { ...MESSAGE, trigger: EVENT }],
])('%s is read as it was written', async (_name, message) => {
  expect(parseJobMessage(await formatJobMessage(message))).toEqual(message);
});

test('characters that SQS refuses arrive all the same', async () => {
  const body = { title: 'a \ufffe b \uffff c \u0001 d \ud83d\ude00 e' };
  expect((await throughSqs(eventWith(body))).body).toEqual(body);
});

test('an event that is larger than a message arrives whole, compressed', async () => {
  const words = Array.from({ length: 400_000 }, (_, index) => `word${index % 997}`);
  const body = { page: { id: '10', text: words.join(' ') } };
  expect(JSON.stringify(body).length).toBeGreaterThan(2 * MOST_MESSAGE_BYTES);
  expect(await throughSqs(eventWith(body))).toEqual({ ...EVENT, body });
});

test('an event that is too large even then arrives with its long texts shortened, and says which', async () => {
  const text = randomBytes(3_000_000).toString('base64');
  const body = { page: { id: '10', attachments: [{ name: 'a.png' }, { name: 'b.png', data: text }] } };
  expect(await throughSqs(eventWith(body))).toEqual({
    ...EVENT,
    body: {
      page: {
        id: '10',
        attachments: [{ name: 'a.png' }, { name: 'b.png', data: text.slice(0, LONG_TEXT_CHARACTERS) }],
      },
    },
    shortened: ['page.attachments.1.data'],
  });
});

test('an event of more short texts than fit is refused, and not dropped in silence', async () => {
  const ids = Array.from({ length: 60_000 }, () => randomBytes(24).toString('base64'));
  await expect(formatJobMessage(eventWith({ ids }))).rejects.toMatchObject({ reason: 'event-too-large' });
});

const eventAs = (changes: object) => JSON.stringify({ ...MESSAGE, trigger: { ...EVENT, ...changes } });

test.each([
  ['not JSON', 'hello', 'not JSON'],
  ['a list', '[]', 'not a JSON object'],
  ['no installation', JSON.stringify({ ...MESSAGE, installationId: undefined }), 'installationId'],
  ['an installation that is none', JSON.stringify({ ...MESSAGE, installationId: 'mine' }), 'installationId'],
  ['no environment', JSON.stringify({ ...MESSAGE, environment: undefined }), 'environment'],
  ['no trigger', JSON.stringify({ ...MESSAGE, trigger: undefined }), 'which trigger'],
  [
    'an unknown interval',
    JSON.stringify({ ...MESSAGE, trigger: { ...MESSAGE.trigger, interval: 'year' } }),
    'interval',
  ],
  ['an unknown type', eventAs({ type: 'call' }), 'schedule with an interval, or an event'],
  ['an event without a name', eventAs({ name: undefined }), 'an event with a name'],
  ['an event without a body', eventAs({ body: undefined }), "The event's body is not a JSON object"],
  ['a body that is not compressed as it says', eventAs({ zippedBody: 'hello' }), 'not compressed'],
])('%s is refused, with what is wrong', (_name, body, message) => {
  expect(() => parseJobMessage(body)).toThrow(message);
});
