import { Stack } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FORGE_JWKS_URL, slotVariables } from '../lambda/contract/settings';
import type { AlarmsBySeverity } from './alarms/add-alarms';
import { HttpApiAlarms } from './alarms/http-api-alarms';
import { MonitorAlarms } from './alarms/monitor-alarms';
import { Notifications } from './alarms/notifications';
import { ReceiverAlarms } from './alarms/receiver-alarms';
import { WorkerAlarms } from './alarms/worker-alarms';
import type { RegionalStage } from './config';
import { RemoteDashboard } from './dashboard/remote-dashboard';
import { InstallationSlots } from './installation-slots';
import { KeptKeySet } from './kept-key-set';
import { Monitor, type MonitorProps } from './monitor';
import { Receiver, type ReceiverProps } from './receiver';
import type { Slots } from './slots';
import { TableSlots } from './table-slots';
import { TokenSlot } from './token-slot';
import { Worker } from './worker';

export interface ForgeRemoteProps
  extends Pick<ReceiverProps, 'appId' | 'app' | 'routes' | 'foreignModules' | 'localApiOrigin'>,
    Pick<MonitorProps, 'tokenInterval' | 'licensedSitesOnly'> {
  /** Key of the remote in manifest.yml. */
  readonly remoteKey: string;
  /** The stage from config.ts, after all checks. */
  readonly stage: RegionalStage;
  /**
   * As {@link ReceiverProps.jwksUrl}. Another one than Forge's is for local runs.
   *
   * @default FORGE_JWKS_URL
   */
  readonly jwksUrl?: string;
}

/**
 * The backend of a Forge app's remote: a URL that Forge calls, slots with valid app system tokens, a worker that uses
 * the tokens, and a monitor that reports in time when new tokens stop coming.
 */
export class ForgeRemote extends Construct {
  /** The value for `remotes[].baseUrl` in manifest.yml. No slash at the end. */
  readonly baseUrl: string;
  readonly slots: Slots;
  readonly receiver: Receiver;
  /** Absent with `worker: false`. */
  readonly worker?: Worker;
  /** Absent with `monitor: false`. */
  readonly monitor?: Monitor;
  readonly notifications: Notifications;
  /** Each alarm notifies independently of the others. */
  readonly alarms: AlarmsBySeverity;
  /** Absent with `dashboard: false`. */
  readonly dashboard?: RemoteDashboard;

  /** @throws {Error} when `Receiver` refuses `jwksUrl` or `localApiOrigin` */
  constructor(scope: Construct, id: string, props: ForgeRemoteProps) {
    super(scope, id);
    const { remoteKey, stage, routes, tokenInterval } = props;
    const remoteName = Stack.of(this).stackName;
    this.slots = this.createSlots(props);

    if (stage.worker !== false) {
      this.worker = new Worker(this, 'Worker', {
        settings: stage.worker,
        stage,
        slots: this.slots,
        remoteName,
        description: `Runs lambda/job.ts for the remote "${remoteKey}", stage ${stage.name}`,
      });
    }

    const jwksUrl = props.jwksUrl ?? FORGE_JWKS_URL;
    const keptKeySet = stage.monitor === false ? undefined : new KeptKeySet(this, 'KeptKeySet');
    this.receiver = new Receiver(this, 'Receiver', {
      appId: props.appId,
      app: props.app,
      stage,
      routes,
      foreignModules: props.foreignModules ?? [],
      jwksUrl,
      ...(keptKeySet && { keptKeySet }),
      ...(props.localApiOrigin !== undefined && { localApiOrigin: props.localApiOrigin }),
      slots: this.slots,
      ...(this.worker !== undefined && { jobs: this.worker.jobs }),
      remoteName,
      description: `Receives Forge's calls to the remote "${remoteKey}", stage ${stage.name}, and stores the system token`,
    });
    this.baseUrl = this.receiver.baseUrl;
    if (stage.slot.strategy === 'perInstallation') {
      // CloudFormation deletes in reverse order: the slots go last, when the receiver can't create new ones any more.
      this.receiver.function.node.addDependency(this.slots);
    }

    if (stage.monitor !== false && keptKeySet) {
      this.monitor = new Monitor(this, 'Monitor', {
        settings: stage.monitor,
        stage,
        slots: this.slots,
        tokenInterval,
        ...(props.licensedSitesOnly !== undefined && { licensedSitesOnly: props.licensedSitesOnly }),
        keySet: { url: jwksUrl, kept: keptKeySet },
        remoteName,
        description: `Watches how long the system tokens of the remote "${remoteKey}", stage ${stage.name}, are still valid`,
      });
    }

    this.notifications = new Notifications(this, 'Notifications', {
      stage,
      displayName: `Forge remote, stage ${stage.name}`,
    });
    this.alarms = this.addAlarms(props);

    if (stage.dashboard) {
      this.dashboard = new RemoteDashboard(this, 'Dashboard', {
        slots: this.slots,
        receiver: this.receiver,
        ...(this.worker && { worker: this.worker }),
        ...(this.monitor && { monitor: this.monitor }),
        alarms: this.alarms,
        remoteName,
        tokenInterval,
      });
    }
  }

  private addAlarms({ stage, tokenInterval }: ForgeRemoteProps): AlarmsBySeverity {
    const remoteName = Stack.of(this).stackName;
    const options = { topics: this.notifications.topics, stage };
    const { receiver, worker, monitor } = this;
    const { api } = receiver.exposed;
    const singleSlot = stage.slot.strategy === 'single';
    const monitorProps = { ...options, tokenInterval, singleSlot, remoteName, receiver: receiver.function };
    const receiverProps = {
      ...options,
      function: receiver.function,
      remoteName,
      singleSlot,
      hasJobs: worker !== undefined,
    };
    const groups = [
      ...(monitor ? [new MonitorAlarms(this, 'MonitorAlarms', monitorProps)] : []),
      new ReceiverAlarms(this, 'Alarms', receiverProps),
      ...(api ? [new HttpApiAlarms(this, 'ApiAlarms', { ...options, api })] : []),
      ...(worker ? [new WorkerAlarms(this, 'WorkerAlarms', { ...options, worker })] : []),
    ];
    return {
      page: groups.flatMap(({ alarms }) => alarms.page),
      ticket: groups.flatMap(({ alarms }) => alarms.ticket),
    };
  }

  private createSlots({ remoteKey, stage }: ForgeRemoteProps): Slots {
    switch (stage.slot.strategy) {
      case 'single':
        return new TokenSlot(this, 'Slot', { remoteKey, stage });
      case 'perInstallation':
        return new InstallationSlots(this, 'Slots', { stage });
      case 'dynamodb':
        return new TableSlots(this, 'TableSlots', { stage });
    }
  }

  /**
   * Lets another function read the app system tokens, and nothing else. A Lambda function also gets the environment
   * variables from which `parseSlotLocation` in lambda/contract/ finds the slots.
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

/** Whether `grantee` is a Lambda function. `instanceof` would miss a function of another copy of CDK. */
const hasEnvironment = (grantee: IGrantable): grantee is IGrantable & Pick<LambdaFunction, 'addEnvironment'> =>
  'addEnvironment' in grantee;
