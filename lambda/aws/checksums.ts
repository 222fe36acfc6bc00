import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

/**
 * Stands in for `@smithy/core/checksum` in the bundles (lib/bundling.ts): SHA-256, with which the AWS SDK signs, and MD5,
 * with which it checks what SQS has received. That package brings both along in JavaScript as well, for where Node has
 * been built without them. What is missing here is an error when the bundle is made.
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

/** With a secret, the HMAC. */
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
