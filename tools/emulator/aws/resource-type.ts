import type { Account } from './account';
import type { Alarms } from './alarms';
import type { DynamoDB } from './dynamodb';
import type { EventSourceMappings } from './event-source-mappings';
import type { Iam } from './iam';
import type { DeployedFunction, Lambda } from './lambda';
import type { Logs } from './logs';
import type { QueueStore } from './queue-store';
import type { S3 } from './s3';
import type { SecretsManager } from './secrets-manager';
import type { ParameterStore } from './ssm';
import type { Json, JsonObject } from './template';

/** Invokes a deployed function. Rejects with a function error. */
export type RunFunction = (deployed: DeployedFunction, event: unknown) => Promise<unknown>;

/** The services of a region, for resources. */
export interface Services {
  readonly account: Account;
  /** Shared by all regions of the account. */
  readonly iam: Iam;
  readonly s3: S3;
  readonly lambda: Lambda;
  readonly secrets: SecretsManager;
  readonly tables: DynamoDB;
  readonly parameters: ParameterStore;
  readonly queues: QueueStore;
  readonly alarms: Alarms;
  readonly logs: Logs;
  readonly eventSourceMappings: EventSourceMappings;
  /** The URL of a function, with a trailing slash as in AWS. */
  readonly functionUrl: (functionName: string) => string;
  /** URL of this AWS, without a trailing slash. */
  readonly endpoint: () => string;
  /** Runs the functions of custom resources. `undefined` if nobody does. */
  readonly run: RunFunction | undefined;
  /** Whether a Slack workspace is authorized in the console. */
  readonly isSlackAuthorized: (workspaceId: string) => boolean;
  /** Ids of the account's configured Slack channels. */
  readonly slackChannels: Set<string>;
  /** Prints a line about something that is not verified. */
  readonly note: (line: string) => void;
  /** Timeout of a custom resource's function, in milliseconds. */
  readonly customResourceTimeoutMs: number;
}

/** A declared resource with resolved properties. */
export interface Declared {
  readonly stackId: string;
  readonly logicalId: string;
  /** Such as `AWS::SQS::Queue`. */
  readonly type: string;
  /** Physical name, from the template or generated. */
  readonly name: string;
  readonly properties: JsonObject;
}

/** The values that a template can refer to: `Ref`, which is also the physical id, and `Fn::GetAtt`. */
export interface Created {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, Json>>;
  /** Makes up other attributes, for unknown types. */
  readonly otherAttribute?: (name: string) => Json;
}

/** An existing resource. */
export interface Existing extends Declared {
  readonly created: Created;
}

type MaybeLater<Value> = Value | Promise<Value>;

/** Creates, updates and deletes resources of a type. */
export interface ResourceType {
  /** The property with the physical name. Changing it replaces the resource. */
  readonly nameProperty?: string;
  create(declared: Declared, services: Services): MaybeLater<Created>;
  /**
   * If it returns another `ref`, the resource was replaced, and the old one is deleted.
   *
   * @default create it again with the same name, which suits types without state in a service
   */
  update?(existing: Existing, declared: Declared, services: Services): MaybeLater<Created>;
  /** @default nothing */
  remove?(existing: Existing, services: Services): MaybeLater<void>;
}
