import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  hasChat,
  WITHOUT_DUAL_STACK,
  WITHOUT_FUNCTION_URLS,
  WITHOUT_HTTP_APIS,
} from '../../../../lib/config/aws-regions';
import { cfnLintVersion, IGNORED, type LintFinding, runCfnLint, sortFindings } from '../../lint/cfn-lint';

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

// Where there is no such program, lib/config/aws-regions.ts is as good as when somebody last looked.
const withCfnLint = cfnLintVersion() === undefined ? test.skip : test;

withCfnLint(
  'what regions lack is what AWS says by its schemas',
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'regions-'));
    const file = path.join(folder, 'template.json');
    const Resources = {
      Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: 'x', AuthType: 'NONE' } },
      Api: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: { Name: 'x', ProtocolType: 'HTTP', IpAddressType: 'dualstack' },
      },
      Slack: {
        Type: 'AWS::Chatbot::SlackChannelConfiguration',
        Properties: {
          ConfigurationName: 'x',
          IamRoleArn: 'arn:aws:iam::123456789012:role/x',
          SlackChannelId: 'C0',
          SlackWorkspaceId: 'T0',
        },
      },
    };
    writeFileSync(file, JSON.stringify({ Resources }));
    const messages = runCfnLint([file], 'ALL_REGIONS').map(({ message }) => message);
    rmSync(folder, { recursive: true });
    const without = (type: string) =>
      messages
        .flatMap((message) => new RegExp(`'${type}' does not exist in '([\\w-]+)'`).exec(message)?.[1] ?? [])
        .sort();
    expect(without('AWS::Lambda::Url')).toEqual(WITHOUT_FUNCTION_URLS);
    expect(without('AWS::ApiGatewayV2::Api')).toEqual(WITHOUT_HTTP_APIS);
    expect(messages.filter((message) => message.includes("'IpAddressType' was unexpected"))).toHaveLength(
      WITHOUT_DUAL_STACK.length,
    );
    expect(without('AWS::Chatbot::SlackChannelConfiguration').filter(hasChat)).toEqual([]);
  },
  60_000,
);
