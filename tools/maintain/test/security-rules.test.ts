import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { RemoteStack } from '../../../lib/remote-stack';
import { DEV_STAGE } from '../../../test/lib/support/fixtures';
import { LINTED_CONFIGURATIONS } from '../lint/configurations';
import { lintedApp } from '../lint/stacks';
import { securityFindings } from './security-findings';

// CDK's own template validation costs seconds. The CLI test in test/bin/app.test.ts does it once for all.
process.env.CDK_VALIDATION = 'false';

const roleIn = (stack: RemoteStack, id: string) =>
  new Role(stack, id, { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });

describe.each(Object.entries(LINTED_CONFIGURATIONS))('with %s', (_name, input) => {
  const { app, stacks } = lintedApp(input);
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
  const { app, stacks } = lintedApp({ stages: [{ ...DEV_STAGE, slot: { strategy: 'perInstallation' } }] });
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
