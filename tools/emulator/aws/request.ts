import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** An HTTP request to the emulated AWS. */
export interface AwsRequest {
  /** The service that it is signed for, such as `secretsmanager`. Unsigned requests, such as by pre-signed URLs, are for S3. */
  readonly service: string;
  /** Access key of the signature; absent for an unsigned request. */
  readonly accessKeyId?: string;
  /** Region of the signature; absent for an unsigned request. */
  readonly region?: string;
  readonly method: string;
  /** Decoded path, with a leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer. */
export interface AwsReply {
  /** HTTP status. */
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** `Credential=<key id>/<date>/<region>/<service>/aws4_request`, from Signature Version 4. */
const SIGNED_FOR = /Credential=([^/]+)\/[^/]+\/([^/]+)\/([^/]+)\//;

/** Reads a whole request. Doesn't verify signatures. */
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
