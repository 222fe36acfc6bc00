import { Annotations, CfnOutput, DefaultStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { type Stage, stageIn } from './config';
import type { Exposed } from './exposure';
import { ForgeRemote, type ForgeRemoteProps } from './forge-remote';
import { remotesBlock } from './manifest/base-url';
import { type Manifest, routesOf } from './manifest/model';
import { DASHBOARD_URL_OUTPUT, DNS_RECORD_OUTPUT, KEPT_FUNCTION_URL_OUTPUT, OUTPUTS } from './stack-outputs';
import type { StageStack } from './stage-stacks';

export interface RemoteStackProps extends Pick<ForgeRemoteProps, 'jwksUrl' | 'localApiOrigin'> {
  /** `name` in config.ts: the value of the tag `app`. */
  readonly name: string;
  readonly stage: Stage;
  readonly manifest: Manifest;
  /** The AWS region of the stack, and Forge's key of the sites it serves. */
  readonly place: Pick<StageStack, 'region' | 'regionKey'>;
  /**
   * Keys of triggers that lambda/job.ts handles. It matters for triggers on life-cycle events only: they run the job if
   * they are in this list. All other triggers always run it.
   *
   * @default - none
   */
  readonly jobEvents?: readonly string[];
}

/** The backend of a stage in one region. `npm run manifest` reads its outputs. */
export class RemoteStack extends Stack {
  readonly remote: ForgeRemote;

  constructor(scope: Construct, id: string, props: RemoteStackProps) {
    const { name, stage, manifest, place, jobEvents, ...local } = props;
    const { region, regionKey } = place;
    const remoteKey = manifest.remote.key;
    super(scope, id, {
      env: { region, ...(stage.account !== undefined && { account: stage.account }) },
      description: `Forge remote "${remoteKey}", stage ${stage.name}: receives Forge's calls and keeps a valid app system token`,
      tags: { app: name, stage: stage.name, region: regionKey, ...stage.tags },
      ...(stage.bootstrapQualifier !== undefined && {
        synthesizer: new DefaultStackSynthesizer({ qualifier: stage.bootstrapQualifier }),
      }),
      // Deleting the stack would lose the URL, and admins of every site would have to consent to a new one.
      terminationProtection: isProduction(stage),
    });

    this.applyPermissionsBoundary(stage.permissionsBoundary);

    this.remote = new ForgeRemote(this, 'ForgeRemote', {
      appId: manifest.appId,
      remoteKey,
      app: name,
      // Each region can have its own `exposure`.
      stage: stageIn(stage, regionKey),
      routes: routesOf(manifest, jobEvents),
      foreignModules: manifest.foreignKeys,
      tokenInterval: Duration.minutes(manifest.shortestIntervalMinutes),
      licensedSitesOnly: manifest.tokenNeedsLicence,
      ...local,
    });

    const { baseUrl, slots, dashboard } = this.remote;
    this.output(OUTPUTS.remoteBaseUrl, baseUrl, 'The URL that Forge calls: remotes[].baseUrl in manifest.yml');
    this.output(OUTPUTS.slotArn, slots.arn, SLOT_ARN_DESCRIPTIONS[stage.slot.strategy]);
    this.output(
      OUTPUTS.manifestRemotes,
      remotesBlock(remoteKey, baseUrl),
      'The remotes entry for manifest.yml, ready to paste',
    );
    this.output(OUTPUTS.appId, manifest.appId, 'The Forge app whose calls are accepted');
    this.output(OUTPUTS.stage, stage.name, 'The stage in config.ts');
    this.output(OUTPUTS.remoteKey, remoteKey, 'The key of the remote in manifest.yml');
    this.output(OUTPUTS.region, regionKey, "Forge's key of the region that this stack serves");

    this.outputExposure(this.remote.receiver.exposed);

    if (dashboard) {
      const { region } = this;
      const console = `https://${consoleHost(region)}/cloudwatch/home?region=${region}`;
      this.output(
        DASHBOARD_URL_OUTPUT,
        `${console}#dashboards/dashboard/${dashboard.dashboardName}`,
        'The dashboard of this stage',
      );
    }

    this.warnOfPlaceholder(manifest);
    this.warnOfSharedProduction(stage);
  }

  /** Applies to every role in the stack, including those of a fork's own resources. */
  private applyPermissionsBoundary(boundary: string | undefined): void {
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

  /** What is needed to move the backend to a domain. */
  private outputExposure({ api, keptFunctionUrl }: Exposed): void {
    if (api?.cnameTarget !== undefined) {
      this.output(DNS_RECORD_OUTPUT, `${api.domainName} CNAME ${api.cnameTarget}`, 'The DNS record to create');
    }
    if (keptFunctionUrl !== undefined) {
      this.output(
        KEPT_FUNCTION_URL_OUTPUT,
        keptFunctionUrl,
        'Also open, for sites that have not consented to the new URL yet',
      );
    }
  }

  private warnOfPlaceholder({ placeholderAppId, file, appId }: Manifest): void {
    if (!placeholderAppId) return;
    Annotations.of(this).addWarningV2(
      'forge-remote:placeholder-app-id',
      `app.id in ${file} is still the placeholder ${appId}, so every call of your app will be refused (audience-wrong). ` +
        'Run "forge register", which writes the id of your app there, and deploy again.',
    );
  }

  private warnOfSharedProduction({ name, environments, slot }: Stage): void {
    if (!environments.includes('PRODUCTION') || environments.length === 1 || slot.strategy !== 'single') return;
    Annotations.of(this).addWarningV2(
      'forge-remote:production-shared',
      `Stage ${name} serves ${environments.join(', ')}, so a development installation can take the only slot away from ` +
        'production. Give PRODUCTION its own stage in config.ts.',
    );
  }
}

/** Description of the output SlotArn. */
const SLOT_ARN_DESCRIPTIONS: Readonly<Record<Stage['slot']['strategy'], string>> = {
  single: 'The secret that holds the app system token',
  perInstallation:
    'Pattern of the ARNs of the secrets that hold the app system tokens, one per installation: the star stands for the ' +
    "installation's uuid and six characters of Secrets Manager",
  dynamodb: 'The table that holds the app system tokens: one item per installation, by its uuid',
};

/** Whether the stage's URL and slots must be protected from accidental deletion. */
const isProduction = ({ environments }: Stage): boolean => environments.includes('PRODUCTION');

/** Hosts of AWS's console by partition (AWS's documentation of each partition). */
const CONSOLE_HOSTS: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/** Host of AWS's console in a region. A region that the CDK doesn't know counts as partition `aws`. */
const consoleHost = (region: string): string => {
  const host = CONSOLE_HOSTS[RegionInfo.get(region).partition ?? 'aws'];
  return host ?? `${region}.console.aws.amazon.com`;
};
