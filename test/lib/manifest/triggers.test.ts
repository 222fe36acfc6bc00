import type { JobKeys } from '../../../lambda/contract/routes';
import { refuseTriggersWithoutJob } from '../../../lib/manifest/triggers';
import { MANIFEST, stageWith } from '../support/fixtures';

const trigger = (key: string, events: readonly string[]) => ({ kind: 'trigger' as const, key, events, line: 30 });

const manifest = {
  ...MANIFEST,
  endpoints: [
    ...MANIFEST.endpoints,
    {
      key: 'events-endpoint',
      path: '/forge/events',
      line: 40,
      kind: 'trigger' as const,
      users: [trigger('issues', ['avi:jira:created:issue']), trigger('installed', ['avi:forge:installed:app'])],
      systemToken: true,
    },
  ],
};
const problems = (keys?: JobKeys, worker: boolean = true) => {
  try {
    refuseTriggersWithoutJob(manifest, stageWith(worker ? {} : { worker: false }), keys);
    return [];
  } catch (error) {
    return String((error as Error).message).split('\n');
  }
};

test('a job that takes whatever comes is never refused', () => {
  expect(problems()).toEqual([]);
});

test('each key has work; life-cycle events alone need none', () => {
  expect(problems({ schedules: ['hourly'], events: ['issues'] })).toEqual([]);
  // It may have some.
  expect(problems({ schedules: ['hourly'], events: ['issues', 'installed'] })).toEqual([]);
});

test('a key without work is told with its line, and with what to add', () => {
  expect(problems({ schedules: [], events: [] })).toEqual([
    'manifest.yml:12: scheduledTrigger "hourly" has no job in lambda/job.ts. Add it to schedules in byKey({ … }): "hourly": async ({ trigger, atlassian, log }) => { … }',
    'manifest.yml:30: trigger "issues" has no job in lambda/job.ts. Add it to events in byKey({ … }): "issues": async ({ trigger, atlassian, log }) => { … }',
  ]);
});

test('an event for a stage without a worker is refused: nothing would run, and Forge would hear of success', () => {
  expect(problems(undefined, false)).toEqual([
    'manifest.yml:30: trigger "issues" waits for avi:jira:created:issue, and stage "dev" in config.ts has worker: false, so no job would run for it. Remove the trigger, use a Forge function for it, or give the stage a worker.',
  ]);
});
