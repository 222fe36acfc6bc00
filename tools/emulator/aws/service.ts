import type { AwsError } from './aws-error';
import type { AwsReply, AwsRequest } from './request';

/** An emulated AWS service, with any protocol. */
export interface Service {
  /** The operation of `request`, such as `DescribeSecret`. */
  operation(request: AwsRequest): string;
  /** @throws {AwsError} {@link error} turns it into a reply */
  answer(request: AwsRequest): AwsReply | Promise<AwsReply>;
  /** `error` in the service's own protocol. */
  error(error: AwsError): AwsReply;
}
