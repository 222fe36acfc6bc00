import type { Tag } from '@aws-sdk/client-secrets-manager';
import { AwsError } from './aws-error';
import { History, type Lag } from './lag';
import type { SecretVersions } from './secret-versions';

/** A secret. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  description: string | undefined;
  /** ARN of the customer-managed key that encrypts its values. */
  kmsKeyId: string | undefined;
  tags: readonly Tag[];
  readonly createdAtMs: number;
  /** Time of the last change, including versions and labels. */
  changedAtMs: number;
  /** Set after its deletion. Until the recovery window ends, it can only be described. */
  deletion: { readonly requestedAtMs: number; readonly dueAtMs: number } | undefined;
  readonly versions: SecretVersions;
}

/** All secrets by name or ARN, without those whose recovery window has ended. */
export class SecretStore {
  readonly #byName = new Map<string, Secret>();
  readonly #nameByArn = new Map<string, string>();
  readonly #clock: () => number;
  readonly #history: History<Secret>;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#history = new History(clock);
  }

  /** Makes reads lag from now on. `undefined` ends it. */
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

  /** Records a change of the secret, its versions or labels. */
  changed(secret: Secret): void {
    secret.changedAtMs = this.#clock();
    this.#history.changed(secret.name, () => copyOf(secret));
  }

  /** The secret's state that `operation` shows. */
  seen(operation: string, id = ''): Secret | undefined {
    return this.#history.seen(operation, this.#nameByArn.get(id) ?? id, this.find(id));
  }

  /** The states of all secrets that `operation` shows, oldest first. */
  allSeen(operation: string): Secret[] {
    return this.#history.allSeen(operation, new Map(this.all().map((secret) => [secret.name, secret])));
  }

  /** Oldest first. */
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
   * @param operation the operation that reads it, which may lag. @default the current state
   * @throws {AwsError} ResourceNotFoundException
   */
  known(id: string | undefined, operation?: string): Secret {
    const secret = operation === undefined ? this.find(id) : this.seen(operation, id);
    if (secret) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  /**
   * @param operation the operation that reads it, which may lag. @default the current state
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
