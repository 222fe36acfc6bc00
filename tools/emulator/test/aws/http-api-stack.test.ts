import { Template } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../../../lib/config';
import { RemoteStack } from '../../../../lib/remote-stack';
import { stacksOf } from '../../../../lib/stage-stacks';
import { DEV_STAGE, MANIFEST } from '../../../../test/lib/support/fixtures';
import { HOSTED_ZONE, HTTP_API, type HttpApiInput } from '../../../../test/lib/support/http-api';
import { testApp } from '../../../../test/lib/support/synth';
import { startAws } from '../../aws/server';
import { StackUnderTest } from './stack-under-test';

// Making a template takes seconds on a machine that is busy.
jest.setTimeout(60_000);

// The stack as bin/app.ts makes it, with another exposure, through the emulation that `npm run local` deploys into.

function stackUnderDomain(options: Partial<HttpApiInput>) {
  const exposure = { httpApi: { ...HTTP_API, ...options } };
  const [stage] = parseConfig({ stages: [{ ...DEV_STAGE, exposure }] }).stages;
  if (stage === undefined) throw new Error('parseConfig lost the stage');
  const [place] = stacksOf('forge-remote', stage);
  if (place === undefined) throw new Error('The stage has no stack');
  return new RemoteStack(testApp(), place.id, { name: 'forge-remote', stage, place, manifest: MANIFEST });
}

/** Where the template's functions have their code, as the path of an object in S3. */
function codeOf(template: Template): string[] {
  return Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => {
    const { S3Bucket, S3Key } = Properties.Code;
    return `${S3Bucket['Fn::Sub'].replace(`\${AWS::AccountId}`, '123456789012')}/${S3Key}`;
  });
}

test.each<[string, Partial<HttpApiInput>, object]>([
  [
    'with its own records',
    { hostedZone: HOSTED_ZONE, keepFunctionUrl: true },
    { KeptFunctionUrl: expect.stringMatching(/^https:\/\/.*[^/]$/) },
  ],
  ['without', {}, { DnsRecord: expect.stringMatching(/^forge\.example\.com CNAME d-\S+\.amazonaws\.com$/) }],
])('a stack under a domain can be deployed, %s', async (_, options, more) => {
  const aws = await startAws();
  try {
    const template = Template.fromStack(stackUnderDomain(options));
    for (const path of codeOf(template)) await fetch(`${aws.url}/${path}`, { method: 'PUT', body: 'zip bytes' });
    const { Resources, Outputs } = template.toJSON();
    const stack = new StackUnderTest(aws);
    await stack.deploy(Resources, Outputs);
    const { status, outputs } = await stack.describe();
    const { reasons } = await stack.history();
    // The reason for which CloudFormation begins; a failure would add its own.
    expect({ status, reasons }).toEqual({ status: 'CREATE_COMPLETE', reasons: 'User Initiated' });
    expect(outputs).toMatchObject({ RemoteBaseUrl: 'https://forge.example.com', ...more });
  } finally {
    await aws.stop();
  }
});
