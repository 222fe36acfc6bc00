import type { FilterLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, notEmulated } from './aws-error';
import type { JsonOperations } from './json-protocol';
import { page } from './paging';

interface LogEvent {
  readonly eventId: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/** Maximum of lines in a group, because a local run may last for days. */
const MOST_LINES = 10_000;

/** Events on a page: fewer than AWS's 10,000, to exercise paging. */
const PAGE_SIZE = 100;

/** A condition on a field of JSON lines: `$.reason = "*"`. A star matches any text. */
const CONDITION = /^\$\.(\w+) = "([^"]*)"$/;

/** CloudWatch Logs. Whoever runs a function passes its lines to {@link put}. */
export class Logs {
  readonly #clock: () => number;
  readonly #groups = new Map<string, LogEvent[]>();
  #count = 0;

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  readonly operations: JsonOperations = {
    FilterLogEvents: (request: FilterLogEventsRequest) => this.#filter(request),
  };

  createGroup(name: string): void {
    if (!this.#groups.has(name)) this.#groups.set(name, []);
  }

  groupNames(): string[] {
    return [...this.#groups.keys()];
  }

  removeGroup(name: string): void {
    this.#groups.delete(name);
  }

  /** Adds a line. Like Lambda, creates the group if it is missing. */
  put(group: string, message: string): void {
    this.createGroup(group);
    const events = this.#groups.get(group) ?? [];
    events.push({ eventId: String(this.#count++), timestamp: this.#clock(), message });
    if (events.length > MOST_LINES) events.shift();
  }

  /** The lines of a group, oldest first. */
  lines(group: string): string[] {
    return (this.#groups.get(group) ?? []).map(({ message }) => message);
  }

  /** Oldest first, unless `startFromHead` is false. */
  #filter(request: FilterLogEventsRequest) {
    const { logGroupName = '', startTime = 0, endTime = Infinity, filterPattern, nextToken, startFromHead } = request;
    const events = this.#groups.get(logGroupName);
    if (!events) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    const matches = matcher(filterPattern);
    const found = events.filter(
      ({ timestamp, message }) => timestamp >= startTime && timestamp <= endTime && matches(message),
    );
    const sorted = startFromHead === false ? found.reverse() : found;
    const { items, nextToken: next } = page(sorted, { MaxResults: PAGE_SIZE, NextToken: nextToken });
    return { events: items.map((event) => ({ ...event, logStreamName: 'local' })), nextToken: next };
  }
}

/** Emulated filter patterns: conditions on fields, joined by `&&`. */
function matcher(pattern: string | undefined): (message: string) => boolean {
  if (pattern === undefined) return () => true;
  const conditions = /^\{ (.*) \}$/
    .exec(pattern)?.[1]
    ?.split(' && ')
    .map((condition) => CONDITION.exec(condition));
  if (!conditions?.every((condition) => condition !== null)) {
    throw notEmulated(`The filter pattern ${pattern}`, ['{ $.field = "*" && $.other = "text*" }']);
  }
  const wanted = conditions.map(([, field = '', value = '']) => ({
    field,
    value: new RegExp(
      `^${value
        .split('*')
        .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
        .join('.*')}$`,
    ),
  }));
  return (message) => {
    try {
      const line = JSON.parse(message);
      return wanted.every(({ field, value }) => Object.hasOwn(line, field) && value.test(String(line[field])));
    } catch {
      return false;
    }
  };
}
