import { Duration, Stack } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FORGE_JWKS_URL, type IsolatedCloud } from '../lambda/contract/clouds';
import type { ForgeEnvironment, Routes } from '../lambda/contract/routes';
import { slotVariables } from '../lambda/contract/slot-location';
import type { AlarmsBySeverity } from './alarms/add-alarms';
import { HttpApiAlarms } from './alarms/http-api-alarms';
import { MonitorAlarms } from './alarms/monitor-alarms';
import { type NotificationOptions, Notifications } from './alarms/notifications';
import { ReceiverAlarms } from './alarms/receiver-alarms';
import { WorkerAlarms } from './alarms/worker-alarms';
import { RemoteDashboard } from './dashboard/remote-dashboard';
import type { Exposure } from './exposure';
import { InstallationSlots } from './installation-slots';
import { KeptKeySet } from './kept-key-set';
import { Monitor, type MonitorOptions } from './monitor';
import { Receiver } from './receiver';
import type { SlotStrategy, Slots } from './slots';
import { TableSlots } from './table-slots';
import { TokenSlot } from './token-slot';
import { Worker, type WorkerOptions } from './worker';

export interface ForgeRemoteProps {
  /** The app's ARI: `app.id` in manifest.yml. Calls for another app are refused. */
  readonly appId: string;
  /** Key of the remote in manifest.yml. */
  readonly remoteKey: string;
  /** `name` in config.ts: the tag `app` of secrets that are made at run time. */
  readonly app: string;
  /** Name of the stage, for that tag and for descriptions that people read. */
  readonly stage: string;
  /** Forge environment types that are served; calls from others are refused. */
  readonly environments: readonly ForgeEnvironment[];
  /** The paths that Forge calls, and what calls each. */
  readonly routes: Routes;
  /** How often Forge delivers a system token to each installation: the shortest interval in manifest.yml. */
  readonly tokenInterval: Duration;
  /**
   * Whether every trigger that delivers tokens has `filter.appIsLicensed`: then a site whose licence ends gets no more
   * tokens, by design.
   *
   * @default false
   */
  readonly licensedSitesOnly?: boolean;
  /**
   * URL of the key set that invocation tokens are verified with. Over HTTPS, except on this machine.
   *
   * @default FORGE_JWKS_URL
   */
  readonly jwksUrl?: string;
  /**
   * An API on this machine that stands for Atlassian's, such as `http://127.0.0.1:8080`. For local runs.
   *
   * @default - Atlassian's API hosts only
   */
  readonly localApiOrigin?: string;
  /**
   * How long known keys are trusted while Forge's key server can't be reached. Longer rides out a longer outage; but a
   * key that Forge has withdrawn is trusted for as long, by a function that can't learn of it.
   *
   * @default Duration.hours(24)
   */
  readonly trustKeysFor?: Duration;
  /**
   * Isolated Clouds whose calls are accepted as well.
   *
   * @default - calls from Isolated Clouds are refused
   */
  readonly isolatedCloud?: IsolatedCloud;
  /**
   * One slot, or one for each installation, as a secret or as an item of a table.
   *
   * @default 'single'
   */
  readonly slotStrategy?: SlotStrategy;
  /**
   * Keep the slots' secrets, or their table, when the stack is deleted.
   *
   * @default false
   */
  readonly retainSlot?: boolean;
  /**
   * ARN of a key in AWS KMS for the table of the strategy `dynamodb`.
   *
   * @default - a key that DynamoDB owns
   */
  readonly slotKmsKeyArn?: string;
  /**
   * How the team's job is run; `false`: there is no job, and no queue for it.
   *
   * @default {} - the defaults of WorkerOptions
   */
  readonly worker?: WorkerOptions | false;
  /**
   * How the slots are watched; `false`: they aren't, and nobody is told that a token runs out.
   *
   * @default {} - the defaults of MonitorOptions
   */
  readonly monitor?: MonitorOptions | false;
  /**
   * Who is told of alarms.
   *
   * @default - nobody: alarms are visible in CloudWatch only
   */
  readonly notifications?: NotificationOptions;
  /**
   * Whether a new alarm may wait for its first data (`WarmUpConfiguration`). Where a region's CloudFormation doesn't know
   * that property yet, it refuses the whole stack: switch it off there. MonitorSilent then pages once, within minutes of
   * the first deployment.
   *
   * @default true
   */
  readonly alarmWarmUp?: boolean;
  /**
   * A dashboard, and saved queries for the logs. $3 a month beyond an account's first three (AWS's prices).
   *
   * @default true
   */
  readonly dashboard?: boolean;
  readonly logRetention: RetentionDays;
  /**
   * Concurrent executions set aside for the receiver, which is also the most it can use.
   *
   * @default - not reserved
   */
  readonly reservedConcurrency?: number;
  /**
   * How Forge reaches the receiver. Another one is another URL, to which every admin has to consent.
   *
   * @default Exposure.functionUrl()
   */
  readonly exposure?: Exposure;
}

