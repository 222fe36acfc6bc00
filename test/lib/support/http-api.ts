import type { z } from 'zod';
import type { httpApi } from '../../../lib/config/http-api';

/** The options of an HTTP API in config.ts. */
export type HttpApiInput = z.input<typeof httpApi>;

/** The least that an HTTP API needs, in the region of the tests. */
export const HTTP_API: HttpApiInput = {
  domainName: 'forge.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
};

export const HOSTED_ZONE = { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' };
