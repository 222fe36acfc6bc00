import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

/**
 * Stands in for `@smithy/core/checksum` in the bundles (lib/bundling.ts): SHA-256, for the AWS SDK's signatures, and MD5, to
 * check what SQS has received. That package also has both in JavaScript, for a Node without them. If an export is missing
 * here, bundling fails.
 */
class Checksum {
  readonly #name: string;
  readonly #secret: string | Uint8Array | undefined;
  #sum: Hash | Hmac;

  constructor(name: string, secret: string | Uint8Array | undefined) {
    this.#name = name;
    this.#secret = secret;
    this.#sum = this.#start();
  }

  #start(): Hash | Hmac {
    return this.#secret === undefined ? createHash(this.#name) : createHmac(this.#name, this.#secret);
  }

  update(data: Uint8Array): void {
    this.#sum.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#sum.digest());
  }

  reset(): void {
    this.#sum = this.#start();
  }
}

/** With a secret, an HMAC. */
export class Sha256 extends Checksum {
  readonly digestLength = 32;

  constructor(secret?: string | Uint8Array) {
    super('sha256', secret);
  }
}

export class Md5 extends Checksum {
  readonly digestLength = 16;

  constructor() {
    super('md5', undefined);
  }
}
