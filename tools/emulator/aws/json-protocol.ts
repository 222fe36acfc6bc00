import { notEmulated } from './aws-error';
import type { AwsRequest } from './request';
import type { Service } from './service';

/**
 * Operations by name. Their parameter is `never`, because each has its own request type. Requests are not validated against it,
 * because only SDK clients call.
 */
export type JsonOperations = Readonly<Record<string, (request: never) => unknown>>;

/**
 * A service of the AWS JSON protocol, where the header `x-amz-target` names the operation.
 *
 * @param version version of the protocol, which is in the content type. @default 1.1
 */
export function jsonService(name: string, operations: JsonOperations, version: '1.0' | '1.1' = '1.1'): Service {
  const contentType = `application/x-amz-json-${version}`;
  const operation = (request: AwsRequest) => String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  return {
    operation,
    answer(request) {
      const run = operations[operation(request)];
      if (!run) throw notEmulated(`${name}.${operation(request)}`, Object.keys(operations));
      const answer = run(JSON.parse(request.body.toString() || '{}') as never);
      return { status: 200, contentType, body: JSON.stringify(answer) };
    },
    error: ({ code, message, status }) => ({
      status,
      contentType,
      body: JSON.stringify({ __type: code, message }),
    }),
  };
}
