import { REASONS } from '../../../../../lambda/contract/outcomes';
import { parseSearch } from '../../../pictures/metrics/search';

const ALL = `SEARCH('{ForgeRemote,Reason,Remote} MetricName="Refused" Remote="test"', 'Sum', 300)`;

test('a search finds a metric for each value of the dimension that it leaves open', () => {
  const { candidates, stat, period } = parseSearch(ALL);
  expect([stat, period]).toEqual(['Sum', 300]);
  expect(candidates.map(({ label }) => label)).toEqual(Object.keys(REASONS));
  expect(candidates[0]?.metric).toEqual({
    namespace: 'ForgeRemote',
    name: 'Refused',
    dimensions: { Remote: 'test', Reason: candidates[0]?.label },
  });
});

test.each([
  ['no schema', `SEARCH('MetricName="Refused"', 'Sum', 300)`, 'expected {schema}'],
  ['no name', `SEARCH('{ForgeRemote,Reason,Remote} Remote="test"', 'Sum', 300)`, 'no MetricName'],
  ['a word', ALL.replace('MetricName', 'Failed OR MetricName'), 'all of them hold'],
  ['a term of no dimension', ALL.replace('Remote="', 'Stage="'), 'no dimension of its schema'],
  ['two open dimensions', ALL.replace(' Remote="test"', ''), 'one dimension may be open'],
  ['no open dimension', ALL.replace('Reason,', ''), 'one dimension may be open'],
])('what is not emulated is an error: %s', (_, search, message) => {
  expect(() => parseSearch(search)).toThrow(message);
});
