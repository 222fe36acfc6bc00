import { Duration, Stack } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { FORGE_JWKS_URL, type IsolatedCloud } from '../lambda/contract/environment';
import type { ForgeEnvironment, Routes } from '../lambda/contract/routes';
import { AlarmTopic } from './alarm-topic';
import { Receiver } from './receiver';
import { ReceiverAlarms } from './receiver-alarms';
import { TokenSlot } from './token-slot';

export interface ForgeRemoteProps {
  /** The app's ARI: `app.id` in manifest.yml. Calls for another app are refused. */
  readonly appId: string;
  /** Key of the remote in manifest.yml. */
  readonly remoteKey: string;
  /** Name of the stage, for descriptions that people read. */
  readonly stage: string;
  /** Forge environment types that are served; calls from others are refused. */
  readonly environments: readonly ForgeEnvironment[];
  /** The paths that Forge calls, and what calls each. */
  readonly routes: Routes;
  /**
   * URL of the key set that invocation tokens are verified with. Over HTTPS, except on this machine.
   *
   * @default FORGE_JWKS_URL
   */
  readonly jwksUrl?: string;
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
   * Keep the slot's secret when the stack is deleted.
   *
   * @default false
   */
  readonly retainSlot?: boolean;
  /**
   * Addresses that get the alarms.
   *
   * @default - alarms are visible in CloudWatch only
   */
  readonly alarmEmails?: readonly string[];
  readonly logRetention: RetentionDays;
  /**
   * Concurrent executions set aside for the receiver, which is also the most it can use.
   *
   * @default - not reserved
   */
  readonly reservedConcurrency?: number;
}

/** A backend for a Forge app's remote: a URL that Forge calls, and a slot with a valid app system token behind it. */
export class ForgeRemote extends Construct {
  /** What `remotes[].baseUrl` in manifest.yml must be. No slash at the end. */
  readonly baseUrl: string;
  readonly slot: TokenSlot;
  readonly receiver: Receiver;
  readonly alarmTopic: ITopic;

  /** @throws {Error} when keys may not be fetched from `jwksUrl` */
  constructor(scope: Construct, id: string, props: ForgeRemoteProps) {
    super(scope, id);
    const { remoteKey, stage } = props;
    const remoteName = Stack.of(this).stackName;

    this.slot = new TokenSlot(this, 'Slot', { remoteKey, stage, retain: props.retainSlot ?? false });

    this.receiver = new Receiver(this, 'Receiver', {
      appId: props.appId,
      environments: props.environments,
      routes: props.routes,
      jwksUrl: props.jwksUrl ?? FORGE_JWKS_URL,
      trustKeysFor: props.trustKeysFor ?? Duration.hours(24),
      ...(props.isolatedCloud !== undefined && { isolatedCloud: props.isolatedCloud }),
      slot: this.slot,
      remoteName,
      logRetention: props.logRetention,
      description: `Receives Forge's calls to the remote "${remoteKey}", stage ${stage}, and stores the system token`,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrency: props.reservedConcurrency }),
    });
    this.baseUrl = this.receiver.baseUrl;

    this.alarmTopic = new AlarmTopic(this, 'AlarmTopic', {
      emails: props.alarmEmails ?? [],
      displayName: `Forge remote, stage ${stage}`,
    }).topic;

    new ReceiverAlarms(this, 'Alarms', {
      function: this.receiver.function,
      remoteName,
      topic: this.alarmTopic,
    });
  }
}
