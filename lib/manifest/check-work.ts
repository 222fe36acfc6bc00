import type { JobKeys } from '../../lambda/contract/routes';
import type { Stage } from '../config';
import { Problems } from './error';
import { isLifecycleOnly, type Manifest } from './model';

/**
 * What Forge calls this backend for is work for somebody. After an answer of 2xx nothing is delivered again, so a trigger
 * that nobody works for is refused when it is deployed, and not when it is called.
 *
 * @param keys of the triggers that the job has work for. `undefined` for a job that takes whatever comes, or that couldn't
 * be asked
 * @throws {ManifestError}
 */
export function checkWork(manifest: Manifest, { name, worker }: Pick<Stage, 'name' | 'worker'>, keys?: JobKeys): void {
  const problems = new Problems();
  for (const user of manifest.endpoints.flatMap(({ users }) => users)) {
    const { kind, key, events = [] } = user;
    const isEvent = kind === 'trigger' && !isLifecycleOnly(user);
    if (worker === false && isEvent) {
      problems.add(
        user,
        `trigger ${JSON.stringify(key)} waits for ${events.join(', ')}, and stage ${JSON.stringify(name)} in config.ts has worker: false, so nothing would run for it`,
        'Take the trigger out, point it at a Forge function, or let the stage have a worker.',
      );
    }
    if (worker === false || keys === undefined) continue;
    if (kind === 'scheduledTrigger' && !keys.schedules.includes(key)) {
      problems.add(
        user,
        `scheduledTrigger ${JSON.stringify(key)} has no work in lambda/job.ts`,
        missing('schedules', key),
      );
    }
    if (isEvent && !keys.events.includes(key)) {
      problems.add(user, `trigger ${JSON.stringify(key)} has no work in lambda/job.ts`, missing('events', key));
    }
  }
  problems.throwIfAny(manifest.file);
}

const missing = (table: keyof JobKeys, key: string): string =>
  `Add it to ${table} in byKey({ … }): ${JSON.stringify(key)}: async ({ trigger, atlassian, log }) => { … }`;