/**
 * A backend for a Forge app's remote: a URL that Forge calls, slots with valid app system tokens behind it, a worker that
 * uses them, and a monitor that notices in time when they no longer come.
 */
export class ForgeRemote extends Construct {
  /** What `remotes[].baseUrl` in manifest.yml must be. No slash at the end. */
  readonly baseUrl: string;
  readonly slots: Slots;
  readonly receiver: Receiver;
  /** Absent with `worker: false`. */
  readonly worker?: Worker;
  /** Absent with `monitor: false`. */
  readonly monitor?: Monitor;
  readonly notifications: Notifications;
  /** Each notifies for itself. */
  readonly alarms: AlarmsBySeverity;
  /** Absent with `dashboard: false`. */
  readonly dashboard?: RemoteDashboard;

  /** @throws {Error} for whatever `Receiver` or `Monitor` doesn't take of these */
  constructor(scope: Construct, id: string, props: ForgeRemoteProps) {
    super(scope, id);
    const { remoteKey, stage, logRetention, slotStrategy = 'single' } = props;
    const remoteName = Stack.of(this).stackName;

    const { reapAfter } = props.monitor || {};
    this.slots = this.createSlots(props, slotStrategy, reapAfter || undefined);

    if (props.worker !== false) {
      this.worker = new Worker(this, 'Worker', {
        ...props.worker,
        slots: this.slots,
        remoteName,
        logRetention,
        description: `Runs lambda/job.ts for the remote "${remoteKey}", stage ${stage}`,
      });
    }

    const jwksUrl = props.jwksUrl ?? FORGE_JWKS_URL;
    const keptKeySet = props.monitor === false ? undefined : new KeptKeySet(this, 'KeptKeySet');
    this.receiver = new Receiver(this, 'Receiver', {
      appId: props.appId,
      environments: props.environments,
      routes: props.routes,
      jwksUrl,
      ...(keptKeySet && { keptKeySet }),
      ...(props.localApiOrigin !== undefined && { localApiOrigin: props.localApiOrigin }),
      trustKeysFor: props.trustKeysFor ?? Duration.hours(24),
      ...(props.isolatedCloud !== undefined && { isolatedCloud: props.isolatedCloud }),
      slots: this.slots,
      ...(this.worker !== undefined && { jobs: this.worker.jobs }),
      app: props.app,
      stage,
      remoteName,
      logRetention,
      description: `Receives Forge's calls to the remote "${remoteKey}", stage ${stage}, and stores the system token`,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrency: props.reservedConcurrency }),
      ...(props.exposure !== undefined && { exposure: props.exposure }),
    });
    this.baseUrl = this.receiver.baseUrl;
    if (slotStrategy === 'perInstallation') {
      // A stack is deleted in the opposite order: the slots go last, when nobody is left who would make one anew.
      this.receiver.function.node.addDependency(this.slots);
    }

    if (keptKeySet) {
      this.monitor = new Monitor(this, 'Monitor', {
        // A table deletes by itself.
        ...(reapAfter !== undefined && slotStrategy !== 'dynamodb' && { reapAfter }),
        slots: this.slots,
        tokenInterval: props.tokenInterval,
        ...(props.licensedSitesOnly !== undefined && { licensedSitesOnly: props.licensedSitesOnly }),
        keySet: { url: jwksUrl, kept: keptKeySet },
        remoteName,
        logRetention,
        description: `Watches how long the system tokens of the remote "${remoteKey}", stage ${stage}, are still valid`,
      });
    }

    this.notifications = new Notifications(this, 'Notifications', {
      ...props.notifications,
      displayName: `Forge remote, stage ${stage}`,
    });
    this.alarms = this.addAlarms(props, slotStrategy);

    if (props.dashboard ?? true) {
      this.dashboard = new RemoteDashboard(this, 'Dashboard', {
        slots: this.slots,
        receiver: this.receiver,
        ...(this.worker && { worker: this.worker }),
        ...(this.monitor && { monitor: this.monitor }),
        alarms: this.alarms,
        remoteName,
        tokenInterval: props.tokenInterval,
      });
    }
  }

  private addAlarms({ tokenInterval, alarmWarmUp = true }: ForgeRemoteProps, strategy: SlotStrategy): AlarmsBySeverity {
    const remoteName = Stack.of(this).stackName;
    const options = { topics: this.notifications.topics, warmUp: alarmWarmUp };
    const { receiver, worker, monitor } = this;
    const { api } = receiver.exposed;
    const groups = [
      ...(monitor
        ? [
            new MonitorAlarms(this, 'MonitorAlarms', {
              ...options,
              tokenInterval,
              manySlots: strategy !== 'single',
              remoteName,
            }),
          ]
        : []),
      new ReceiverAlarms(this, 'Alarms', {
        ...options,
        function: receiver.function,
        remoteName,
        singleSlot: strategy === 'single',
        hasJobs: worker !== undefined,
      }),
      ...(api ? [new HttpApiAlarms(this, 'ApiAlarms', { ...options, api })] : []),
      ...(worker ? [new WorkerAlarms(this, 'WorkerAlarms', { ...options, worker })] : []),
    ];
    return {
      page: groups.flatMap(({ alarms }) => alarms.page),
      ticket: groups.flatMap(({ alarms }) => alarms.ticket),
    };
  }

  private createSlots(props: ForgeRemoteProps, strategy: SlotStrategy, keepExpired: Duration | undefined): Slots {
    const { remoteKey, stage, logRetention, retainSlot: retain = false, slotKmsKeyArn: kmsKeyArn } = props;
    switch (strategy) {
      case 'single':
        return new TokenSlot(this, 'Slot', { remoteKey, stage, retain });
      case 'perInstallation':
        return new InstallationSlots(this, 'Slots', { stage, retain, logRetention });
      case 'dynamodb':
        return new TableSlots(this, 'TableSlots', {
          retain,
          ...(keepExpired && { keepExpired }),
          ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        });
    }
  }

  /**
   * Lets another function of yours use the app system tokens: it may read them, and nothing else. A Lambda function
   * also gets the environment variable that `parseSlotLocation` in lambda/contract/ finds the slots by.
   */
  grantTokenRead(grantee: IGrantable): Grant {
    if (hasEnvironment(grantee)) {
      for (const [name, value] of Object.entries(slotVariables(this.slots.location))) {
        grantee.addEnvironment(name, value);
      }
    }
    return this.slots.grantRead(grantee);
  }
}

/** Whether `grantee` is a Lambda function of this app: not `instanceof`, which misses one of another copy of CDK. */
const hasEnvironment = (grantee: IGrantable): grantee is IGrantable & Pick<LambdaFunction, 'addEnvironment'> =>
  'addEnvironment' in grantee;
