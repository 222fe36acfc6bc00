import { AwsError, notEmulated } from './aws-error';
import type { AwsRequest } from './request';
import type { Service } from './service';
import { toXml, type XmlValue } from './xml';

const CONTENT_TYPE = 'text/xml';

/** The parameters of a request in the AWS query protocol. */
export class QueryParameters {
  readonly #parameters: URLSearchParams;

  constructor(body: string) {
    this.#parameters = new URLSearchParams(body);
  }

  optional(name: string): string | undefined {
    return this.#parameters.get(name) ?? undefined;
  }

  /** @throws {AwsError} ValidationError if it is missing */
  required(name: string): string {
    const value = this.optional(name);
    if (!value) throw new AwsError('ValidationError', `Parameter ${name} is missing.`);
    return value;
  }

  /** A list of structures: `Tags.member.1.Key`, `Tags.member.1.Value`, … becomes a record for each number. */
  list(name: string): Record<string, string>[] {
    const items: Record<string, string>[] = [];
    for (const [key, value] of this.#parameters) {
      const [list, member, index, field] = key.split('.');
      if (list !== name || member !== 'member' || !index || !field) continue;
      const position = Number(index) - 1;
      items[position] = { ...items[position], [field]: value };
    }
    return items;
  }
}

type QueryResult = Record<string, XmlValue>;
export type QueryOperations = Readonly<
  Record<string, (parameters: QueryParameters, request: AwsRequest) => QueryResult | Promise<QueryResult>>
>;

/** A service of the AWS query protocol: form requests, XML answers. */
export function queryService(name: string, operations: QueryOperations): Service {
  const parameters = (request: AwsRequest) => new QueryParameters(request.body.toString());
  const operation = (request: AwsRequest) => parameters(request).optional('Action') ?? '';
  return {
    operation,
    async answer(request) {
      const action = operation(request);
      const run = operations[action];
      if (!run) throw notEmulated(`${name}.${action}`, Object.keys(operations));
      const result = await run(parameters(request), request);
      return {
        status: 200,
        contentType: CONTENT_TYPE,
        body: toXml({ [`${action}Response`]: { [`${action}Result`]: result } }),
      };
    },
    error: ({ code, message, status }) => ({
      status,
      contentType: CONTENT_TYPE,
      body: toXml({ ErrorResponse: { Error: { Type: 'Sender', Code: code, Message: message } } }),
    }),
  };
}
