import {
  INTERVAL_MINUTES,
  type Interval,
  isLifecycleEvent,
  type JobKeys,
  LIFECYCLE_EVENTS,
} from '../../lambda/contract/routes';
import { DELIVERED_LIFE_MINUTES } from '../../lambda/contract/slot';
import type { YamlValue } from './document';
import { isLifecycleOnly, type Manifest } from './model';
import type { Reference } from './modules';
import { closest, Problems } from './problems';

/** Every interval, shortest first. */
export const INTERVALS = Object.keys(INTERVAL_MINUTES) as readonly Interval[];

/** The interval called `text`, or `undefined`. */
export const parseInterval = (text: unknown): Interval | undefined => INTERVALS.find((interval) => interval === text);

/** Whether a token delivered at this interval is always followed by the next one before it expires. */
export const keepsTokenAlive = (interval: Interval): boolean => INTERVAL_MINUTES[interval] < DELIVERED_LIFE_MINUTES;

/** The shape of every product event, such as `avi:confluence:created:page` or `avi:confluence:created:space:V2`. */
const PRODUCT_EVENT = /^avi:[a-z][a-z.-]*(:[A-Za-z0-9_-]+){2,}$/;

/**
 * What is wrong with `event` as the name of an event; `undefined` when nothing is.
 *
 * Forge accepts any name and never fires an event that it doesn't have. Product events come and go, so only their shape
 * is looked at.
 */
export function eventProblem(event: string): string | undefined {
  if (!PRODUCT_EVENT.test(event)) return 'An event is called avi:<product>:<action>:<entity>.';
  if (!event.startsWith('avi:forge:') || isLifecycleEvent(event)) return undefined;
  if (event.includes('uninstall')) return 'There is no such event. Use the preUninstall module.';
  const guess = closest(event, LIFECYCLE_EVENTS);
  const hint = guess === undefined ? '' : ` Did you mean ${guess}?`;
  return `Of an app itself there are ${LIFECYCLE_EVENTS.join(' and ')}.${hint}`;
}

/** The events of a trigger, which are plain names or maps with an `eventType`. */
function eventValues(trigger: YamlValue): YamlValue[] {
  return trigger
    .get('events')
    .items()
    .map((event) => (event.isMap ? event.get('eventType') : event));
}

/** Names of the events that `trigger` waits for. */
export function eventsOf(trigger: YamlValue): string[] {
  return eventValues(trigger).flatMap(({ text }) => (text === undefined ? [] : [text]));
}

/** A trigger of ours waits for events that Forge may fire. */
export function checkEvents(trigger: Reference, problems: Problems): void {
  const named = `trigger ${JSON.stringify(trigger.moduleKey)}`;
  const events = eventValues(trigger.yaml);
  if (events.length === 0) {
    problems.add(trigger.yaml.get('events'), `${named} has no list of events`, 'Add "events:" with at least one.');
  }
  for (const event of events) {
    const reason = event.text === undefined ? 'An event is a string.' : eventProblem(event.text);
    if (reason !== undefined) problems.add(event, `${named} waits for the event ${event.shown}`, reason);
  }
}

const MODULE = 'scheduledTrigger';

/** Most scheduled triggers that an app may have (Forge's documentation). */
const MAX_SCHEDULED_TRIGGERS = 5;

/** Forge runs that many scheduled triggers, and knows the interval of each. */
export function checkScheduledTriggers(root: YamlValue, problems: Problems): void {
  const triggers = root.get('modules').get(MODULE).items();
  const surplus = triggers[MAX_SCHEDULED_TRIGGERS];
  if (surplus !== undefined) {
    problems.add(
      surplus,
      `There are ${triggers.length} scheduled triggers`,
      `Forge allows an app ${MAX_SCHEDULED_TRIGGERS}. Remove or merge some.`,
    );
  }
  for (const trigger of triggers) {
    const interval = trigger.get('interval');
    if (parseInterval(interval.scalar) !== undefined) continue;
    problems.add(
      interval,
      `scheduledTrigger ${trigger.get('key').shown} has the interval ${interval.shown}`,
      `Allowed are ${INTERVALS.join(', ')}.`,
    );
  }
}

/** The shortest interval of `scheduled`, which must be short enough to keep a valid token at hand. */
export function checkTokenSource(
  scheduled: readonly Reference[],
  modules: YamlValue,
  problems: Problems,
): Interval | undefined {
  const first = scheduled[0];
  if (first === undefined) {
    reportNoSchedule(modules, problems);
    return undefined;
  }
  const intervals = scheduled.map(({ yaml }) => parseInterval(yaml.get('interval').scalar));
  const shortest = INTERVALS.find((interval) => intervals.includes(interval));
  if (shortest !== undefined && !intervals.includes(undefined) && !keepsTokenAlive(shortest)) {
    problems.add(
      first.yaml.get('interval'),
      `The system token comes only once a ${shortest}, but may expire 2 hours after it came, and nothing can be done to get another one`,
      `Use ${INTERVALS.filter(keepsTokenAlive).join(' or ')}, or add a second scheduledTrigger with such an interval.`,
    );
  }
  return shortest;
}

/** Notes that no scheduled trigger brings the token, with the module that was probably meant to be one. */
export function reportNoSchedule(modules: YamlValue, problems: Problems): void {
  const misspelt = modules.keys().find((key) => key !== MODULE && closest(key, [MODULE]) !== undefined);
  problems.add(
    misspelt === undefined ? modules : modules.get(misspelt),
    'No scheduledTrigger calls an endpoint of this backend, so Forge would never deliver a system token',
    misspelt === undefined
      ? 'Add a scheduledTrigger with "interval: hour" for an endpoint with "remote" and "auth.appSystemToken.enabled: true".'
      : `There is a module called ${misspelt}: did you mean ${MODULE}?`,
  );
}

/**
 * Refuses triggers that fire no work. Forge delivers nothing again after a 2xx answer, so such a trigger is refused when
 * it is deployed, not when it is called.
 *
 * @param keys of the triggers that the job has work for. `undefined` for a job that takes whatever comes, or that couldn't
 * be asked
 * @throws {ManifestError}
 */
export function refuseTriggersWithoutWork(
  manifest: Manifest,
  { name, worker }: { readonly name: string; readonly worker: false | object },
  keys?: JobKeys,
): void {
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
