import { Annotations, CfnOutput, DefaultStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { type Stage, stageIn } from './config';
import type { Exposed } from './exposure';
import { ForgeRemote, type ForgeRemoteProps } from './forge-remote';
import { remotesEntry } from './manifest/base-url';
import { type Manifest, routesOf } from './manifest/model';
import { DASHBOARD_URL_OUTPUT, DNS_RECORD_OUTPUT, KEPT_FUNCTION_URL_OUTPUT, OUTPUTS } from './stack-outputs';
import type { StageStack } from './stage-stacks';

export interface RemoteStackProps extends Pick<ForgeRemoteProps, 'jwksUrl' | 'localApiOrigin'> {
  /** `name` in config.ts, for the tag `app`. */
  readonly name: string;
  readonly stage: Stage;
  readonly manifest: Manifest;
  /** Where it is, and which sites it serves. */
  readonly place: Pick<StageStack, 'region' | 'regionKey'>;
  /**
   * Keys of triggers that the job has work for. Of those that wait for nothing but life-cycle events, only the ones named
   * here run the job; all others run it anyway.
   *
   * @default - none is named
   */
  readonly jobEvents?: readonly string[];
}

/** A stage of the backend, ready to deploy. Its outputs are what `npm run manifest` reads. */
export class RemoteStack extends Stack {
  readonly remote: ForgeRemote;

  constructor(scope: Construct, id: string, props: RemoteStackProps) {
    const { name, stage, manifest, place, jobEvents, ...local } = props;
    const { region, regionKey } = place;
    const remoteKey = manifest.remote.key;
    super(scope, id, {
      env: { region, ...(stage.account !== undefined && { account: stage.account }) },
      description: `Forge remote "${remoteKey}", stage ${stage.name}: receives Forge's calls, keeps a valid app system token`,
      tags: { app: name, stage: stage.name, region: regionKey, ...stage.tags },
      ...(stage.bootstrapQualifier !== undefined && {
        synthesizer: new DefaultStackSynthesizer({ qualifier: stage.bootstrapQualifier }),
      }),
      // Deleting it would lose the URL, and every admin would have to consent to the next one.
      terminationProtection: isProduction(stage),
    });

    this.limitRoles(stage.permissionsBoundary);

    this.remote = new ForgeRemote(this, 'ForgeRemote', {
      appId: manifest.appId,
      remoteKey,
      app: name,
      // Each stack is reached in the way of its own region.
      stage: stageIn(stage, regionKey),
      routes: routesOf(manifest, jobEvents),
      foreignModules: manifest.foreignKeys,
      tokenInterval: Duration.minutes(manifest.shortestIntervalMinutes),
      licensedSitesOnly: manifest.tokenNeedsLicence,
      ...local,
    });

    const { baseUrl, slots, dashboard } = this.remote;
    this.output(OUTPUTS.remoteBaseUrl, baseUrl, 'Where Forge calls: remotes[].baseUrl in manifest.yml');
    this.output(OUTPUTS.slotArn, slots.arn, SLOT_ARN[stage.slot.strategy]);
    this.output(
      OUTPUTS.manifestRemotes,
      remotesEntry(remoteKey, baseUrl),
      'The remotes entry, to paste into manifest.yml',
    );
    this.output(OUTPUTS.appId, manifest.appId, 'The Forge app whose calls are accepted');
    this.output(OUTPUTS.stage, stage.name, 'The stage in config.ts');
    this.output(OUTPUTS.remoteKey, remoteKey, 'The key of the remote in manifest.yml');
    this.output(OUTPUTS.region, regionKey, "Forge's key of the region that is served");

    this.outputExposure(this.remote.receiver.exposed);

    if (dashboard) {
      const { region } = this;
      const console = `https://${consoleHost(region)}/cloudwatch/home?region=${region}`;
      this.output(
        DASHBOARD_URL_OUTPUT,
        `${console}#dashboards/dashboard/${dashboard.dashboardName}`,
        'How the stage is',
      );
    }

    this.warnOfPlaceholder(manifest);
    this.warnOfSharedProduction(stage);
  }

  /** Of every role in the stack, whoever adds it: a fork's own resources as well. */
  private limitRoles(boundary: string | undefined): void {
    if (boundary === undefined) return;
    const id = 'PermissionsBoundary';
    const policy = boundary.startsWith('arn:')
      ? ManagedPolicy.fromManagedPolicyArn(this, id, boundary)
      : ManagedPolicy.fromManagedPolicyName(this, id, boundary);
    PermissionsBoundary.of(this).apply(policy);
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }

  /** What a person needs who moves the backend under a domain. */
  private outputExposure({ api, keptFunctionUrl }: Exposed): void {
    if (api?.cnameTarget !== undefined) {
      this.output(DNS_RECORD_OUTPUT, `${api.domainName} CNAME ${api.cnameTarget}`, 'The DNS record to create');
    }
    if (keptFunctionUrl !== undefined) {
      this.output(KEPT_FUNCTION_URL_OUTPUT, keptFunctionUrl, 'Open as well, for sites that have not consented yet');
    }
  }

  private warnOfPlaceholder({ placeholderAppId, file, appId }: Manifest): void {
    if (!placeholderAppId) return;
    Annotations.of(this).addWarningV2(
      'forge-remote:placeholder-app-id',
      `app.id in ${file} is still the placeholder ${appId}, so every call of your app would be refused (audience-wrong). ` +
        'Run "forge register", which writes the id of your app there, and deploy again.',
    );
  }

  private warnOfSharedProduction({ name, environments, slot }: Stage): void {
    if (!environments.includes('PRODUCTION') || environments.length === 1 || slot.strategy !== 'single') return;
    Annotations.of(this).addWarningV2(
      'forge-remote:production-shared',
      `Stage ${name} serves ${environments.join(', ')}, so a development installation can take the slot that production ` +
        'needs. Give PRODUCTION a stage of its own in config.ts.',
    );
  }
}

/** What the output is, which is not the same for each strategy. */
const SLOT_ARN: Readonly<Record<Stage['slot']['strategy'], string>> = {
  single: 'The secret that holds the app system token',
  perInstallation:
    'Pattern of the ARNs of the secrets that hold the app system tokens: one for each installation, with its uuid and ' +
    'six characters of Secrets Manager in place of the star',
  dynamodb: 'The table that holds the app system tokens: an item for each installation, by its uuid',
};

/** A stage whose URL and slots must not go by accident. */
const isProduction = ({ environments }: Stage): boolean => environments.includes('PRODUCTION');

/** Hosts of AWS's console by partition (AWS's documentation of each). */
const CONSOLE_HOSTS: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/** Host of the console in a region; of one that the CDK doesn't know yet, as in the partition `aws`. */
const consoleHost = (region: string): string => {
  const host = CONSOLE_HOSTS[RegionInfo.get(region).partition ?? 'aws'];
  return host ?? `${region}.console.aws.amazon.com`;
};
