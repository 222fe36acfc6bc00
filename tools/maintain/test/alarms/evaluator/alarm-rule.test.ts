import { parseRule } from './alarm-rule';
import type { AlarmState } from './missing-data';

const STATES: Readonly<Record<string, AlarmState>> = { on: 'ALARM', off: 'OK', unknown: 'INSUFFICIENT_DATA' };

const holds = (rule: string): boolean => parseRule(rule).holds((alarm) => STATES[alarm] ?? 'OK');

test.each([
  ['ALARM("on")', true],
  ['ALARM(off)', false],
  ['OK("off")', true],
  ['INSUFFICIENT_DATA("unknown")', true],
  ['ALARM("unknown")', false],
  ['TRUE', true],
  ['FALSE', false],
  ['NOT ALARM("on")', false],
  ['ALARM("off") OR ALARM("on")', true],
  ['ALARM("off") AND ALARM("on")', false],
  ['ALARM("on") OR ALARM("on") AND ALARM("off")', true],
  ['(ALARM("on") OR ALARM("on")) AND ALARM("off")', false],
  ['NOT (ALARM("off") OR OK("on"))', true],
  ['(ALARM("off") OR (ALARM("on")))', true],
])('%s is %s', (rule, expected) => {
  expect(holds(rule)).toBe(expected);
});

test('an alarm may be named by its ARN', () => {
  const arn = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:My alarm';
  expect(parseRule(`ALARM("${arn}")`).alarms).toEqual([arn]);
});

test.each([
  ['AT_LEAST(2, ALARM, (a, b))', 'expected ALARM, OK, INSUFFICIENT_DATA, TRUE, FALSE, NOT or "(", got AT_LEAST'],
  ['ALARM("a") XOR ALARM("b")', 'expected AND, OR or its end, got XOR'],
  ['ALARM("a"', 'expected ), got its end'],
  ['', 'expected ALARM, OK'],
])('what is not understood is an error that names the place: %s', (rule, message) => {
  expect(() => parseRule(rule)).toThrow(message);
});
