import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type Filter,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

/** One secret, seen through the AWS SDK. */
export class SecretUnderTest {
  readonly #client: SecretsManagerClient;
  readonly name: string;

  constructor(client: SecretsManagerClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  create(input: { token?: string; value?: string; tags?: Record<string, string> } = {}) {
    return this.#client.send(
      new CreateSecretCommand({
        Name: this.name,
        Description: 'made by a test',
        ...(input.token && { ClientRequestToken: input.token }),
        ...(input.value && { SecretString: input.value }),
        ...(input.tags && { Tags: Object.entries(input.tags).map(([Key, Value]) => ({ Key, Value })) }),
      }),
    );
  }

  put(token: string, value: string, labels?: string[]) {
    return this.#client.send(
      new PutSecretValueCommand({
        SecretId: this.name,
        ClientRequestToken: token,
        SecretString: value,
        ...(labels && { VersionStages: labels }),
      }),
    );
  }

  get(which: { VersionId?: string; VersionStage?: string } = {}) {
    return this.#client.send(new GetSecretValueCommand({ SecretId: this.name, ...which }));
  }

  move(label: string, versions: { MoveToVersionId?: string; RemoveFromVersionId?: string }) {
    return this.#client.send(
      new UpdateSecretVersionStageCommand({ SecretId: this.name, VersionStage: label, ...versions }),
    );
  }

  describe() {
    return this.#client.send(new DescribeSecretCommand({ SecretId: this.name }));
  }

  /** Labels by version id, sorted. */
  async labels(): Promise<Record<string, string[]>> {
    const { VersionIdsToStages = {} } = await this.describe();
    return Object.fromEntries(Object.entries(VersionIdsToStages).map(([id, labels]) => [id, [...labels].sort()]));
  }

  versionIds(input: { IncludeDeprecated?: boolean; MaxResults?: number; NextToken?: string } = {}) {
    return this.#client.send(new ListSecretVersionIdsCommand({ SecretId: this.name, ...input }));
  }

  delete(input: { ForceDeleteWithoutRecovery?: boolean; RecoveryWindowInDays?: number } = {}) {
    return this.#client.send(new DeleteSecretCommand({ SecretId: this.name, ...input }));
  }

  /** Another secret, whose name begins with this one's. */
  sibling(suffix: string): SecretUnderTest {
    return new SecretUnderTest(this.#client, this.name + suffix);
  }

  tag(tags: Record<string, string>) {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return this.#client.send(new TagResourceCommand({ SecretId: this.name, Tags }));
  }

  /** Secrets whose name begins with this one's, and that pass further filters. */
  list(
    input: { MaxResults?: number; NextToken?: string; IncludePlannedDeletion?: boolean } = {},
    filters: readonly Filter[] = [],
  ) {
    const byName: Filter = { Key: 'name', Values: [this.name] };
    return this.#client.send(new ListSecretsCommand({ Filters: [byName, ...filters], ...input }));
  }
}
