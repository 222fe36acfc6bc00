// Resource types that CloudFormation lacks in some regions: from AWS's schemas by region, as in cfn-lint 1.51, and
// AWS's page on Function URLs (August 2026). A region that isn't listed has all of them. A test compares this.

/** No Function URLs (`AWS::Lambda::Url`). */
export const WITHOUT_FUNCTION_URLS: readonly string[] = [
  ...['ap-east-2', 'ap-south-2', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1'],
  ...['cn-northwest-1', 'eu-central-2', 'eu-south-2', 'il-central-1', 'me-central-1', 'mx-central-1'],
  ...['us-gov-east-1', 'us-gov-west-1'],
];

/** No HTTP APIs (`AWS::ApiGatewayV2::Api`): the backend can't be reached there at all. */
export const WITHOUT_HTTP_APIS: readonly string[] = ['ap-east-2', 'ap-southeast-6'];

/** HTTP APIs with IPv4 only: they have no `IpAddressType`. */
export const WITHOUT_DUAL_STACK: readonly string[] = ['ap-southeast-7'];

/**
 * Amazon Q Developer in chat applications (`AWS::Chatbot::SlackChannelConfiguration`) only exists in the partition
 * `aws`.
 */
export const hasChat = (region: string): boolean => !/^(cn|us-gov|us-iso\w*|eu-iso\w*|eusc)-/.test(region);
