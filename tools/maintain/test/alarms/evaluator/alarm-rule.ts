import type { AlarmState } from './missing-data';

/** Whether a composite alarm's rule holds, by the states of the alarms in it. */
export type AlarmRule = (stateOf: (alarm: string) => AlarmState) => boolean;

/** A rule, and the alarms in it as they are named there. */
export interface ParsedRule {
  readonly holds: AlarmRule;
  readonly alarms: readonly string[];
}

const STATES: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
const TOKEN = /\s*("[^"]*"|[()]|[^\s()"]+)/gy;

/**
 * Reads a composite alarm's rule: `ALARM("name or ARN")`, `OK(…)`, `INSUFFICIENT_DATA(…)`, `TRUE`, `FALSE`, AND, OR, NOT
 * and parentheses (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html,
 * AlarmRule). NOT binds tightest, then AND: the reference doesn't say.
 *
 * @throws {Error} naming the place that is not understood, such as AT_LEAST
 */
export function parseRule(text: string): ParsedRule {
  const tokens = [...text.matchAll(TOKEN)].map(([, token = '']) => token);
  const alarms: string[] = [];
  let next = 0;

  function fail(expected: string): never {
    throw new Error(`Alarm rule ${JSON.stringify(text)}: expected ${expected}, got ${tokens[next] ?? 'its end'}.`);
  }
  function take(token: string): boolean {
    if (tokens[next] !== token) return false;
    next++;
    return true;
  }
  function expect(token: string): void {
    if (!take(token)) fail(token);
  }

  function any(): AlarmRule {
    const rules = [all()];
    while (take('OR')) rules.push(all());
    return (stateOf) => rules.some((rule) => rule(stateOf));
  }
  function all(): AlarmRule {
    const rules = [one()];
    while (take('AND')) rules.push(one());
    return (stateOf) => rules.every((rule) => rule(stateOf));
  }
  function one(): AlarmRule {
    if (take('NOT')) {
      const rule = one();
      return (stateOf) => !rule(stateOf);
    }
    if (take('(')) {
      const rule = any();
      expect(')');
      return rule;
    }
    if (take('TRUE')) return () => true;
    if (take('FALSE')) return () => false;
    const state = STATES.find(take) ?? fail('ALARM, OK, INSUFFICIENT_DATA, TRUE, FALSE, NOT or "("');
    expect('(');
    const alarm = (tokens[next++] ?? '').replaceAll('"', '');
    alarms.push(alarm);
    expect(')');
    return (stateOf) => stateOf(alarm) === state;
  }

  const holds = any();
  if (next < tokens.length) fail('AND, OR or its end');
  return { holds, alarms };
}
