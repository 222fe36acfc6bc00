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

/** Runs a deployed function once. A rejection is a function error. */
export type RunFunction = (deployed: DeployedFunction, event: unknown) => Promise<unknown>;

/** The services that resources live in. */
export interface Services {
  readonly account: Account;
  /** Of the account: the same in all regions. */
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
  /** The URL of a function, with the slash that AWS puts at its end. */
  readonly functionUrl: (functionName: string) => string;
  /** Where this AWS is reached, without a slash at its end. */
  readonly endpoint: () => string;
  /** For the functions behind custom resources. `undefined` when there is nobody to run them. */
  readonly run: RunFunction | undefined;
  /** Whether somebody has authorized a Slack workspace for the account, in the console. */
  readonly isSlackAuthorized: (workspaceId: string) => boolean;
  /** Ids of the Slack channels that the account has configured. */
  readonly slackChannels: Set<string>;
  /** Tells the user, in one line, what is taken on trust. */
  readonly note: (line: string) => void;
  /** How long a custom resource's function may take, in milliseconds. */
  readonly customResourceTimeoutMs: number;
}

/** A resource as the template wants it, with nothing left to resolve. */
export interface Declared {
  readonly stackId: string;
  readonly logicalId: string;
  /** Such as `AWS::SQS::Queue`. */
  readonly type: string;
  /** Chosen in the template, or generated. */
  readonly name: string;
  readonly properties: JsonObject;
}

/** What a template can refer to: `Ref`, which is also the physical id, and `Fn::GetAtt`. */
export interface Created {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, Json>>;
  /** Gives any other attribute, for a type that nobody knows here. */
  readonly otherAttribute?: (name: string) => Json;
}

/** A resource that exists. */
export interface Existing extends Declared {
  readonly created: Created;
}

type MaybeLater<Value> = Value | Promise<Value>;

/** How resources of one type are made, changed and removed. */
export interface ResourceType {
  /** The property that sets the physical name. Changing it replaces the resource. */
  readonly nameProperty?: string;
  create(declared: Declared, services: Services): MaybeLater<Created>;
  /**
   * Another `ref` than before says that this is a new resource: the old one is then removed.
   *
   * @default create again under the same name, which is right for all that leaves no trace in a service
   */
  update?(existing: Existing, declared: Declared, services: Services): MaybeLater<Created>;
  /** @default nothing to do */
  remove?(existing: Existing, services: Services): MaybeLater<void>;
}
