import { conditionHolds, resolve, type Scope } from '../../aws/intrinsics';
import type { Json } from '../../aws/template';

const scope: Scope = {
  template: {
    Resources: {},
    Mappings: { Sizes: { 'us-east-1': { small: 1 } } },
    Conditions: {
      Yes: { 'Fn::Equals': ['a', { Ref: 'Letter' }] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Odd: { 'Fn::Contains': [] },
    },
  },
  ref: (name) => (name === 'AWS::NoValue' ? undefined : name === 'Letter' ? 'a' : `ref:${name}`),
  attribute: (id, attribute) => `${id}:${attribute}`,
};

test.each<[string, Json, Json]>([
  ['a value without intrinsics', { a: [1, true, 'x', null] }, { a: [1, true, 'x', null] }],
  ['Ref', { Ref: 'Bucket' }, 'ref:Bucket'],
  ['Ref to AWS::NoValue removes the property', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'Role:Arn'],
  ['Fn::GetAtt as a string', { 'Fn::GetAtt': 'Stack.Outputs.Url' }, 'Stack:Outputs.Url'],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }, 'a-ref:B'],
  ['Fn::Select of Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': [':', { Ref: 'B' }] }] }, 'B'],
  ['Fn::Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
  ['Fn::If', { 'Fn::If': ['Yes', 1, 2] }, 1],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', 'us-east-1', 'small'] }, 1],
  ['Fn::Sub', { 'Fn::Sub': `\${A}/\${B.Arn}/\${!C}` }, `ref:A/B:Arn/\${C}`],
  ['Fn::Sub with variables', { 'Fn::Sub': [`\${v}`, { v: { Ref: 'A' } }] }, 'ref:A'],
])('%s', (_what, value, expected) => {
  expect(resolve(value, scope)).toEqual(expected);
});

test.each<[string, Json, string]>([
  ['an unknown intrinsic', { a: { 'Fn::Cidr': [] } }, 'Fn::Cidr is not emulated'],
  ['an intrinsic beside other keys', { Ref: 'A', 'Fn::Sub': 'x' }, 'Fn::Sub is not emulated here'],
  ['a mapping that is missing', { 'Fn::FindInMap': ['Sizes', 'x', 'y'] }, 'Unable to get mapping for Sizes::x::y'],
  ['an index beyond the list', { 'Fn::Select': [2, ['a']] }, 'Fn::Select cannot select index 2'],
])('%s is an error', (_what, value, message) => {
  expect(() => resolve(value, scope)).toThrow(message);
});

test.each([
  ['Yes', true],
  ['No', false],
  ['Both', false],
  ['Either', true],
])('condition %s is %s', (name, expected) => {
  expect(conditionHolds(name, scope)).toBe(expected);
});

test('an undeclared or unknown condition is an error', () => {
  expect(() => conditionHolds('Nobody', scope)).toThrow('unresolved condition dependency Nobody');
  expect(() => conditionHolds('Odd', scope)).toThrow('Fn::Contains is not emulated in a condition');
});
