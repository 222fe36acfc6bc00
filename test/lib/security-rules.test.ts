import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import config from '../../config';
import { type ConfigInput, parseConfig, type StageInput } from '../../lib/config';
import { readManifest } from '../../lib/manifest/read';
import { RemoteStack } from '../../lib/remote-stack';
import { DEV_STAGE } from './support/fixtures';
import { securityFindings } from './support/security-findings';
import { testApp } from './support/synth';

const MANIFEST_FILE = path.join(__dirname, '../../manifest.yml');

/** The stacks of a configuration, with the manifest of this repository. */
function appOf(input: ConfigInput): { app: App; stacks: RemoteStack[] } {
  const app = testApp();
  const { name, stages } = parseConfig(input);
  const text = readFileSync(MANIFEST_FILE, 'utf8');
  // That the template's app id is a placeholder is no finding of cdk-nag's.
  const manifest = { ...readManifest(text, { file: MANIFEST_FILE, checkBaseUrl: false }), placeholderAppId: false };
  return {
    app,
    stacks: stages.map((stage) => new RemoteStack(app, `${name}-${stage.name}`, { name, stage, manifest })),
  };
}

const roleIn = (stack: RemoteStack, id: string) =>
  new Role(stack, id, { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });

const withStage = (changes: Partial<StageInput>): ConfigInput => ({ stages: [{ ...DEV_STAGE, ...changes }] });

const EVERYTHING: Partial<StageInput> = {
  alarmEmails: ['ops@example.com'],
  alarmTopics: {
    page: 'arn:aws:sns:us-east-1:123456789012:pager',
    ticket: 'arn:aws:sns:us-east-1:123456789012:tickets',
  },
  slack: { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' },
  reservedConcurrency: 3,
  worker: { concurrency: 5 },
  slot: { strategy: 'perInstallation', retain: true },
  monitor: { reapAfterDays: 30 },
};

const CONFIGURATIONS: [name: string, config: ConfigInput][] = [
  ['config.ts', config],
  ['every option, a secret for each installation', withStage(EVERYTHING)],
  ['every option, one secret', withStage({ ...EVERYTHING, slot: { retain: true }, monitor: {} })],
  ['an account that is known', withStage({ ...EVERYTHING, account: '123456789012' })],
  ['a region of another partition', withStage({ ...EVERYTHING, region: 'cn-north-1' })],
  ['nothing but the receiver', withStage({ worker: false, monitor: false, dashboard: false })],
];

describe.each(CONFIGURATIONS)('with %s', (_name, input) => {
  const { app, stacks } = appOf(input);
  // What a fork adds: a reader of its own.
  for (const stack of stacks) stack.remote.grantTokenRead(roleIn(stack, 'Reader'));
  const { unexcused, needless, excuses } = securityFindings(app);

  test('every rule of AwsSolutions is kept, or has a reason beside it why not', () => {
    expect(unexcused).toEqual([]);
  });

  test('no reason is given that nothing needs', () => {
    expect(needless).toEqual([]);
  });

  test('a reason says more than the name of its rule', () => {
    expect(excuses).not.toEqual([]);
    for (const { reason } of excuses) expect(reason.length).toBeGreaterThan(40);
  });

  test("a fork's own run of cdk-nag is quiet", () => {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});

describe('the rules still see', () => {
  const { app, stacks } = appOf(withStage(EVERYTHING));
  const [stack] = stacks;
  if (!stack) throw new Error('The configuration has no stage.');

  test('a star of somebody else, and one that is wider than the excused one', () => {
    const role = roleIn(stack, 'Wide');
    stack.remote.grantTokenRead(role);
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['*'] }));
    expect(securityFindings(app).unexcused).toEqual([
      'AwsSolutions-IAM5[Resource::*] at forge-remote-dev/Wide/DefaultPolicy/Resource',
    ]);
  });

  test('a secret of somebody else that is not rotated', () => {
    new CfnSecret(stack, 'Other');
    expect(securityFindings(app).unexcused).toContain('AwsSolutions-SMG4 at forge-remote-dev/Other');
  });

  test('a reason that nothing needs', () => {
    Validations.of(stack).acknowledge({ id: 'AwsSolutions-EC23', reason: 'There is no security group here.' });
    expect(securityFindings(app).needless).toEqual(['AwsSolutions-EC23 at forge-remote-dev']);
  });
});
