import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { AddResources } from '../../lib/add-resources';
import { parseConfig } from '../../lib/config';
import { RemoteStack } from '../../lib/remote-stack';
import { stacksOf } from '../../lib/stage-stacks';
import { DEV_STAGE, MANIFEST } from './support/fixtures';
import { testApp } from './support/synth';

/** As a fork writes it in lib/resources.ts. */
const addResources: AddResources = ({ stack, remote, stage }) => {
  const bucket = new Bucket(stack, 'Reports', { removalPolicy: RemovalPolicy.DESTROY });
  const worker = remote.worker?.function;
  if (worker) {
    bucket.grantPut(worker);
    worker.addEnvironment('REPORTS_BUCKET', bucket.bucketName);
  }
  remote.receiver.function.addEnvironment('STAGE_NAME', stage.name);
};

test("a fork's own resources reach the backend's functions, with their grants and variables", () => {
  const [stage] = parseConfig({ stages: [DEV_STAGE] }).stages;
  if (!stage) throw new Error('parseConfig lost the stage');
  const [place] = stacksOf('forge-remote', stage);
  if (!place) throw new Error('The stage has no stack');
  const stack = new RemoteStack(testApp(), place.id, { name: 'forge-remote', stage, place, manifest: MANIFEST });
  addResources({ stack, remote: stack.remote, stage });

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::S3::Bucket', 1);
  const variables = (part: object) =>
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike(part) } });
  variables({ REPORTS_BUCKET: Match.anyValue() });
  variables({ STAGE_NAME: 'dev' });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['s3:PutObject']) })]),
    },
  });
});
