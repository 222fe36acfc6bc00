import type { AwsError } from './aws-error';
import type { AwsReply, AwsRequest } from './request';

/** One emulated AWS service, whatever its protocol. */
export interface Service {
  /** The operation that `request` asks for, such as `DescribeSecret`. */
  operation(request: AwsRequest): string;
  /** @throws {AwsError} which {@link error} turns into a reply */
  answer(request: AwsRequest): AwsReply | Promise<AwsReply>;
  /** `error` in the service's own protocol. */
  error(error: AwsError): AwsReply;
}
