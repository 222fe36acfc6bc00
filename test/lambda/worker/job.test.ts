import { byKey, type JobContext, type Trigger } from '../../../lambda/worker/job';

const HOURLY = { type: 'schedule', key: 'hourly', interval: 'hour' } as const;
const PAGES = { type: 'event', key: 'pages', name: 'avi:confluence:created:page', body: { id: 1 } } as const;
const contextOf = (trigger: Trigger) => ({ trigger }) as JobContext;

test('the job picks its work by the key of what fired, and gives it what it was given', async () => {
  const ran: unknown[] = [];
  const job = byKey({
    schedules: { hourly: async ({ trigger: { interval } }) => void ran.push(interval) },
    events: { pages: async ({ trigger: { name, body } }) => void ran.push([name, body]) },
  });
  await job(contextOf(HOURLY));
  await job(contextOf(PAGES));
  expect(ran).toEqual(['hour', ['avi:confluence:created:page', { id: 1 }]]);
  expect(job.keys).toEqual({ schedules: ['hourly'], events: ['pages'] });
});

test.each([
  [HOURLY, 'schedules'],
  [PAGES, 'events'],
  [{ ...HOURLY, key: 'toString' }, 'schedules'],
])('a key that the table lacks fails the run, and says where it goes', async (trigger, table) => {
  await expect(byKey({})(contextOf(trigger))).rejects.toThrow(`key "${trigger.key}". Add it to ${table} in byKey`);
});
