import { AwsError, notEmulated } from './aws-error';
import type { AwsReply, AwsRequest } from './request';
import type { Service } from './service';
import { toXml } from './xml';

/** Subresources that `cdk deploy` reads from the assets bucket, by their query parameter. */
const BUCKET_READS: Readonly<Record<string, string>> = {
  'list-type': 'ListObjectsV2',
  location: 'GetBucketLocation',
  encryption: 'GetBucketEncryption',
};

const OBJECT_OPERATIONS: Readonly<Record<string, string>> = { PUT: 'PutObject', GET: 'GetObject', HEAD: 'HeadObject' };

/** S3 in memory, with path-style URLs (`/bucket/key`). All buckets exist. */
export class S3 implements Service {
  /** Objects by `bucket/key`. */
  readonly #objects = new Map<string, Uint8Array>();
  /** Waiting callers by `bucket/key`. */
  readonly #waiting = new Map<string, (body: Uint8Array) => void>();

  /** @throws {AwsError} NoSuchKey */
  object(bucket: string, key: string): Uint8Array {
    const found = this.#objects.get(`${bucket}/${key}`);
    if (found) return found;
    throw new AwsError('NoSuchKey', `The specified key does not exist: ${bucket}/${key}`, 404);
  }

  /** Resolves with the next object that is put there. Only one caller can wait. */
  nextPut(bucket: string, key: string): Promise<Uint8Array> {
    return new Promise((resolve) => this.#waiting.set(`${bucket}/${key}`, resolve));
  }

  /** Puts an object without a request, like AWS's own services. */
  keep(bucket: string, key: string, body: Uint8Array): void {
    this.#objects.set(`${bucket}/${key}`, body);
  }

  operation({ method, query }: AwsRequest): string {
    const read = Object.keys(BUCKET_READS).find((parameter) => method === 'GET' && query.has(parameter));
    return (read ? BUCKET_READS[read] : OBJECT_OPERATIONS[method]) ?? method;
  }

  answer(request: AwsRequest): AwsReply {
    const { bucket, key } = location(request.path);
    switch (this.operation(request)) {
      case 'PutObject':
        this.#put(`${bucket}/${key}`, objectBody(request));
        return xml('');
      case 'GetObject':
        return { status: 200, contentType: 'application/octet-stream', body: this.object(bucket, key) };
      case 'HeadObject':
        this.object(bucket, key);
        return xml('');
      case 'ListObjectsV2':
        return xml(this.#list(bucket, request.query.get('prefix') ?? ''));
      case 'GetBucketLocation':
        return xml('<LocationConstraint/>');
      case 'GetBucketEncryption':
        throw new AwsError('ServerSideEncryptionConfigurationNotFoundError', 'The bucket has no encryption rule.', 404);
      default:
        throw notEmulated(`s3.${this.operation(request)}`, [
          ...Object.values(OBJECT_OPERATIONS),
          ...Object.values(BUCKET_READS),
        ]);
    }
  }

  error({ code, message, status }: AwsError): AwsReply {
    return { ...xml(toXml({ Error: { Code: code, Message: message } })), status };
  }

  #put(path: string, body: Uint8Array): void {
    this.#objects.set(path, body);
    this.#waiting.get(path)?.(body);
    this.#waiting.delete(path);
  }

  #list(bucket: string, prefix: string): string {
    const found = [...this.#objects].filter(([path]) => path.startsWith(`${bucket}/${prefix}`));
    const contents = found.map(([path, body]) =>
      toXml({ Contents: { Key: path.slice(bucket.length + 1), Size: body.length } }),
    );
    const summary = toXml({ Name: bucket, KeyCount: found.length, IsTruncated: false });
    return `<ListBucketResult>${summary}${contents.join('')}</ListBucketResult>`;
  }
}

const xml = (body: string): AwsReply => ({ status: 200, contentType: 'application/xml', body });

function location(path: string): { bucket: string; key: string } {
  const [, bucket = '', ...key] = path.split('/');
  return { bucket, key: key.join('/') };
}

function objectBody({ headers, body }: AwsRequest): Uint8Array {
  const chunked = String(headers['content-encoding'] ?? '').includes('aws-chunked');
  const streamed = String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  return chunked || streamed ? joinChunks(body) : body;
}

/** Decodes `aws-chunked` uploads: `<size in hex>[;signature]`, a line end, the bytes, a line end; size 0 is the end. */
function joinChunks(encoded: Buffer): Uint8Array {
  const chunks: Buffer[] = [];
  let position = 0;
  while (position < encoded.length) {
    const lineEnd = encoded.indexOf('\r\n', position);
    const size = Number.parseInt(encoded.toString('latin1', position, lineEnd), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw new AwsError('IncompleteBody', 'The aws-chunked body is malformed.');
    if (size === 0) break;
    const start = lineEnd + 2;
    chunks.push(encoded.subarray(start, start + size));
    position = start + size + 2;
  }
  return Buffer.concat(chunks);
}
