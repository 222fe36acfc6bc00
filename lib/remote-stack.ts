import { Annotations, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Stage } from './config';
import { ForgeRemote } from './forge-remote';
import { type Manifest, routesOf } from './manifest/model';
import { remotesEntry } from './manifest/remotes-entry';
import { OUTPUTS } from './stack-outputs';

export interface RemoteStackProps {
  /** `name` in config.ts, for the tag `app`. */
  readonly name: string;
  readonly stage: Stage;
  readonly manifest: Manifest;
  /**
   * URL of the key set that invocation tokens are verified with. Another one than Forge's is for local runs.
   *
   * @default FORGE_JWKS_URL
   */
  readonly jwksUrl?: string;
}

/** A stage of the backend, ready to deploy. Its outputs are what `npm run manifest` reads. */
export class RemoteStack extends Stack {
  readonly remote: ForgeRemote;

  constructor(scope: Construct, id: string, { name, stage, manifest, jwksUrl }: RemoteStackProps) {
    const remoteKey = manifest.remote.key;
    super(scope, id, {
      env: { region: stage.region, ...(stage.account !== undefined && { account: stage.account }) },
      description: `Forge remote "${remoteKey}", stage ${stage.name}: receives Forge's calls, keeps a valid app system token`,
      tags: { app: name, stage: stage.name },
      // Deleting it would lose the URL, and every admin would have to consent to the next one.
      terminationProtection: stage.environments.includes('PRODUCTION'),
    });

    this.remote = new ForgeRemote(this, 'ForgeRemote', {
      appId: manifest.appId,
      remoteKey,
      stage: stage.name,
      environments: stage.environments,
      routes: routesOf(manifest),
      trustKeysFor: Duration.hours(stage.trustKeysForHours),
      ...(stage.isolatedCloud !== undefined && { isolatedCloud: stage.isolatedCloud }),
      retainSlot: stage.slot.retain,
      alarmEmails: stage.alarmEmails,
      logRetention: stage.logRetentionDays,
      ...(jwksUrl !== undefined && { jwksUrl }),
      ...(stage.reservedConcurrency !== undefined && { reservedConcurrency: stage.reservedConcurrency }),
    });

    const { baseUrl, slot } = this.remote;
    this.output(OUTPUTS.remoteBaseUrl, baseUrl, 'Where Forge calls: remotes[].baseUrl in manifest.yml');
    this.output(OUTPUTS.slotArn, slot.secretArn, 'The secret that holds the app system token');
    this.output(
      OUTPUTS.manifestRemotes,
      remotesEntry(remoteKey, baseUrl),
      'The remotes entry, to paste into manifest.yml',
    );
    this.output(OUTPUTS.appId, manifest.appId, 'The Forge app whose calls are accepted');
    this.output(OUTPUTS.stage, stage.name, 'The stage in config.ts');
    this.output(OUTPUTS.remoteKey, remoteKey, 'The key of the remote in manifest.yml');

    this.warnOfPlaceholder(manifest);
    this.warnOfSharedProduction(stage);
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }

  private warnOfPlaceholder({ placeholderAppId, file, appId }: Manifest): void {
    if (!placeholderAppId) return;
    Annotations.of(this).addWarningV2(
      'forge-remote:placeholder-app-id',
      `app.id in ${file} is still the placeholder ${appId}, so every call of your app would be refused (audience-wrong). ` +
        'Run "forge register", which writes the id of your app there, and deploy again.',
    );
  }

  private warnOfSharedProduction({ name, environments }: Stage): void {
    if (!environments.includes('PRODUCTION') || environments.length === 1) return;
    Annotations.of(this).addWarningV2(
      'forge-remote:production-shared',
      `Stage ${name} serves ${environments.join(', ')}, so a development installation can take the slot that production ` +
        'needs. Give PRODUCTION a stage of its own in config.ts.',
    );
  }
}
