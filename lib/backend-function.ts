import type { Duration } from 'aws-cdk-lib';
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

/** Adds a function of this project to `scope`, with its own log group and role. */
export function addFunction(scope: Construct, props: BackendFunctionProps): BackendFunction {
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
