import type { Tag } from '@aws-sdk/client-secrets-manager';
import { AwsError } from './aws-error';
import { History, type Lag } from './lag';
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
  readonly #history: History<Secret>;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#history = new History(clock);
  }

  /** Shows secrets as they were some time ago, from now on. `undefined` ends it. */
  lag(lag: Lag | undefined): void {
    this.#history.start(
      lag,
      this.all().map((secret) => [secret.name, copyOf(secret)]),
    );
  }

  add(secret: Secret): void {
    this.#byName.set(secret.name, secret);
    this.#nameByArn.set(secret.arn, secret.name);
    this.#history.changed(secret.name, () => copyOf(secret));
  }

  remove(secret: Secret): void {
    this.#byName.delete(secret.name);
    this.#history.changed(secret.name, () => undefined);
  }

  /** Notes that something about the secret was changed, its versions and their labels included. */
  changed(secret: Secret): void {
    secret.changedAtMs = this.#clock();
    this.#history.changed(secret.name, () => copyOf(secret));
  }

  /** The secret as `operation` shows it. */
  seen(operation: string, id = ''): Secret | undefined {
    return this.#history.seen(operation, this.#nameByArn.get(id) ?? id, this.find(id));
  }

  /** All secrets as `operation` shows them, in the order of their creation. */
  allSeen(operation: string): Secret[] {
    return this.#history.allSeen(operation, new Map(this.all().map((secret) => [secret.name, secret])));
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

  /**
   * @param operation what shows it. @default it is shown as it is now
   * @throws {AwsError} ResourceNotFoundException
   */
  known(id: string | undefined, operation?: string): Secret {
    const secret = operation === undefined ? this.find(id) : this.seen(operation, id);
    if (secret) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  /**
   * @param operation what shows it. @default it is shown as it is now
   * @throws {AwsError} ResourceNotFoundException, or InvalidRequestException for one that is scheduled for deletion
   */
  usable(id: string | undefined, operation?: string): Secret {
    const secret = this.known(id, operation);
    if (!secret.deletion) return secret;
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
}

const copyOf = (secret: Secret): Secret => ({ ...secret, versions: secret.versions.copy() });
