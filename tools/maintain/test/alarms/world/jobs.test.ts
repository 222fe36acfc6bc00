import { DeadLetters, Jobs, type Run } from './jobs';

/** Sends a message at each of `sentAt`, and says in which minutes something became of one. */
function happenings(sentAt: readonly number[], runOf: (minute: number) => Run, minutes = 400) {
  const jobs = new Jobs();
  const found: string[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    if (sentAt.includes(minute)) jobs.send(0, minute);
    for (const [what, times] of Object.entries(jobs.run(minute, () => runOf(minute)))) {
      for (let time = 0; time < times; time++) found.push(`${minute} ${what}`);
    }
  }
  return found;
}

test('a job is done in the minute in which it comes', () => {
  expect(happenings([5, 65], () => 'succeeds')).toEqual(['5 succeeded', '65 succeeded']);
});

test('a job that fails is tried three times, half an hour apart, and then given up', () => {
  expect(happenings([5], () => 'fails')).toEqual(['5 failed', '35 failed', '65 failed', '95 givenUp']);
});

test('a job that fails holds back the next one of its installation', () => {
  const happened = happenings([5, 10], (minute) => (minute < 60 ? 'fails' : 'succeeds'));
  expect(happened).toEqual(['5 failed', '35 failed', '65 succeeded', '65 succeeded']);
});

test('nobody takes jobs: they wait, and their age shows', () => {
  const jobs = new Jobs();
  jobs.send(0, 5);
  jobs.send(1, 6);
  expect(jobs.run(7, () => 'absent')).toEqual({ succeeded: 0, failed: 0, crashed: 0, givenUp: 0 });
  expect([jobs.oldest(), jobs.visible(7)]).toEqual([5, 2]);
  expect(jobs.run(8, () => 'crashes')).toMatchObject({ crashed: 2 });
  // Hidden after the crash.
  expect([jobs.oldest(), jobs.visible(9), jobs.visible(38)]).toEqual([5, 0, 2]);
});

test('dead letters stay', () => {
  const deadLetters = new DeadLetters();
  deadLetters.add(0, 1);
  expect(deadLetters).toMatchObject({ visible: 0, oldestSentAt: undefined, usedAt: undefined });
  deadLetters.add(1, 5);
  deadLetters.add(2, 9);
  expect(deadLetters).toMatchObject({ visible: 3, oldestSentAt: 5, usedAt: 9 });
});
