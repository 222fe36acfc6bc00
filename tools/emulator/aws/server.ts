import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isForLoopback, NOT_FOR_LOOPBACK } from '../loopback';
import { LOCAL_ACCOUNT } from './account';
import type { Alarms } from './alarms';
import { AwsError, notEmulated } from './aws-error';
import { CloudFormation } from './cloudformation';
import type { DynamoDB } from './dynamodb';
import type { EventSourceMapping } from './event-source-mappings';
import type { FaultRule } from './fault';
import { accessDenied, type Iam } from './iam';
import { isPublic, mayInvoke, mayLog, mayRead } from './iam-functions';
import { requirementsOf } from './iam-requests';
import { jsonService } from './json-protocol';
import type { DeployedFunction } from './lambda';
import type { Logs } from './logs';
import { queryService } from './query-protocol';
import type { QueueStore } from './queue-store';
import { type AwsReply, type AwsRequest, readRequest } from './request';
import type { Services } from './resource-type';
import type { SecretsManager } from './secrets-manager';
import type { Service } from './service';
import { createAccount, createServices, type ServicesOptions } from './services';
import { sqsOperations } from './sqs';
import type { ParameterStore } from './ssm';
import { stsOperations } from './sts';

export interface AwsOptions extends ServicesOptions {
  /** @default any free port */
  readonly port?: number;
}

/** The services of a region, without HTTP. */
export interface EmulatedRegion {
  readonly secrets: SecretsManager;
  readonly tables: DynamoDB;
  readonly parameters: ParameterStore;
  readonly queues: QueueStore;
  readonly alarms: Alarms;
  readonly logs: Logs;
  /** The queues that Lambda would read, with their functions. */
  eventSourceMappings(): EventSourceMapping[];
  /** @throws {Error} for an unknown function, listing the deployed ones */
  deployedFunction(name: string): DeployedFunction;
  /** Whether everybody may call a function by its URL, by the function's policy. */
  urlIsPublic(functionName: string): boolean;
  /** Whether a service such as `events.amazonaws.com` may invoke a function for one of its resources. */
  mayInvoke(functionName: string, service: string, sourceArn: string): boolean;
  /** Whether Lambda may read a queue with the role of its function, and the queue's key. */
  mayRead(functionName: string, queueArn: string): boolean;
  /** Keeps a function's line, if its role may write to its log. */
  keepLog(deployed: DeployedFunction, line: string): void;
  functionNames(): string[];
}

/** An AWS account in memory, behind an HTTP endpoint on 127.0.0.1. Its own members are those of the default region. */
export interface EmulatedAws extends EmulatedRegion {
  /** Value of `AWS_ENDPOINT_URL`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** All calls so far, such as `secretsmanager.DescribeSecret`. */
  readonly calls: readonly string[];
  /** The account's roles and policies, for all regions. */
  readonly iam: Iam;
  /** The services of another region. */
  region(name: string): EmulatedRegion;
  /** Makes calls fail from now on. `undefined` ends it. */
  intercept(rule: FaultRule | undefined): void;
  /** Closes all connections. */
  stop(): Promise<void>;
}

/**
 * Starts an emulated AWS with everything that the real `cdk` command, this project's functions and its commands use of S3,
 * CloudFormation, STS, SSM, Lambda, SQS, Secrets Manager, DynamoDB, CloudWatch and CloudWatch Logs. Everything else is an error
 * that says so.
 */
