import { randomBytes, randomUUID } from 'node:crypto';
import type {
  CreateSecretRequest,
  DeleteSecretRequest,
  DescribeSecretRequest,
  GetSecretValueRequest,
  ListSecretsRequest,
  ListSecretVersionIdsRequest,
  PutSecretValueRequest,
  TagResourceRequest,
  UpdateSecretVersionStageRequest,
} from '@aws-sdk/client-secrets-manager';
import { type Account, regionalArn } from './account';
import { AwsError } from './aws-error';
import type { JsonOperations } from './json-protocol';
import type { Lag } from './lag';
import { page } from './paging';
import { secretFilter } from './secret-filters';
import { parseLabel, parseName, parseRecoveryDays, parseToken, parseValue } from './secret-rules';
import { type Secret, SecretStore } from './secret-store';
import { type SecretValue, SecretVersions, versionNotFound } from './secret-versions';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The SDK's request type on the wire, where binary is base64. */
type OnTheWire<Request> = Omit<Request, 'SecretBinary'> & SecretValue;

/** Secrets Manager in memory, with the documented rules for versions, staging labels and deletion. */
export class SecretsManager {
  readonly #account: Account;
  readonly #clock: () => number;
  readonly #secrets: SecretStore;

  /** @param clock milliseconds since 1970 */
  constructor(account: Account, clock: () => number) {
    this.#account = account;
    this.#clock = clock;
    this.#secrets = new SecretStore(clock);
  }

  readonly operations: JsonOperations = {
    CreateSecret: (request: OnTheWire<CreateSecretRequest>) => this.create(request),
    PutSecretValue: (request: OnTheWire<PutSecretValueRequest>) => this.put(request),
    GetSecretValue: (request: GetSecretValueRequest) => this.get(request),
    DescribeSecret: (request: DescribeSecretRequest) => this.describe(request),
    UpdateSecretVersionStage: (request: UpdateSecretVersionStageRequest) => this.moveLabel(request),
    ListSecrets: (request: ListSecretsRequest) => this.list(request),
    ListSecretVersionIds: (request: ListSecretVersionIdsRequest) => this.listVersions(request),
    DeleteSecret: (request: DeleteSecretRequest) => this.delete(request),
    TagResource: (request: TagResourceRequest) => this.tag(request),
  };

  /**
   * Makes operations lag from now on, as in AWS: DescribeSecret, GetSecretValue, ListSecrets and ListSecretVersionIds, and
   * UpdateSecretVersionStage may not find a version yet. Moves of labels always use the current state. `undefined` ends it.
   */
  lag(lag: Lag | undefined): void {
    this.#secrets.lag(lag);
  }

  /** The secret with this name or ARN. */
  find(id: string): Secret | undefined {
    return this.#secrets.find(id);
  }

