import type { HttpApiOptions } from '../../../lib/exposure';

/** The least that an HTTP API needs, in the region of the tests. */
export const HTTP_API: HttpApiOptions = {
  domainName: 'forge.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
};

export const HOSTED_ZONE = { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' };
