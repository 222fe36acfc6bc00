import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  CONFIGURATIONS,
  losses,
  PRECIOUS,
  type RecordedStacks,
  type ReleaseRecord,
  recordOf,
} from '../releases/record';

const FOLDER = path.join(__dirname, '../releases');
const releases = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const cases = releases.flatMap((release) => {
  const records: Record<string, ReleaseRecord> = JSON.parse(readFileSync(path.join(FOLDER, release), 'utf8'));
  return Object.entries(records).map(([name, record]) => ({ release, name, record }));
});

test('there is a record of the stacks before the first version, of every kind of stage', () => {
  const first = cases.filter(({ release }) => release === 'before-1.0.0.json');
  expect(first.map(({ name }) => name)).toEqual(Object.keys(CONFIGURATIONS));
  const types = first.flatMap(({ record }) => Object.values(record.stacks).flatMap((stack) => Object.values(stack)));
  expect([...new Set(types.map(({ type }) => type))].sort()).toEqual(Object.keys(PRECIOUS).sort());
});

test('what replaces a resource is what CloudFormation says, by the database that the CDK CLI brings', () => {
  const file = path.join(path.dirname(require.resolve('aws-cdk/package.json')), 'db.json.gz');
  const { schema } = JSON.parse(gunzipSync(readFileSync(file)).toString());
  const documented: [string, string[]][] = schema.resource.entities
    .filter(({ cloudFormationType }: SpecResource) => cloudFormationType in PRECIOUS)
    .map(({ cloudFormationType, properties }: SpecResource) => [
      cloudFormationType,
      Object.keys(properties).filter((name) => (properties[name]?.causesReplacement ?? 'no') !== 'no'),
    ]);
  const sorted = (table: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(table).map(([type, names]) => [type, [...names].sort()]));
  expect(sorted(Object.fromEntries(documented))).toEqual(sorted(PRECIOUS));
});

interface SpecResource {
  readonly cloudFormationType: string;
  readonly properties: Readonly<Record<string, { readonly causesReplacement?: string }>>;
}

test.each(cases)('$name of $release: deployed over it, nothing is replaced or deleted', ({ record }) => {
  expect(losses(record.stacks, recordOf(record.config))).toEqual([]);
});

describe('a loss is seen', () => {
  const stacks = (resources: RecordedStacks[string]): RecordedStacks => ({ prod: resources });
  const secret = (properties = {}) => ({ type: 'AWS::SecretsManager::Secret', properties });
  const before = stacks({ Slot: secret({ Name: 'a' }) });

  test.each([
    ['of a stack that is gone', {}, 'prod: no such stack any more'],
    ['of another logical id', stacks({ Slot2: secret({ Name: 'a' }) }), 'Slot would be deleted'],
    ['of another type', stacks({ Slot: { ...secret(), type: 'AWS::DynamoDB::Table' } }), 'Slot would be deleted'],
    ['by another name', stacks({ Slot: secret({ Name: 'b' }) }), 'Slot would be replaced'],
    ['by a name that is left out', stacks({ Slot: secret() }), 'Slot would be replaced'],
  ])('%s', (_what, now, message) => {
    expect(losses(before, now)).toEqual([expect.stringContaining(message)]);
  });

  test('and what is new is none', () => {
    expect(losses(before, { ...before, other: {} })).toEqual([]);
  });
});