  create(request: OnTheWire<CreateSecretRequest>) {
    const name = parseName(request.Name);
    const token = parseToken(request.ClientRequestToken ?? randomUUID());
    const value = parseValue(request);
    const existing = this.#secrets.find(name);
    if (existing) return createAgain(existing, token, value);
    const secret: Secret = {
      name,
      arn: regionalArn(this.#account, 'secretsmanager', `secret:${name}-${randomBytes(3).toString('hex')}`),
      description: request.Description,
      kmsKeyId: request.KmsKeyId,
      tags: request.Tags ?? [],
      createdAtMs: this.#clock(),
      changedAtMs: this.#clock(),
      deletion: undefined,
      versions: new SecretVersions(this.#clock),
    };
    if (value) secret.versions.add(token, value, []);
    this.#secrets.add(secret);
    return { ...identity(secret), VersionId: value && token };
  }

  put(request: OnTheWire<PutSecretValueRequest>) {
    const secret = this.#secrets.usable(request.SecretId);
    const token = parseToken(request.ClientRequestToken ?? randomUUID());
    const value = parseValue(request);
    if (!value) {
      throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
    }
    const version = secret.versions.add(token, value, (request.VersionStages ?? ['AWSCURRENT']).map(parseLabel));
    this.#secrets.changed(secret);
    return { ...identity(secret), VersionId: version.id, VersionStages: [...version.labels] };
  }

  get({ SecretId, VersionId, VersionStage }: GetSecretValueRequest) {
    const secret = this.#secrets.usable(SecretId, 'GetSecretValue');
    const label = VersionStage ?? 'AWSCURRENT';
    const version = VersionId === undefined ? secret.versions.labelled(label) : secret.versions.get(VersionId);
    if (!version) {
      const wanted = VersionId === undefined ? `staging label: ${label}` : `VersionId: ${VersionId}`;
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${wanted}`,
      );
    }
    if (VersionStage !== undefined && !version.labels.has(VersionStage)) {
      throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
    }
    return {
      ...identity(secret),
      ...version.value,
      VersionId: version.id,
      VersionStages: [...version.labels],
      CreatedDate: seconds(version.createdAtMs),
    };
  }

  /** Metadata of a secret, deleted ones included. Without versions that have no label. */
  describe({ SecretId }: DescribeSecretRequest) {
    const secret = this.#secrets.known(SecretId, 'DescribeSecret');
    return { ...metadata(secret), VersionIdsToStages: labelsByVersion(secret) };
  }

  moveLabel(request: UpdateSecretVersionStageRequest) {
    const label = parseLabel(request.VersionStage);
    const to = request.MoveToVersionId;
    const seen = this.#secrets.usable(request.SecretId, 'UpdateSecretVersionStage');
    if (to !== undefined && !seen.versions.get(to)) throw versionNotFound(to);
    const secret = this.#secrets.usable(request.SecretId);
    secret.versions.move({ label, to, from: request.RemoveFromVersionId });
    this.#secrets.changed(secret);
    return identity(secret);
  }

  /** Oldest first. For filters see {@link secretFilter}. */
  list(request: ListSecretsRequest) {
    const secrets = this.#secrets
      .allSeen('ListSecrets')
      .filter(({ deletion }) => request.IncludePlannedDeletion || !deletion)
      .filter(secretFilter(request.Filters));
    const { items, nextToken } = page(request.SortOrder === 'desc' ? secrets.reverse() : secrets, request);
    return {
      SecretList: items.map((secret) => ({ ...metadata(secret), SecretVersionsToStages: labelsByVersion(secret) })),
      NextToken: nextToken,
    };
  }

  listVersions(request: ListSecretVersionIdsRequest) {
    const secret = this.#secrets.known(request.SecretId, 'ListSecretVersionIds');
    const versions = secret.versions.list({ deprecated: request.IncludeDeprecated ?? false });
    const { items, nextToken } = page(versions, request);
    return {
      ...identity(secret),
      Versions: items.map(({ id, labels, createdAtMs }) => ({
        VersionId: id,
        VersionStages: labels.size > 0 ? [...labels] : undefined,
        CreatedDate: seconds(createdAtMs),
      })),
      NextToken: nextToken,
    };
  }

  delete({ SecretId, ForceDeleteWithoutRecovery, RecoveryWindowInDays }: DeleteSecretRequest) {
    if (!ForceDeleteWithoutRecovery) return this.#scheduleDeletion(SecretId, RecoveryWindowInDays);
    if (RecoveryWindowInDays !== undefined) {
      throw new AwsError(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    // Forcing the deletion of a missing secret succeeds (AWS's documentation).
    const secret = this.#secrets.find(SecretId);
    if (secret) this.#secrets.remove(secret);
    return { ...(secret ? identity(secret) : { Name: SecretId }), DeletionDate: seconds(this.#clock()) };
  }

  /** Adds tags. Replaces tags with the same key. */
  tag({ SecretId, Tags = [] }: TagResourceRequest) {
    const secret = this.#secrets.usable(SecretId);
    const kept = secret.tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
    secret.tags = [...kept, ...Tags];
    this.#secrets.changed(secret);
    return {};
  }

  /** Updates a secret for CloudFormation. */
  change(secretId: string, changes: Pick<Secret, 'description' | 'tags' | 'kmsKeyId'>): void {
    const secret = this.#secrets.usable(secretId);
    Object.assign(secret, changes);
    this.#secrets.changed(secret);
  }

  #scheduleDeletion(secretId: string | undefined, recoveryDays: number | undefined) {
    const secret = this.#secrets.usable(secretId);
    const requestedAtMs = this.#clock();
    const dueAtMs = requestedAtMs + parseRecoveryDays(recoveryDays) * DAY_MS;
    secret.deletion = { requestedAtMs, dueAtMs };
    this.#secrets.changed(secret);
    return { ...identity(secret), DeletionDate: seconds(dueAtMs) };
  }
}

/** CreateSecret with an existing name succeeds only as a repetition of the same request. */
function createAgain(secret: Secret, token: string, value: SecretValue | undefined) {
  if (secret.deletion) {
    throw invalidRequest("You can't create this secret because a secret with this name is scheduled for deletion.");
  }
  if (value && secret.versions.get(token)) {
    secret.versions.add(token, value, []);
    return { ...identity(secret), VersionId: token };
  }
  throw new AwsError(
    'ResourceExistsException',
    `The operation failed because the secret ${secret.name} already exists.`,
  );
}

const invalidRequest = (message: string) => new AwsError('InvalidRequestException', message);

/** The JSON protocol has times in seconds. */
const seconds = (milliseconds: number) => milliseconds / 1000;

const identity = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });

const metadata = (secret: Secret) => ({
  ...identity(secret),
  Description: secret.description,
  KmsKeyId: secret.kmsKeyId,
  Tags: secret.tags,
  CreatedDate: seconds(secret.createdAtMs),
  LastChangedDate: seconds(secret.changedAtMs),
  DeletedDate: secret.deletion && seconds(secret.deletion.requestedAtMs),
});

/** Absent, not empty, for a secret without versions. */
function labelsByVersion({ versions }: Secret): Record<string, string[]> | undefined {
  const labelled = versions.list({ deprecated: false });
  return labelled.length > 0 ? Object.fromEntries(labelled.map(({ id, labels }) => [id, [...labels]])) : undefined;
}
