import { findReinstalls } from '../../../lambda/monitor/reinstalls';
import type { SlotState } from '../../../lambda/monitor/slot-state';

const slot = (installation: string, createdAtMs: number, ...sites: string[]): SlotState => ({
  id: installation,
  token: { installation, expiresAtSeconds: 0 },
  sites,
  createdAtMs,
});

test('the installation whose slot was made last has replaced the others on its site', () => {
  expect(findReinstalls([slot('a', 1, 'x'), slot('c', 3, 'x'), slot('b', 2, 'x')])).toEqual([
    { installation: 'c', before: 'a' },
    { installation: 'c', before: 'b' },
  ]);
});

test('one site of several in common is enough', () => {
  expect(findReinstalls([slot('a', 1, 'x', 'y'), slot('b', 2, 'y', 'z')])).toEqual([
    { installation: 'b', before: 'a' },
  ]);
});

test('installations on different sites have replaced nobody, and neither has one without a site', () => {
  expect(findReinstalls([slot('a', 1, 'x'), slot('b', 2, 'y'), slot('c', 3), slot('d', 4)])).toEqual([]);
  const { sites: _, ...untagged } = slot('e', 5);
  expect(findReinstalls([slot('a', 1, 'x'), untagged])).toEqual([]);
});

test('a slot without a token has replaced nobody', () => {
  const { token: _, ...empty } = slot('b', 2, 'x');
  expect(findReinstalls([slot('a', 1, 'x'), empty])).toEqual([]);
});
