import type { Interval } from '../../lambda/contract/routes';
import { closest } from './did-you-mean';
import type { Problems } from './error';
import { INTERVALS, keepsTokenAlive, parseInterval } from './interval';
import type { Reference } from './modules';
import type { YamlValue } from './yaml-value';

const MODULE = 'scheduledTrigger';

/** Most scheduled triggers that an app may have (Forge's documentation). */
const MAX_SCHEDULED_TRIGGERS = 5;

/** There are not more scheduled triggers than Forge runs, each with an interval that it knows. */
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
