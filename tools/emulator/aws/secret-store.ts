import type { Tag } from '@aws-sdk/client-secrets-manager';
import { AwsError } from './aws-error';
import type { SecretVersions } from './secret-versions';

/** A secret, without its rules. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  description: string | undefined;
  /** ARN of the customer-managed key that its values are encrypted with. */
  kmsKeyId: string | undefined;
  tags: readonly Tag[];
  readonly createdAtMs: number;
  /** When anything about it was changed last, its versions and their labels included. */
  changedAtMs: number;
  /** Set once it is deleted. Until it is due it can be described, and nothing else. */
  deletion: { readonly requestedAtMs: number; readonly dueAtMs: number } | undefined;
  readonly versions: SecretVersions;
}

/** All secrets, by name or ARN. Those whose deletion is due are gone. */
export class SecretStore {
  readonly #byName = new Map<string, Secret>();
  readonly #nameByArn = new Map<string, string>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  add(secret: Secret): void {
    this.#byName.set(secret.name, secret);
    this.#nameByArn.set(secret.arn, secret.name);
  }

  remove(secret: Secret): void {
    this.#byName.delete(secret.name);
    this.#nameByArn.delete(secret.arn);
  }

  /** In the order of their creation. */
  all(): Secret[] {
    return [...this.#byName.keys()].map((name) => this.find(name)).filter((secret) => secret !== undefined);
  }

  /** The secret with this name or ARN. */
  find(id = ''): Secret | undefined {
    const secret = this.#byName.get(this.#nameByArn.get(id) ?? id);
    if (!secret?.deletion || secret.deletion.dueAtMs > this.#clock()) return secret;
    this.remove(secret);
    return undefined;
  }

  /** @throws {AwsError} ResourceNotFoundException */
  known(id: string | undefined): Secret {
    const secret = this.find(id);
    if (secret) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  /** @throws {AwsError} ResourceNotFoundException, or InvalidRequestException for one that is scheduled for deletion */
  usable(id: string | undefined): Secret {
    const secret = this.known(id);
    if (!secret.deletion) return secret;
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
}
