import type { AlarmState } from './aws';
import { nothing, type Outcome, ok, wrong } from './finding';
import type { StackAlarm } from './stack';
import type { Target } from './target';
import { count, iso } from './time';

/** Checks that no alarm of the stack is on, and that none was deleted. */
export function alarmsOutcome(alarms: readonly StackAlarm[], states: readonly AlarmState[], target: Target): Outcome {
  if (alarms.length === 0) return nothing('the stack has none');
  const known = alarms.map(({ name, physicalId }) => ({
    name,
    state: states.find((state) => state.name === physicalId),
  }));
  const inState = (wanted: string) =>
    known.flatMap(({ name, state }) => (state?.state === wanted ? [{ name, state }] : []));
  const [on, unsure, calm] = [inState('ALARM'), inState('INSUFFICIENT_DATA'), inState('OK')];
  const gone = known.filter(({ state }) => state === undefined).map(({ name }) => name);

  const details = [
    ...on.map(({ name, state }) => `${name} is on since ${iso(state.sinceMs)}: ${state.reason}`),
    ...gone.map((name) => `${name} is gone`),
    ...withoutData(unsure),
  ];
  const numbers = [
    ...(on.length > 0 ? [`${on.length} on`] : []),
    ...(gone.length > 0 ? [`${gone.length} gone`] : []),
    ...(unsure.length > 0 ? [`${unsure.length} without data`] : []),
    ...(calm.length > 0 ? [`${calm.length} off`] : []),
  ].join(', ');
  const summary = `${count(alarms.length, 'alarm')}: ${numbers}`;
  const [firstFix, ...otherFixes] = [
    ...firstSteps(on),
    ...(gone.length > 0 ? [`Somebody deleted the missing alarms. ${target.restore}`] : []),
  ];
  if (firstFix !== undefined) return wrong(summary, [firstFix, ...otherFixes], details);
  return unsure.length > 0 ? nothing(summary, details) : ok(summary);
}

/** Alarms without data, grouped by CloudWatch's reason. Most have the same. */
function withoutData(alarms: readonly { readonly name: string; readonly state: AlarmState }[]): string[] {
  const reasons = [...new Set(alarms.map(({ state }) => state.reason))];
  return reasons.map((reason) => {
    const names = alarms.filter(({ state }) => state.reason === reason).map(({ name }) => name);
    return `No data yet: ${names.join(', ')} (${reason})`;
  });
}

/** The end of an alarm's description: what to do first, and the section of the runbook. */
const firstStep = (description: string): string | undefined => /First: (.*)$/s.exec(description)?.[1];

/** The first steps. A fork's own alarm may have none; it is named only if no other alarm is on. */
function firstSteps(on: readonly { readonly name: string; readonly state: AlarmState }[]): string[] {
  const steps = on.flatMap(({ name, state }) => {
    const step = firstStep(state.description);
    return step === undefined ? [] : [`${name}: ${step}`];
  });
  return steps.length > 0 ? steps : on.map(({ name }) => `${name}: see docs/runbook.md.`);
}
