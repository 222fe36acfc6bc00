import { isRegionKey, REGION_KEYS, regionProblem } from '../../../lib/manifest/regions';

test.each([
  ['US', 'us-east-1'],
  ['US', 'us-west-2'],
  ['EU', 'eu-central-1'],
  ['EU', 'eu-west-1'],
  ['AU', 'ap-southeast-2'],
  ['CA', 'ca-central-1'],
  ['DE', 'eu-central-1'],
  ['IN', 'ap-south-1'],
  ['JP', 'ap-northeast-1'],
  ['SG', 'ap-southeast-1'],
  ['KR', 'ap-northeast-2'],
  ['CH', 'eu-central-2'],
  ['GB', 'eu-west-2'],
  ['default', 'us-east-1'],
  ['default', 'sa-east-1'],
])('%s may be in %s', (key, awsRegion) => expect(regionProblem(key, awsRegion)).toBeUndefined());

test.each([
  [
    'DE',
    'us-east-1',
    /pinned to DE is promised that its data stays in Germany, and us-east-1 .*Allowed for DE: eu-central-1\./,
  ],
  ['DE', 'eu-west-1', /Allowed for DE: eu-central-1\./],
  ['EU', 'eu-west-2', /the European Union, and eu-west-2 .*Allowed for EU: eu-central-1, eu-west-1\./],
  ['CH', 'eu-central-1', /Switzerland/],
  ['FR', 'eu-west-3', /Forge has no region "FR"\. Allowed: EU, US, AU, DE, SG, CA, IN, KR, JP, GB, CH, default\./],
  ['eu', 'eu-west-1', /Did you mean "EU"\?/],
  ['toString', 'us-east-1', /Forge has no region "toString"/],
])('%s may not be in %s', (key, awsRegion, says) => expect(regionProblem(key, awsRegion)).toMatch(says));

test('there are the keys that Forge has', () => {
  expect(REGION_KEYS).toHaveLength(12);
  expect(REGION_KEYS.every(isRegionKey)).toBe(true);
});
