import type { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { SlotService } from '../lambda/contract/slot';
import { codeOf, type FunctionFolder } from './bundling';
import type { RegionalStage } from './config';
import { addLogGroup, type LogSettings } from './log-group';

// Lambda gives CPU in proportion to memory. Nearly every call is a cold start, and what a cold start does is load code
// and check a signature: at 512 MB that is bought about as cheaply as at 128 MB, and ends much sooner.
const DEFAULT_MEMORY_SIZE_MB = 512;

export interface BackendFunctionProps extends Pick<RegionalStage, 'reservedConcurrency'> {
  readonly folder: FunctionFolder;
  /** Where the slots are that it works with. */
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
   * What the function is for, as Lambda's console shows it.
   *
   * @default - none
   */
  readonly description?: string;
}

/** A function of this project, and what belongs to it. */
export interface BackendFunction {
  readonly function: LambdaFunction;
  /** May write the function's log, and nothing else until it is granted. */
  readonly role: Role;
  readonly logGroup: LogGroup;
  /** In megabytes. */
  readonly memorySizeMb: number;
}

/** Adds a function of this project to `scope`, with a log and a role of its own. */
export function addFunction(scope: Construct, props: BackendFunctionProps): BackendFunction {
  const { memorySizeMb = DEFAULT_MEMORY_SIZE_MB } = props;
  const logGroup = addLogGroup(scope, props.log);

  // A role of its own: CDK's default carries AWSLambdaBasicExecutionRole, which may write to every log group.
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
