import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { LOCAL_ACCOUNT } from './account';
import { AwsError, notEmulated } from './aws-error';
import { CloudFormation } from './cloudformation';
import type { FaultRule } from './fault';
import { jsonService } from './json-protocol';
import { type DeployedFunction, Lambda, unreachableFunctionUrl } from './lambda';
import { queryService } from './query-protocol';
import { type AwsReply, type AwsRequest, readRequest } from './request';
import type { Services } from './resource-types';
import { S3 } from './s3';
import { SecretsManager } from './secrets-manager';
import type { Service } from './service';
import { ssmOperations } from './ssm';
import { stsOperations } from './sts';

export interface AwsOptions {
  /** @default 0: any free port */
  readonly port?: number;
  /** The URL that a deployed function gets, ending in a slash. @default one that looks like AWS's, and leads nowhere */
  readonly functionUrl?: (functionName: string) => string;
  /** The time that Secrets Manager goes by, in milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** @default 123456789012 */
  readonly accountId?: string;
  /** @default us-east-1 */
  readonly region?: string;
}

/** An AWS account in memory, behind one HTTP endpoint on 127.0.0.1. */
export interface EmulatedAws {
  /** For `AWS_ENDPOINT_URL`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Every call so far, such as `secretsmanager.DescribeSecret`. */
  readonly calls: readonly string[];
  /** Secrets Manager itself, without HTTP. */
  readonly secrets: SecretsManager;
  /** @throws {Error} when no such function is deployed, with the names of those that are */
  deployedFunction(name: string): DeployedFunction;
  functionNames(): string[];
  /** Makes calls fail from now on. `undefined` ends it. */
  intercept(rule: FaultRule | undefined): void;
  /** Cuts all connections. */
  stop(): Promise<void>;
}

/**
 * Starts an AWS that is just big enough for the real `cdk` command and for this project's functions. It has what
 * they use of S3, CloudFormation, STS, SSM, Lambda and Secrets Manager; whatever else is asked for is an error that says so.
 */
export async function startAws(options: AwsOptions = {}): Promise<EmulatedAws> {
  const account = {
    accountId: options.accountId ?? LOCAL_ACCOUNT.accountId,
    region: options.region ?? LOCAL_ACCOUNT.region,
  };
  const s3 = new S3();
  const lambda = new Lambda(account, s3);
  const secrets = new SecretsManager(account, options.clock ?? Date.now);
  const functionUrl = options.functionUrl ?? unreachableFunctionUrl(account);
  const services = emulatedServices({ account, lambda, secrets, functionUrl }, s3);
  const calls: string[] = [];
  let rule: FaultRule | undefined;

  const server = createServer((message, response) => {
    // A client that gives up while it is being answered is no concern of ours.
    handle(message, response).catch(() => response.destroy());
  });

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    const service = services[request.service] ?? unknownService(request.service, Object.keys(services));
    const call = `${request.service}.${service.operation(request)}`;
    calls.push(call);
    const fault = rule?.(call);
    if (fault === 'hang') return;
    if (fault === 'reset') {
      message.socket.destroy();
    } else if (fault && 'body' in fault) {
      send(response, { status: fault.status ?? 200, contentType: 'text/html', body: fault.body });
    } else if (fault && 'code' in fault) {
      send(response, service.error(new AwsError(fault.code, fault.message, fault.status)));
    } else {
      if (fault) await delay(fault.delayMs, undefined, { ref: false });
      send(response, answer(service, request));
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    secrets,
    deployedFunction: (name) => lambda.get(name),
    functionNames: () => lambda.names(),
    intercept: (next) => {
      rule = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** By the name that requests are signed for. */
function emulatedServices(services: Services, s3: S3): Readonly<Record<string, Service>> {
  return {
    s3,
    cloudformation: queryService('cloudformation', new CloudFormation(services, s3).operations),
    lambda: services.lambda,
    secretsmanager: jsonService('secretsmanager', services.secrets.operations),
    ssm: jsonService('ssm', ssmOperations),
    sts: queryService('sts', stsOperations(services.account)),
  };
}

/** Answers every request with an error in JSON, which is what most services would do. */
function unknownService(name: string, known: readonly string[]): Service {
  const refuse = jsonService(name, {});
  return {
    ...refuse,
    answer: () => {
      throw notEmulated(`The service ${name}`, known);
    },
  };
}

function answer(service: Service, request: AwsRequest): AwsReply {
  try {
    return service.answer(request);
  } catch (error) {
    if (error instanceof AwsError) return service.error(error);
    const message = error instanceof Error ? error.message : String(error);
    return service.error(new AwsError('InternalFailure', `The emulation failed: ${message}`, 500));
  }
}

function send(response: ServerResponse, { status, contentType, body }: AwsReply): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
