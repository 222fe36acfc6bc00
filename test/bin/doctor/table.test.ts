import { exitStatus, type Finding } from '../../../bin/doctor/finding';
import { json, table } from '../../../bin/doctor/table';
import { NOW_MS, TARGET } from './targets';

const OK: Finding = { check: 'Stack', status: 'ok', summary: 'CREATE_COMPLETE' };
const OFF: Finding = { check: 'Queue', status: 'nothing', summary: 'off' };
const UNSEEN: Finding = {
  check: 'Alarms',
  status: 'unseen',
  summary: 'could not be checked',
  fixes: ['Ask for the right.'],
};
const WRONG: Finding = {
  check: 'Dead letters',
  status: 'wrong',
  summary: '2 messages',
  details: ['one', 'two'],
  fixes: ['Fix it.', 'Then send them back.'],
};

test('a row for each check, with details and fixes under it, and a total', () => {
  expect(table(TARGET, [OK, UNSEEN, WRONG, OFF])).toBe(
    [
      'Stage dev: stack forge-remote-dev in us-east-1',
      '',
      '✓ Stack         CREATE_COMPLETE',
      '– Alarms        could not be checked',
      '                → Ask for the right.',
      '✗ Dead letters  2 messages',
      '                one',
      '                two',
      '                → Fix it.',
      '                → Then send them back.',
      '– Queue         off',
      '',
      '1 ok, 1 wrong, 1 with nothing to check, 1 that could not be checked.',
    ].join('\n'),
  );
});

test('long lines are broken between words, and stay in their column', () => {
  const word = 'a'.repeat(30);
  const lines = table(TARGET, [{ ...OK, summary: Array(7).fill(word).join(' ') }]).split('\n');
  expect(lines.slice(2, 5)).toEqual([
    `✓ Stack  ${word} ${word} ${word}`,
    `         ${word} ${word} ${word}`,
    `         ${word}`,
  ]);
  const long = `arn:${'a'.repeat(150)}`;
  expect(table(TARGET, [{ ...OK, summary: `it is ${long} here` }])).toContain(`\n         ${long}\n`);
  expect(table(TARGET, [{ ...OK, summary: `${long} here` }])).toContain(`✓ Stack  ${long}\n         here`);
});

test('the exit status', () => {
  expect(exitStatus([OK, OFF])).toBe(0);
  expect(exitStatus([OK, UNSEEN, WRONG])).toBe(1);
  expect(exitStatus([OK, UNSEEN])).toBe(2);
});

test('JSON says the same', () => {
  expect(JSON.parse(json(TARGET, [OK, WRONG], NOW_MS))).toEqual({
    stage: 'dev',
    stack: 'forge-remote-dev',
    region: 'us-east-1',
    at: '2026-08-01T12:00:00.000Z',
    status: 'wrong',
    findings: [OK, WRONG],
  });
});