export async function startAws(options: AwsOptions = {}): Promise<EmulatedAws> {
  let url = '';
  const regions = createRegions(options, () => url);
  const defaultRegion = options.region ?? LOCAL_ACCOUNT.region;
  const calls: string[] = [];
  let rule: FaultRule | undefined;

  const server = createServer((message, response) => {
    // The client may give up while it gets its answer.
    handle(message, response).catch(() => response.destroy());
  });

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isForLoopback(message)) {
      return send(response, { status: 403, contentType: 'text/plain', body: NOT_FOR_LOOPBACK });
    }
    const request = await readRequest(message);
    const { endpoints, services } = regions(request.region ?? defaultRegion);
    const service = endpoints[request.service] ?? unknownService(request.service, Object.keys(endpoints));
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
      send(response, await answer(service, request, services));
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;

  return {
    url,
    port,
    calls,
    iam: regions(defaultRegion).services.iam,
    ...regions(defaultRegion).view,
    region: (name) => regions(name).view,
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

interface Region {
  readonly services: Services;
  readonly endpoints: Readonly<Record<string, Service>>;
  readonly view: EmulatedRegion;
}

/** The regions of an account, each created on first use. */
function createRegions(options: AwsOptions, endpoint: () => string) {
  const shared = createAccount(options);
  const regions = new Map<string, Region>();
  return (name: string) => {
    const known = regions.get(name);
    if (known) return known;
    const services = createServices(options, name, shared, endpoint);
    const made = { services, endpoints: emulatedServices(services), view: viewOf(services) };
    regions.set(name, made);
    return made;
  };
}

const viewOf = ({ iam, account, ...services }: Services): EmulatedRegion => {
  const { secrets, tables, parameters, queues, alarms, logs, eventSourceMappings, lambda } = services;
  return {
    secrets,
    tables,
    parameters,
    queues,
    alarms,
    logs,
    eventSourceMappings: () => eventSourceMappings.all(),
    deployedFunction: (name) => lambda.get(name),
    functionNames: () => lambda.names(),
    urlIsPublic: (name) => isPublic(lambda.get(name), iam),
    mayInvoke: (name, service, sourceArn) => mayInvoke(lambda.get(name), { service, sourceArn, ...account }, iam),
    mayRead: (name, queueArn) => mayRead(lambda.get(name), queueArn, { iam, account, queues }),
    keepLog(deployed, line) {
      if (mayLog(deployed, account, iam)) logs.put(deployed.logGroupName, line);
    },
  };
};

/** Services by the name in signatures. */
function emulatedServices(services: Services): Readonly<Record<string, Service>> {
  return {
    s3: services.s3,
    cloudformation: queryService('cloudformation', new CloudFormation(services).operations),
    dynamodb: jsonService('dynamodb', services.tables.operations, '1.0'),
    lambda: services.lambda,
    logs: jsonService('logs', services.logs.operations),
    monitoring: jsonService('monitoring', services.alarms.operations, '1.0'),
    secretsmanager: jsonService('secretsmanager', services.secrets.operations),
    sqs: jsonService('sqs', sqsOperations(services.queues), '1.0'),
    ssm: jsonService('ssm', services.parameters.operations),
    sts: queryService('sts', stsOperations(services.account, services.iam)),
  };
}

/** Answers every request with an error in JSON, like most services. */
function unknownService(name: string, known: readonly string[]): Service {
  const refuse = jsonService(name, {});
  return {
    ...refuse,
    answer: () => {
      throw notEmulated(`The service ${name}`, known);
    },
  };
}

async function answer(service: Service, request: AwsRequest, services: Services): Promise<AwsReply> {
  try {
    authorize(service.operation(request), request, services);
    return await service.answer(request);
  } catch (error) {
    if (error instanceof AwsError) return service.error(error);
    const message = error instanceof Error ? error.message : String(error);
    return service.error(new AwsError('InternalFailure', `The emulation failed: ${message}`, 500));
  }
}

/**
 * Refuses a call that the caller's policies don't allow. Unsigned requests pass, because pre-signed URLs, such as those of custom
 * resources, have their signature in the URL.
 *
 * @throws {AwsError} with AWS's message
 */
function authorize(operation: string, request: AwsRequest, services: Services): void {
  if (request.accessKeyId === undefined) return;
  const principal = services.iam.principal(request.accessKeyId);
  if (!principal.caller) return;
  for (const requirement of requirementsOf(operation, request, services)) {
    const decision = services.iam.decide(principal.caller, requirement);
    if (decision.allowed) continue;
    const isXml = ['s3', 'cloudformation', 'sts'].includes(request.service);
    const status = isXml || ['lambda', 'sqs'].includes(request.service) ? 403 : 400;
    const message = accessDenied(principal, requirement, decision);
    throw new AwsError(isXml ? 'AccessDenied' : 'AccessDeniedException', message, status);
  }
}

function send(response: ServerResponse, { status, contentType, body }: AwsReply): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
