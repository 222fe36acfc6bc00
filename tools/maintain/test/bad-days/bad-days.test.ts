import { newInstallation } from '../../../emulator/forge/invocation-token';
import { MAX_ATTEMPTS } from '../support/job-queues';
import { BAD_DAYS } from './bad-days';
import { Day } from './day';
import { symptomOf } from './symptoms';

// A busy machine takes its time.
jest.setTimeout(30_000);

let day: Day;
beforeEach(async () => {
  day = await Day.start();
});
afterEach(async () => {
  // Whatever happens, Lambda finds no fault with the worker's answers.
  expect(day.problems).toEqual([]);
  await day.stop();
});

/** Lets the worker try what is in the queue until it is given up. */
async function workUntilGivenUp(): Promise<void> {
  await day.work();
  for (let again = 0; again < MAX_ATTEMPTS; again += 1) await day.workAgain();
}

const symptoms = () => day.reports.map(({ error }) => error && symptomOf(error));

describe.each(BAD_DAYS)('$name', ({ strike, body, symptom, mend }) => {
  beforeEach(async () => {
    await strike(day);
    await day.send(body);
  });

  test('every try fails as docs/your-job.md says, and the message stays in the queue for the next', async () => {
    await day.work();
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      expect(day.reports.map((run) => run.attempt)).toEqual(Array.from({ length: attempt }, (_, index) => index + 1));
      expect(symptoms()).toEqual(Array(attempt).fill(symptom));
      const isLast = attempt === MAX_ATTEMPTS;
      expect(day.places()).toEqual({ queue: isLast ? 0 : 1, deadLetters: isLast ? 1 : 0, done: 0 });
      await day.workAgain();
    }
    expect(day.reports).toHaveLength(MAX_ATTEMPTS);
    expect(day.places()).toEqual({ queue: 0, deadLetters: 1, done: 0 });
  });

  if (mend) {
    test('mended in time, the next try ends well', async () => {
      await day.work();
      await mend(day);
      await day.workAgain();
      expect(symptoms()).toEqual([symptom, undefined]);
      expect(day.places()).toEqual({ queue: 0, deadLetters: 0, done: 1 });
    });

    test('mended too late, the job runs after a redrive', async () => {
      await workUntilGivenUp();
      await mend(day);
      await day.redrive();
      await day.work();
      expect(symptoms()).toEqual([...Array(MAX_ATTEMPTS).fill(symptom), undefined]);
      expect(day.places()).toEqual({ queue: 0, deadLetters: 0, done: 1 });
    });
  } else {
    test('a redrive brings it back to the dead-letter queue', async () => {
      await workUntilGivenUp();
      await day.redrive();
      expect(day.places()).toEqual({ queue: 1, deadLetters: 0, done: 0 });
      await workUntilGivenUp();
      expect(symptoms()).toEqual(Array(2 * MAX_ATTEMPTS).fill(symptom));
      expect(day.places()).toEqual({ queue: 0, deadLetters: 1, done: 0 });
    });
  }
});

test('what comes after a poison message of one installation waits for its turn, and is not lost', async () => {
  await day.deliverToken();
  await day.send('not a message');
  await day.send();
  await day.work();
  expect(day.places()).toEqual({ queue: 2, deadLetters: 0, done: 0 });
  for (let again = 0; again < MAX_ATTEMPTS; again += 1) await day.workAgain();
  expect(symptoms().at(-1)).toBeUndefined();
  expect(day.places()).toEqual({ queue: 0, deadLetters: 1, done: 1 });
});

test('a poison message of one installation does not hold up another', async () => {
  await day.deliverToken();
  await day.send('not a message', newInstallation().uuid);
  await day.send();
  await day.work();
  expect(day.places()).toEqual({ queue: 1, deadLetters: 0, done: 1 });
});

test('a redrive brings back all that was given up, in its order', async () => {
  const traceIds = ['first', 'second', 'third'];
  for (const traceId of traceIds) await day.send(day.jobMessage(traceId));
  // There is no token. They are given up one by one, since the first holds up the others.
  for (const _ of traceIds) await workUntilGivenUp();
  expect(day.places()).toEqual({ queue: 0, deadLetters: 3, done: 0 });

  await day.deliverToken();
  await day.redrive();
  await day.work();
  const done = day.reports.filter(({ error }) => error === undefined);
  expect(done.map(({ message }) => message?.traceId)).toEqual(traceIds);
  expect(day.places()).toEqual({ queue: 0, deadLetters: 0, done: 3 });
});
