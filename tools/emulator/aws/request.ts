import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** An HTTP request to the emulated AWS. */
export interface AwsRequest {
  /** The service it was signed for, such as `secretsmanager`. Requests with no signature are for S3, as pre-signed URLs are. */
  readonly service: string;
  /** Whose key it was signed with; absent for a request with no signature. */
  readonly accessKeyId?: string;
  /** The region that it was signed for; absent for a request with no signature. */
  readonly region?: string;
  readonly method: string;
  /** Decoded path, with its leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is answered. */
export interface AwsReply {
  /** HTTP status. */
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** `Credential=<key id>/<date>/<region>/<service>/aws4_request`, from Signature Version 4. */
const SIGNED_FOR = /Credential=([^/]+)\/[^/]+\/([^/]+)\/([^/]+)\//;

/** Reads a request to its end. Signatures are not checked. */
export async function readRequest(message: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  const [, accessKeyId, region, service] = SIGNED_FOR.exec(message.headers.authorization ?? '') ?? [];
  return {
    service: service ?? 's3',
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(region !== undefined && { region }),
    method: message.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}
