import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** CloudFormation's request, as its documentation of custom resources shows it. */
export function requestOf(
  RequestType: CloudFormationCustomResourceEvent['RequestType'],
  { id = 'forge-remote-dev/slot', url = 'http://127.0.0.1:9/answer' }: { id?: string; url?: string } = {},
): CloudFormationCustomResourceEvent {
  const ServiceToken = 'arn:aws:lambda:us-east-1:123456789012:function:cleanup';
  const common = {
    RequestId: '5d1f2a5e-50a5-4f43-8ba2-0d6e7c1f0d7b',
    StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/forge-remote-dev/51af3dc0',
    LogicalResourceId: 'Cleanup',
    ResourceType: 'Custom::ForgeRemoteSlots',
    ResponseURL: url,
    ServiceToken,
    ResourceProperties: { ServiceToken },
  };
  if (RequestType === 'Create') return { ...common, RequestType };
  if (RequestType === 'Delete') return { ...common, RequestType, PhysicalResourceId: id };
  return { ...common, RequestType, PhysicalResourceId: id, OldResourceProperties: { ServiceToken } };
}
