import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Routes, shortKey } from '../lambda/contract/routes';
import {
  formatNewSecrets,
  isJwksUrl,
  isLoopbackOrigin,
  JWKS_URL_ALLOWED,
  receiverVariables,
} from '../lambda/contract/settings';
import { slotServiceOf } from '../lambda/contract/slot';
import { addFunction, type BackendFunctionProps } from './backend-function';
import type { RegionalStage } from './config';
import { type Exposed, expose } from './exposure';
import type { JobQueue } from './job-queue';
import type { KeptKeySet } from './kept-key-set';
import type { LogSettings } from './log-group';
import type { Slots } from './slots';

/** Forge's timeout for a call (5 s for events and scheduled triggers, Forge's documentation). */
export const FORGE_TIMEOUT = Duration.seconds(5);

/** The settings of a stage that the receiver needs. */
export type ReceiverSettings = Pick<
  RegionalStage,
  | 'name'
  | 'environments'
  | 'trustKeysForHours'
  | 'isolatedCloud'
  | 'clouds'
  | 'tags'
  | 'slot'
  | 'reservedConcurrency'
  | 'exposure'
> &
  LogSettings;

export interface ReceiverProps extends Pick<BackendFunctionProps, 'description'> {
  /** The app's ARI, `app.id` in manifest.yml: the only audience that is accepted. */
  readonly appId: string;
  readonly stage: ReceiverSettings;
  /** The paths that Forge calls, and the modules that call each. */
  readonly routes: Routes;
  /**
   * Keys of modules in manifest.yml that don't belong to this backend.
   *
   * @default - none is known
   */
  readonly foreignModules?: readonly string[];
  /** URL of the key set that verifies invocation tokens. */
  readonly jwksUrl: string;
  /**
   * Where the monitor stores that key set, for outages of the key server.
   *
   * @default - it isn't stored
   */
  readonly keptKeySet?: KeptKeySet;
  /**
   * A local API that replaces Atlassian's, such as `http://127.0.0.1:8080`. For local runs.
   *
   * @default - Atlassian's API hosts only
   */
  readonly localApiOrigin?: string;
  /** Where the tokens are stored. */
  readonly slots: Slots;
  /**
   * Gets a job for each scheduled call and each product event.
   *
   * @default - tokens are stored, and no job runs
   */
  readonly jobs?: JobQueue;
  /** `name` in config.ts: the value of the tag `app` on secrets that the receiver creates. */
  readonly app: string;
  /** Value of the dimension `Remote` of the receiver's metrics. */
  readonly remoteName: string;
}

/** The function that Forge calls, with its public URL, its log and the least rights it needs. */
export class Receiver extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  /** The function's memory, in megabytes. */
  readonly memorySizeMb: number;
  /** The URL that Forge calls, without a slash at the end. */
  readonly baseUrl: string;
  /** How the function is exposed: the HTTP API and the Function URL, if any. */
  readonly exposed: Exposed;

  /**
   * @throws {Error} when `jwksUrl` is not allowed, or `localApiOrigin` is not on this machine
   */
  constructor(scope: Construct, id: string, props: ReceiverProps) {
    super(scope, id);
    const { slots, stage, jobs, routes, localApiOrigin, keptKeySet } = props;
    const newSecrets = 'prefix' in slots.location ? newSecretsOf(stage) : undefined;
    if (!isJwksUrl(props.jwksUrl)) {
      throw new Error(`jwksUrl of ${this.node.path} is ${props.jwksUrl}; allowed: ${JWKS_URL_ALLOWED}`);
    }
    if (localApiOrigin !== undefined && !isLoopbackOrigin(localApiOrigin)) {
      throw new Error(
        `localApiOrigin of ${this.node.path} is ${localApiOrigin}; allowed: http://127.0.0.1:<port>. ` +
          "Leave it out to call Atlassian's API.",
      );
    }

    const {
      function: lambda,
      role,
      logGroup,
      memorySizeMb,
    } = addFunction(this, {
      folder: 'receiver',
      service: slotServiceOf(slots.location),
      timeout: FORGE_TIMEOUT,
      environment: receiverVariables({
        appId: props.appId,
        environments: stage.environments,
        jwksUrl: props.jwksUrl,
        trustKeysForHours: stage.trustKeysForHours,
        ...(keptKeySet && { keptKeySet: keptKeySet.location }),
        ...(stage.isolatedCloud !== undefined && { isolatedCloud: stage.isolatedCloud }),
        ...(stage.clouds !== undefined && { clouds: stage.clouds }),
        routes,
        foreignModules: (props.foreignModules ?? []).map(shortKey),
        slots: slots.location,
        ...(newSecrets !== undefined && { newSecrets }),
        ...(slots.keepDays !== undefined && { keepDays: slots.keepDays }),
        ...(jobs !== undefined && { queueUrl: jobs.queue.queueUrl }),
        ...(localApiOrigin !== undefined && { localApiOrigin }),
        app: props.app,
        stage: stage.name,
        remoteName: props.remoteName,
      }),
      log: stage,
      ...(props.description !== undefined && { description: props.description }),
      ...(stage.reservedConcurrency !== undefined && { reservedConcurrency: stage.reservedConcurrency }),
    });
    this.function = lambda;
    this.logGroup = logGroup;
    this.memorySizeMb = memorySizeMb;
    slots.grantWrite(role);
    if (Object.values(routes).some(({ kind }) => kind === 'preUninstall')) slots.grantDelete(role);
    jobs?.grantSend(role);
    keptKeySet?.grantRead(role);

    this.exposed = expose(this, stage.exposure, {
      function: lambda,
      timeout: FORGE_TIMEOUT,
      routes,
      remoteName: props.remoteName,
      log: stage,
    });
    this.baseUrl = this.exposed.baseUrl;
  }
}

/** The settings of secrets that the receiver creates. */
const newSecretsOf = ({ tags, slot }: ReceiverSettings) =>
  formatNewSecrets({ tags, ...(slot.kmsKeyArn !== undefined && { kmsKeyArn: slot.kmsKeyArn }) });
