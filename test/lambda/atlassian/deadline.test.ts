import { createUserTokens } from '../../../lambda/atlassian/user-tokens';
import { createApi, errorOf, status } from './simulated-api';

const NOW_MS = 1_900_000_000_000;
const SECOND_MS = 1_000;
/** Calls `end` with the signal's reason once it has aborted, be that in the past or to come. */
const onAbort = (signal: AbortSignal, end: (reason: unknown) => void) =>
  signal.aborted ? end(signal.reason) : signal.addEventListener('abort', () => end(signal.reason));
/** Never answers; ends when it is aborted. */
const hang = ({ signal }: Request) => new Promise<Response>((_, reject) => onAbort(signal, reject));

test('nothing is read or sent once the deadline has passed', async () => {
  const api = createApi({ deadlineMs: NOW_MS });
  let reads = 0;
  const { read } = api;
  api.read = () => {
    reads += 1;
    return read();
  };
  await expect(api.atlassian.fetch('/x')).rejects.toMatchObject({ code: 'DeadlineExceeded', leftMs: 0 });
  expect([reads, api.arrived]).toEqual([0, []]);
});

test('a pause that would outlast the deadline is not begun; the error says what was left', async () => {
  const api = createApi({ deadlineMs: NOW_MS + 10 * SECOND_MS });
  api.answers = [status(429, { 'retry-after': '30' })];
  const error = api.atlassian.fetch('/x');
  await expect(error).rejects.toMatchObject({ code: 'DeadlineExceeded', leftMs: 10 * SECOND_MS });
  await expect(error).rejects.toThrow(/10000 ms left.* was answered 429 in try 1; .* in 30500 ms/);
  expect(api.pauses).toEqual([]);
});

test('pauses go on as long as there is time', async () => {
  const api = createApi({ deadlineMs: NOW_MS + 1_200 });
  api.answers = [status(500), status(500), status(500)];
  await expect(api.atlassian.fetch('/x')).rejects.toMatchObject({ code: 'DeadlineExceeded', leftMs: 700 });
  expect(api.pauses).toEqual([500]);
});

test.each([
  ['', {}],
  [' that has a signal of its own', { signal: new AbortController().signal }],
])('a request under way%s is aborted', async (_what, init) => {
  const api = createApi({ deadlineMs: NOW_MS + 1 });
  api.answers = [hang];
  const error = api.atlassian.fetch('/x', init);
  await expect(error).rejects.toMatchObject({ code: 'DeadlineExceeded', leftMs: 0 });
  await expect(error).rejects.toThrow('/x was aborted');
  expect(api.arrived).toHaveLength(1);
});

test('a token that does not come is not waited for beyond the deadline', async () => {
  const api = createApi({ deadlineMs: NOW_MS + 1 });
  api.read = () => new Promise(() => undefined);
  await expect(api.atlassian.fetch('/x')).rejects.toMatchObject({ code: 'DeadlineExceeded' });
});

test('a body that is being read when the time is over fails with the same error', async () => {
  const api = createApi({ deadlineMs: NOW_MS + 1 });
  api.answers = [
    ({ signal }) =>
      new Response(new ReadableStream({ start: (stream) => onAbort(signal, (reason) => stream.error(reason)) })),
  ];
  const body = api.atlassian.fetch('/x').then((response) => response.text());
  await expect(body).rejects.toMatchObject({ code: 'DeadlineExceeded' });
});

test('a deadline weeks ahead does not fire at once', async () => {
  const api = createApi({ deadlineMs: NOW_MS + 60 * 24 * 3_600 * SECOND_MS });
  api.answers = [
    async ({ signal }) => {
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setTimeout(resolve, 2));
      return signal.aborted ? status(500) : status(200);
    },
  ];
  expect((await api.atlassian.fetch('/x')).status).toBe(200);
});

test('a place for an exchange that comes too late is given back', async () => {
  const userTokens = createUserTokens({ now: () => NOW_MS, exchangesPerMinute: 1 });
  for (let place = 0; place < 20; place++) userTokens.bucket.take();
  const api = createApi({ userTokens, deadlineMs: NOW_MS + 10 * SECOND_MS });
  for (const user of ['one', 'two', 'three']) {
    const error = api.atlassian.asUser(user).fetch('/x');
    await expect(error).rejects.toMatchObject({ code: 'DeadlineExceeded', leftMs: 10 * SECOND_MS });
    await expect(error).rejects.toThrow('in 60000 ms');
  }
  expect(api.arrived).toEqual([]);
});

describe('the caller’s own signal', () => {
  test.each(['GET', 'POST'])('ends a %s under way, with its own reason: there is no second try', async (method) => {
    const controller = new AbortController();
    const api = createApi({ deadlineMs: NOW_MS + 60 * SECOND_MS });
    api.answers = [
      (request) => {
        setImmediate(() => controller.abort(new Error('not needed any more')));
        return hang(request);
      },
    ];
    const ended = api.atlassian.fetch('/x', { method, signal: controller.signal });
    await expect(ended).rejects.toThrow('not needed any more');
    expect(api.arrived).toHaveLength(1);
  });

  test('ends a pause', async () => {
    const controller = new AbortController();
    const api = createApi({
      sleep: () => {
        controller.abort(new Error('not needed any more'));
        return new Promise(() => undefined);
      },
    });
    api.answers = [status(503)];
    await expect(errorOf(api.atlassian.fetch('/x', { signal: controller.signal }))).resolves.toMatchObject({
      message: 'not needed any more',
    });
    expect(api.arrived).toHaveLength(1);
  });
});
