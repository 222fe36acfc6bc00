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

/** All intervals, shortest first. */
export const INTERVALS = Object.keys(INTERVAL_MINUTES) as readonly Interval[];

/** `text` as an interval; `undefined` if it is none. */
export const parseInterval = (text: unknown): Interval | undefined => INTERVALS.find((interval) => interval === text);

/** Whether the next token always arrives before the last one expires. */
export const keepsTokenAlive = (interval: Interval): boolean => INTERVAL_MINUTES[interval] < DELIVERED_LIFE_MINUTES;

/** The format of product events, such as `avi:confluence:created:page` or `avi:confluence:created:space:V2`. */
const PRODUCT_EVENT = /^avi:[a-z][a-z.-]*(:[A-Za-z0-9_-]+){2,}$/;

/**
 * Why `event` is not a valid event name; `undefined` if it is.
 *
 * Forge accepts any name, and never fires an unknown event. Atlassian adds and removes product events, so only their
 * format is checked.
 */
export function eventProblem(event: string): string | undefined {
  if (!PRODUCT_EVENT.test(event)) return 'The format of an event is avi:<product>:<action>:<entity>.';
  if (!event.startsWith('avi:forge:') || isLifecycleEvent(event)) return undefined;
  if (event.includes('uninstall')) return 'There is no such event. Use the preUninstall module.';
  const guess = closest(event, LIFECYCLE_EVENTS);
  const hint = guess === undefined ? '' : ` Did you mean ${guess}?`;
  return `The life-cycle events of an app are ${LIFECYCLE_EVENTS.join(' and ')}.${hint}`;
}

/** A trigger's events: plain names, or maps with an `eventType`. */
function eventValues(trigger: YamlValue): YamlValue[] {
  return trigger
    .get('events')
    .items()
    .map((event) => (event.isMap ? event.get('eventType') : event));
}

/** Names of a trigger's events. */
export function eventsOf(trigger: YamlValue): string[] {
  return eventValues(trigger).flatMap(({ text }) => (text === undefined ? [] : [text]));
}

/** Checks that one of our triggers waits for events that Forge may fire. */
export function checkEvents(trigger: Reference, problems: Problems): void {
  const named = `trigger ${JSON.stringify(trigger.moduleKey)}`;
  const events = eventValues(trigger.yaml);
  if (events.length === 0) {
    problems.add(trigger.yaml.get('events'), `${named} has no list of events`, 'Add "events:" with at least one.');
  }
  for (const event of events) {
    const reason = event.text === undefined ? 'An event must be a string.' : eventProblem(event.text);
    if (reason !== undefined) problems.add(event, `${named} waits for the event ${event.shown}`, reason);
  }
}

const MODULE = 'scheduledTrigger';

/** Maximum of scheduled triggers per app (Forge's documentation). */
const MAX_SCHEDULED_TRIGGERS = 5;

/** Checks the number of scheduled triggers, and the interval of each. */
export function checkScheduledTriggers(root: YamlValue, problems: Problems): void {
  const triggers = root.get('modules').get(MODULE).items();
  const firstExcess = triggers[MAX_SCHEDULED_TRIGGERS];
  if (firstExcess !== undefined) {
    problems.add(
      firstExcess,
      `This file has ${triggers.length} scheduled triggers`,
      `Forge allows ${MAX_SCHEDULED_TRIGGERS} per app. Remove or merge some.`,
    );
  }
  for (const trigger of triggers) {
    const interval = trigger.get('interval');
    if (parseInterval(interval.scalar) !== undefined) continue;
    problems.add(
      interval,
      `scheduledTrigger ${trigger.get('key').shown} has the interval ${interval.shown}`,
      `Allowed: ${INTERVALS.join(', ')}.`,
    );
  }
}

/** The shortest interval of `scheduled`. Checks that it is short enough to keep a valid token. */
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
      `The system token comes only once a ${shortest}, but may expire 2 hours after its delivery, and nobody can request another one`,
      `Use ${INTERVALS.filter(keepsTokenAlive).join(' or ')}, or add a second scheduledTrigger with such an interval.`,
    );
  }
  return shortest;
}

/** Adds the problem that no scheduled trigger brings the token, and names a module that is probably a typo. */
export function reportNoSchedule(modules: YamlValue, problems: Problems): void {
  const misspelt = modules.keys().find((key) => key !== MODULE && closest(key, [MODULE]) !== undefined);
  problems.add(
    misspelt === undefined ? modules : modules.get(misspelt),
    'No scheduledTrigger calls an endpoint of this backend, so Forge would never deliver a system token',
    misspelt === undefined
      ? 'Add a scheduledTrigger with "interval: hour" for an endpoint with "remote" and "auth.appSystemToken.enabled: true".'
      : `There is a module ${misspelt}: did you mean ${MODULE}?`,
  );
}

/**
 * Refuses triggers that run no job. Forge never delivers an event again after a 2xx answer, so such a trigger is
 * refused at deployment and not at the call.
 *
 * @param keys of the triggers that lambda/job.ts handles; `undefined` if the job handles all triggers, or if its keys
 * couldn't be read
 */
export function refuseTriggersWithoutJob(
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
        `trigger ${JSON.stringify(key)} waits for ${events.join(', ')}, and stage ${JSON.stringify(name)} in config.ts has worker: false, so no job would run for it`,
        'Remove the trigger, use a Forge function for it, or give the stage a worker.',
      );
    }
    if (worker === false || keys === undefined) continue;
    if (kind === 'scheduledTrigger' && !keys.schedules.includes(key)) {
      problems.add(
        user,
        `scheduledTrigger ${JSON.stringify(key)} has no job in lambda/job.ts`,
        missing('schedules', key),
      );
    }
    if (isEvent && !keys.events.includes(key)) {
      problems.add(user, `trigger ${JSON.stringify(key)} has no job in lambda/job.ts`, missing('events', key));
    }
  }
  problems.throwIfAny(manifest.file);
}

const missing = (table: keyof JobKeys, key: string): string =>
  `Add it to ${table} in byKey({ … }): ${JSON.stringify(key)}: async ({ trigger, atlassian, log }) => { … }`;
