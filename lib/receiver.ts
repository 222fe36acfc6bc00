import path from 'node:path';
import { Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, FunctionUrlAuthType, InvokeMode, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type IsolatedCloud, isJwksUrl, JWKS_URL_ALLOWED, receiverVariables } from '../lambda/contract/environment';
import type { ForgeEnvironment, Routes } from '../lambda/contract/routes';
import type { TokenSlot } from './token-slot';

const PROJECT_ROOT = path.join(__dirname, '..');

/** Forge takes a longer silence than this for a failure (5 s for events and scheduled triggers, Forge's documentation). */
export const FORGE_PATIENCE = Duration.seconds(5);

// Lambda gives CPU in proportion to memory. Nearly every call is a cold start, and what a cold start does is load code
// and check a signature: at 512 MB that is bought about as cheaply as at 128 MB, and ends much sooner.
const MEMORY_SIZE_MB = 512;

/** The file that the receiver's bundle starts from. */
export const RECEIVER_ENTRY = path.join(PROJECT_ROOT, 'lambda/receiver/index.ts');

/** How the receiver is bundled. */
export const RECEIVER_BUNDLING = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  // The packages' ES modules first: esbuild can drop what isn't used from them, a third of the bundle.
  mainFields: ['module', 'main'],
  // The AWS SDK goes inside: it loads faster than the runtime's own, and it is the version that was tested.
  externalModules: [],
  // No source map: Node would have to be told to load it, and it is several times the size of the code.
  sourceMap: false,
} satisfies BundlingOptions;

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
  /** Gets the tokens. */
  readonly slot: TokenSlot;
  /** Value of the dimension `Remote` of the receiver's metrics. */
  readonly remoteName: string;
  readonly logRetention: RetentionDays;
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
  readonly function: NodejsFunction;
  readonly logGroup: LogGroup;
  /** Where Forge calls: no slash at the end, since Forge appends the route, which begins with one. */
  readonly baseUrl: string;

  constructor(scope: Construct, id: string, props: ReceiverProps) {
    super(scope, id);
    if (!isJwksUrl(props.jwksUrl)) {
      throw new Error(`jwksUrl of ${this.node.path} is ${props.jwksUrl}; allowed: ${JWKS_URL_ALLOWED}`);
    }

    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    // An own role: CDK's default one carries AWSLambdaBasicExecutionRole, which may write to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    props.slot.grantWrite(role);

    this.function = new NodejsFunction(this, 'Function', {
      entry: RECEIVER_ENTRY,
      depsLockFilePath: path.join(PROJECT_ROOT, 'package-lock.json'),
      bundling: RECEIVER_BUNDLING,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_SIZE_MB,
      timeout: FORGE_PATIENCE,
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: receiverVariables({
        appId: props.appId,
        environments: props.environments,
        jwksUrl: props.jwksUrl,
        trustKeysForHours: props.trustKeysFor.toHours(),
        ...(props.isolatedCloud !== undefined && { isolatedCloud: props.isolatedCloud }),
        routes: props.routes,
        slotArn: props.slot.secretArn,
        remoteName: props.remoteName,
      }),
      ...(props.description !== undefined && { description: props.description }),
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
    });

    const { url } = this.function.addFunctionUrl({
      // Open to the internet, because Forge can't sign requests for AWS (SigV4). The door is the invocation token,
      // which the function verifies before it does anything else.
      authType: FunctionUrlAuthType.NONE,
      invokeMode: InvokeMode.BUFFERED,
    });
    this.baseUrl = withoutTrailingSlash(url);
  }
}

/** AWS gives `https://<host>/`, and only at deploy time: it can be taken apart and put together, not edited. */
function withoutTrailingSlash(functionUrl: string): string {
  const parts = Fn.split('/', functionUrl);
  return `${Fn.select(0, parts)}//${Fn.select(2, parts)}`;
}
