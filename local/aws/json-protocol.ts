import { notEmulated } from './aws-error';
import type { AwsRequest } from './request';
import type { Service } from './service';

/**
 * Operations by name. Their parameter is `never` because each takes its own request type, and what a client sends is
 * trusted to be that: only SDK clients call.
 */
export type JsonOperations = Readonly<Record<string, (request: never) => unknown>>;

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** A service of the AWS JSON 1.1 protocol, where the header `x-amz-target` names the operation. */
export function jsonService(name: string, operations: JsonOperations): Service {
  const operation = (request: AwsRequest) => String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  return {
    operation,
    answer(request) {
      const run = operations[operation(request)];
      if (!run) throw notEmulated(`${name}.${operation(request)}`, Object.keys(operations));
      const answer = run(JSON.parse(request.body.toString() || '{}') as never);
      return { status: 200, contentType: CONTENT_TYPE, body: JSON.stringify(answer) };
    },
    error: ({ code, message, status }) => ({
      status,
      contentType: CONTENT_TYPE,
      body: JSON.stringify({ __type: code, message }),
    }),
  };
}
