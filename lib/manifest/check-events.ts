import type { Problems } from './error';
import { eventProblem } from './events';
import type { Reference } from './modules';
import type { YamlValue } from './yaml-value';

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
