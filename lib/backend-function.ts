import { type Duration, Token } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { SlotService } from '../lambda/contract/slot';
import { codeOf, type FunctionFolder } from './bundling';
import type { RegionalStage } from './config';
import { addLogGroup, type LogSettings } from './log-group';

// Lambda gives CPU in proportion to memory. Nearly every call is a cold start, which loads code and checks a signature.
// With 512 MB that costs about as much as with 128 MB, and takes far less time.
const DEFAULT_MEMORY_SIZE_MB = 512;

export interface BackendFunctionProps extends Pick<RegionalStage, 'reservedConcurrency'> {
  readonly folder: FunctionFolder;
  /** The AWS service that stores the slots. */
  readonly service: SlotService;
  readonly timeout: Duration;
  readonly environment: Record<string, string>;
  /**
   * In megabytes.
   *
   * @default 512
   */
  readonly memorySizeMb?: number;
  readonly log: LogSettings;
  /**
   * Shown in Lambda's console.
   *
   * @default - none
   */
  readonly description?: string;
}

/** A function of this project, with its role and its log group. */
export interface BackendFunction {
  readonly function: LambdaFunction;
  /** May write to the function's log group. Every other right is granted one by one. */
  readonly role: Role;
  readonly logGroup: LogGroup;
  /** In megabytes. */
  readonly memorySizeMb: number;
}

/** Lambda's quota of environment variables, in bytes of JSON (its error message shows the measured JSON). */
const MAX_ENVIRONMENT_BYTES = 4096;

/** Estimated size of a value that is only known at deployment, such as an ARN, in bytes. */
const UNRESOLVED_BYTES = 200;

/** Reported at synth: AWS would refuse the function in the middle of a deployment. */
function refuseLargeEnvironment(environment: Readonly<Record<string, string>>, scope: Construct): void {
  const sizes = Object.entries(environment).map(([name, value]): [string, number] => [
    name,
    Token.isUnresolved(value) ? name.length + UNRESOLVED_BYTES : Buffer.byteLength(JSON.stringify({ [name]: value })),
  ]);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  if (total <= MAX_ENVIRONMENT_BYTES) return;
  const largest = sizes.sort(([, a], [, b]) => b - a).slice(0, 2);
  throw new Error(
    `${scope.node.path}: its environment variables take about ${total} bytes; AWS Lambda allows ${MAX_ENVIRONMENT_BYTES}. ` +
      `The largest are ${largest.map(([name, size]) => `${name} (${size})`).join(' and ')}. FORGE_ROUTES grows with the ` +
      'endpoints and triggers that manifest.yml connects to this remote, FORGE_FOREIGN_MODULES with its other modules: ' +
      'share an endpoint between triggers, shorten keys and paths, or move modules to another app.',
  );
}

/**
 * Adds a function of this project to `scope`, with its own log group and role.
 *
 * @throws {Error} when its environment variables exceed Lambda's quota
 */
export function addFunction(scope: Construct, props: BackendFunctionProps): BackendFunction {
  refuseLargeEnvironment(props.environment, scope);
  const { memorySizeMb = DEFAULT_MEMORY_SIZE_MB } = props;
  const logGroup = addLogGroup(scope, props.log);

  // CDK's default role has AWSLambdaBasicExecutionRole, which may write to every log group.
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);

  const lambda = new LambdaFunction(scope, 'Function', {
    code: codeOf(props.folder, props.service),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: memorySizeMb,
    timeout: props.timeout,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    environment: props.environment,
    ...(props.description !== undefined && { description: props.description }),
    ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
  });
  return { function: lambda, role, logGroup, memorySizeMb };
}
