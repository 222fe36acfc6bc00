import { IGNORED, type LintFinding, sortFindings } from '../../lint/cfn-lint';

const finding = (rule: string, message: string): LintFinding => ({ rule, message, file: 'a.json', path: 'Resources' });

const FROM_CDK = finding(
  'W3005',
  "'ReceiverRoleA486264C' dependency already enforced by a 'GetAtt' at 'Resources/ReceiverFunction66CF909E/Properties/Role'",
);
const NEWER_PROPERTY = finding('E3002', "Additional properties are not allowed ('WarmUpConfiguration' was unexpected)");

test('what CDK itself causes, and what cfn-lint does not know yet, are left out of account', () => {
  expect(sortFindings([FROM_CDK, NEWER_PROPERTY])).toEqual({ counting: [], left: [FROM_CDK, NEWER_PROPERTY] });
});

test('the same rules count where the message is another one', () => {
  const others = [
    finding('W3005', "'Queue' dependency already enforced by a 'Ref' at 'Resources/Topic/Properties/Name'"),
    finding('E3002', "Additional properties are not allowed ('Treshold' was unexpected)"),
    finding('E3003', "'Threshold' is a required property"),
  ];
  expect(sortFindings(others)).toEqual({ counting: others, left: [] });
});

test('whatever is ignored has a reason', () => {
  for (const { reason } of IGNORED) expect(reason).toMatch(/.{40}/);
});
