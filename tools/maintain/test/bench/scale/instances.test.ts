import { Instances } from '../../../bench/scale/instances';

const instances = () => {
  let made = 0;
  return new Instances({ newMemory: () => ++made, warmMs: 100, coldMs: 1_000, keptMs: 5_000 });
};

test('an instance that is free takes the next call, and a new one starts when none is', () => {
  const lambda = instances();
  expect(lambda.take(0)).toBe(1);
  expect(lambda.take(999)).toBe(2);
  expect(lambda.take(1_000)).toBe(1);
  expect(lambda).toMatchObject({ runs: 3, coldStarts: 2, busyMs: 2_100, mostAtOnce: 2 });
});

test('the one that was free last is used first', () => {
  const lambda = instances();
  for (const atMs of [0, 500]) lambda.take(atMs);
  expect(lambda.take(2_000)).toBe(2);
});

test('an instance is gone when it had nothing to do for longer than it is kept', () => {
  const lambda = instances();
  lambda.take(0);
  expect(lambda.take(6_000)).toBe(1);
  expect(lambda.take(11_101)).toBe(2);
});
