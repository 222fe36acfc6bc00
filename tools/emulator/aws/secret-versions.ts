import { AwsError } from './aws-error';

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** Quotas (AWS's documentation of Secrets Manager). */
const MAX_VERSIONS = 100;
const MAX_LABELS_PER_VERSION = 20;
const MIN_AGE_TO_PRUNE_MS = 24 * 60 * 60 * 1000;

/** The value of a version: one of the two. Binary stays in base64. */
export interface SecretValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}

/** A version of a secret. */
export interface SecretVersion {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdAtMs: number;
  readonly labels: ReadonlySet<string>;
}

type MutableVersion = SecretVersion & { readonly labels: Set<string> };

/** The move of a staging label. Both ends are optional, see AWS's documentation of UpdateSecretVersionStage. */
export interface LabelMove {
  readonly label: string;
  readonly to?: string | undefined;
  readonly from?: string | undefined;
}

/** The versions of a secret and their staging labels, with AWS's documented rules. */
export class SecretVersions {
  readonly #versions = new Map<string, MutableVersion>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** A copy of the current state. */
  copy(): SecretVersions {
    const copy = new SecretVersions(this.#clock);
    for (const [id, version] of this.#versions) {
      copy.#versions.set(id, { ...version, labels: new Set(version.labels) });
    }
    return copy;
  }

  get(id: string): SecretVersion | undefined {
    return this.#versions.get(id);
  }

  /** The version that has a staging label: at most one. */
  labelled(label: string): SecretVersion | undefined {
    return this.#holder(label);
  }

  /** Oldest first. Versions without a label are deprecated. */
  list({ deprecated }: { deprecated: boolean }): SecretVersion[] {
    return [...this.#versions.values()].filter(({ labels }) => deprecated || labels.size > 0);
  }

  /**
   * Adds a version with `labels`. The first version always gets AWSCURRENT. Adding the same version with the same value again
   * changes nothing.
   *
   * @throws {AwsError} ResourceExistsException if `id` has another value, LimitExceededException beyond a quota
   */
  add(id: string, value: SecretValue, labels: readonly string[]): SecretVersion {
    const existing = this.#versions.get(id);
    if (existing) {
      if (sameValue(existing.value, value)) return existing;
      throw new AwsError(
        'ResourceExistsException',
        `You can't use ClientRequestToken ${id} because that value is already in use for another version of this secret.`,
      );
    }
    const wanted = new Set(this.#versions.size === 0 ? [...labels, CURRENT] : labels);
    if (wanted.size > MAX_LABELS_PER_VERSION) throw tooManyLabels();
    this.#makeRoom();
    const version = { id, value, createdAtMs: this.#clock(), labels: new Set<string>() };
    this.#versions.set(id, version);
    for (const label of wanted) this.#attach(label, version);
    return version;
  }

  /**
   * Moves, attaches or removes a label. `from` makes it a compare-and-swap.
   *
   * @throws {AwsError} if `from` doesn't have the label, or is missing while another version has it
   */
  move({ label, to, from }: LabelMove): void {
    const target = to === undefined ? undefined : this.#existing(to);
    const holder = this.#holder(label);
    if (from !== undefined && from !== holder?.id) {
      throw invalidParameter(
        `Staging label ${label} isn't attached to version ${from}: RemoveFromVersionId must be the version that currently has it.`,
      );
    }
    if (target && holder && target !== holder && from === undefined) {
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ` +
          `${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    if (target) this.#attach(label, target);
    else if (label === CURRENT) {
      throw invalidParameter(
        `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`,
      );
    } else holder?.labels.delete(label);
  }

  #existing(id: string): MutableVersion {
    const version = this.#versions.get(id);
    if (version) return version;
    throw versionNotFound(id);
  }

  #holder(label: string): MutableVersion | undefined {
    return [...this.#versions.values()].find(({ labels }) => labels.has(label));
  }

  #attach(label: string, version: MutableVersion): void {
    const holder = this.#holder(label);
    if (holder === version) return;
    if (version.labels.size >= MAX_LABELS_PER_VERSION) throw tooManyLabels();
    holder?.labels.delete(label);
    version.labels.add(label);
    if (label === CURRENT && holder) {
      this.#holder(PREVIOUS)?.labels.delete(PREVIOUS);
      holder.labels.add(PREVIOUS);
    }
  }

  /** Prunes the oldest deprecated versions. Like AWS, none younger than a day, so a fast writer reaches the quota. */
  #makeRoom(): void {
    const pruneBefore = this.#clock() - MIN_AGE_TO_PRUNE_MS;
    for (const { id, labels, createdAtMs } of [...this.#versions.values()]) {
      if (this.#versions.size < MAX_VERSIONS) return;
      if (labels.size === 0 && createdAtMs <= pruneBefore) this.#versions.delete(id);
    }
    if (this.#versions.size < MAX_VERSIONS) return;
    throw new AwsError(
      'LimitExceededException',
      `The secret has ${MAX_VERSIONS} versions, and none that can be removed: those without a staging label are younger than 24 hours.`,
    );
  }
}

const sameValue = (one: SecretValue, other: SecretValue) =>
  one.SecretString === other.SecretString && one.SecretBinary === other.SecretBinary;

const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);

const tooManyLabels = () =>
  new AwsError('LimitExceededException', `A version can have ${MAX_LABELS_PER_VERSION} staging labels at most.`);

export const versionNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret version: ${id}`);
