import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { TokenSlot } from '../../lib/token-slot';
import { stageWith } from './support/fixtures';
import { templateOf } from './support/synth';

const PROPS = { remoteKey: 'backend', stage: stageWith() };

/** The one secret in `template`, whatever its logical id. */
const secretIn = (template: Template) => Object.values(template.findResources('AWS::SecretsManager::Secret'))[0];

test('starts empty: neither a value nor a generated one', () => {
  const template = templateOf((stack) => new TokenSlot(stack, 'Slot', PROPS));
  template.resourceCountIs('AWS::SecretsManager::Secret', 1);
  expect(Object.keys(secretIn(template)?.Properties)).toEqual(['Description']);
});

test('says whose token it holds, who writes it, and what to do when it is empty', () => {
  const template = templateOf((stack) => new TokenSlot(stack, 'Slot', PROPS));
  const description: string = secretIn(template)?.Properties.Description;
  for (const part of ['"backend"', 'stage dev', 'The receiver writes it', 'Empty or expired?', 'npm run manifest']) {
    expect(description).toContain(part);
  }
  // What Secrets Manager allows (CreateSecret, Description).
  expect(description.length).toBeLessThanOrEqual(2048);
});

test.each([
  [undefined, 'Delete', 'Delete'],
  [false, 'Delete', 'Delete'],
  // Not when a first deployment fails and is taken back: nothing empty is left behind.
  [true, 'RetainExceptOnCreate', 'Retain'],
])('retain: %s makes the deletion policy %s', (retain, policy, replaced) => {
  const template = templateOf(
    (stack) =>
      new TokenSlot(stack, 'Slot', { ...PROPS, stage: stageWith({ slot: retain === undefined ? {} : { retain } }) }),
  );
  template.hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: policy, UpdateReplacePolicy: replaced });
});

test('a writer may write this secret, and neither read it nor touch another', () => {
  const template = templateOf((stack) => {
    const writer = new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    new TokenSlot(stack, 'Slot', PROPS).grantWrite(writer);
  });
  template.resourceCountIs('AWS::IAM::Policy', 1);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.exact({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'secretsmanager:DescribeSecret',
            'secretsmanager:PutSecretValue',
            'secretsmanager:UpdateSecretVersionStage',
          ],
          Resource: { Ref: Object.keys(template.findResources('AWS::SecretsManager::Secret'))[0] },
        },
      ],
    }),
  });
});
