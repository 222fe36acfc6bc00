import input from '../../../config';
import { parseConfig } from '../../../lib/config';

// The template's own config.ts: what a fork starts from.
const { stages } = parseConfig(input);

test('there is a stage to develop with and one for production', () => {
  expect(stages.map(({ name }) => name)).toEqual(['dev', 'prod']);
});

test('production has a stage of its own, and its slot outlives the stack', () => {
  const serving = stages.filter(({ environments }) => environments.includes('PRODUCTION'));
  expect(serving).toEqual([
    expect.objectContaining({ name: 'prod', environments: ['PRODUCTION'], slot: { strategy: 'single', retain: true } }),
  ]);
});

test('it names nobody: no account, no address', () => {
  for (const stage of stages) {
    expect(stage).not.toHaveProperty('account');
    expect(stage.alarmEmails).toEqual([]);
  }
});
