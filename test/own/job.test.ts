// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import { runJob } from '../../bin/run-job';
import { job } from '../../lambda/job';
import answers from './atlassian';

// Your job, with what atlassian.ts answers: no network, no AWS. Say here what your own job must do. For the one that the
// template comes with, for example:
//
//   const { log } = await runJob(job, { answers });
//   expect(log).toEqual([{ level: 'INFO', message: 'Spaces that the app can see', spaces: 3 }]);
//
//   const trigger = { type: 'event', key: 'pages', name: 'avi:confluence:created:page', body: {} } as const;
//   const { calls } = await runJob(job, { answers, trigger });

test.each(job.keys?.schedules ?? ['hourly'])('the schedule %s: the job runs to its end', async (key) => {
  const { error, missing } = await runJob(job, { answers, trigger: { type: 'schedule', key, interval: 'hour' } });
  // Lines for atlassian.ts, of calls that it has no answer to.
  expect(missing).toEqual([]);
  if (error) throw error;
});
