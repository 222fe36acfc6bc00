import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type IsolatedCloud, isJwksUrl, isLoopbackOrigin, JWKS_URL_ALLOWED } from '../lambda/contract/clouds';
import { receiverVariables } from '../lambda/contract/receiver-settings';
import type { ForgeEnvironment, Routes } from '../lambda/contract/routes';
import { slotServiceOf } from '../lambda/contract/slot-location';
import { addFunction } from './backend-function';
import { type Exposed, Exposure } from './exposure';
import type { JobQueue } from './job-queue';
import type { KeptKeySet } from './kept-key-set';
import type { Slots } from './slots';

/** Forge takes a longer silence than this for a failure (5 s for events and scheduled triggers, Forge's documentation). */
export const FORGE_PATIENCE = Duration.seconds(5);

export interface ReceiverProps {
  /** The app's ARI: the only audience that is accepted. */
  readonly appId: string;
  /** Forge environment types that are served. */
  readonly environments: readonly ForgeEnvironment[];
  readonly routes: Routes;
  /** How long known keys are trusted while the key server can't be reached. */
  readonly trustKeysFor: Duration;
  /**
   * Isolated Clouds whose calls are accepted as well.
   *
   * @default - none
   */
  readonly isolatedCloud?: IsolatedCloud;
  /** URL of the key set that invocation tokens are verified with. */
  readonly jwksUrl: string;
  /**
   * Where the monitor keeps that key set, for an outage of the key server.
   *
   * @default - none is kept
   */
  readonly keptKeySet?: KeptKeySet;
  /**
   * An API on this machine that stands for Atlassian's, such as `http://127.0.0.1:8080`. For local runs.
   *
   * @default - Atlassian's API hosts only
   */
  readonly localApiOrigin?: string;
  /** Get the tokens. */
  readonly slots: Slots;
  /**
   * Gets a job for each scheduled call.
   *
   * @default - tokens are stored, and no work is done with them
   */
  readonly jobs?: JobQueue;
  /** `name` and the stage's name in config.ts: tags of the secrets that the receiver makes. */
  readonly app: string;
  readonly stage: string;
  /** Value of the dimension `Remote` of the receiver's metrics. */
  readonly remoteName: string;
  readonly logRetention: RetentionDays;
  /**
   * How Forge reaches it.
   *
   * @default Exposure.functionUrl()
   */
  readonly exposure?: Exposure;
  /**
   * Concurrent executions set aside, which is also the most that run at once.
   *
   * @default - not reserved
   */
  readonly reservedConcurrency?: number;
  /**
   * What the function is for, as Lambda's console shows it.
   *
   * @default - none
   */
  readonly description?: string;
}

/** The function that Forge calls, with its public URL, its log and no more rights than it uses. */
export class Receiver extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  /** Of the function, in megabytes. */
  readonly memorySizeMb: number;
  /** Where Forge calls: no slash at the end, since Forge appends the route, which begins with one. */
  readonly baseUrl: string;
  /** What that URL leads through. */
  readonly exposed: Exposed;

  /**
   * @throws {Error} when keys may not be fetched from `jwksUrl`, `localApiOrigin` is not on this machine, or the
   * certificate of an HTTP API is in another region or account
   */
  constructor(scope: Construct, id: string, props: ReceiverProps) {
    super(scope, id);
    const { slots, jobs, routes, localApiOrigin, keptKeySet } = props;
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
      timeout: FORGE_PATIENCE,
      environment: receiverVariables({
        appId: props.appId,
        environments: props.environments,
        jwksUrl: props.jwksUrl,
        trustKeysForHours: props.trustKeysFor.toHours(),
        ...(keptKeySet && { keptKeySet: keptKeySet.location }),
        ...(props.isolatedCloud !== undefined && { isolatedCloud: props.isolatedCloud }),
        routes,
        slots: slots.location,
        ...(slots.keepDays !== undefined && { keepDays: slots.keepDays }),
        ...(jobs !== undefined && { queueUrl: jobs.queue.queueUrl }),
        ...(localApiOrigin !== undefined && { localApiOrigin }),
        app: props.app,
        stage: props.stage,
        remoteName: props.remoteName,
      }),
      logRetention: props.logRetention,
      ...(props.description !== undefined && { description: props.description }),
      ...(props.reservedConcurrency !== undefined && { reservedConcurrency: props.reservedConcurrency }),
    });
    this.function = lambda;
    this.logGroup = logGroup;
    this.memorySizeMb = memorySizeMb;
    slots.grantWrite(role);
    if (Object.values(routes).some(({ kind }) => kind === 'preUninstall')) slots.grantDelete(role);
    jobs?.grantSend(role);
    keptKeySet?.grantRead(role);

    const exposure = props.exposure ?? Exposure.functionUrl();
    this.exposed = exposure.expose(this, {
      function: lambda,
      timeout: FORGE_PATIENCE,
      routes,
      remoteName: props.remoteName,
      logRetention: props.logRetention,
    });
    this.baseUrl = this.exposed.baseUrl;
  }
}
