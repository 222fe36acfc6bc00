import { LOCAL_CREDENTIALS, partitionOf } from './account';
import { AwsError } from './aws-error';
import { type ChangeSet, createChangeSet, describeChangeSet } from './change-set';
import type { Principal } from './iam';
import { actorOf } from './iam-stacks';
import type { QueryOperations, QueryParameters } from './query-protocol';
import type { AwsRequest } from './request';
import type { Services } from './resource-type';
import { Stack } from './stack';
import { parseTemplate, type Template, templateError } from './template';

/** The parts of CloudFormation that `cdk deploy`, `cdk diff` and `cdk destroy` use. Operations are done when they are answered. */
export class CloudFormation {
  readonly #services: Services;
  /** Includes deleted stacks, which can still be described by id. */
  readonly #stacks: Stack[] = [];
  readonly #changeSets = new Map<string, ChangeSet>();

  constructor(services: Services) {
    this.#services = services;
  }

  readonly operations: QueryOperations = {
    DescribeStacks: (parameters) => {
      const name = parameters.optional('StackName');
      const stacks = name === undefined ? this.#stacks.filter(isAlive) : [this.#stack(name)];
      return { Stacks: stacks.map(describeStack) };
    },
    DescribeStackEvents: (parameters) => ({
      StackEvents: this.#namedStack(parameters).events.map((event) => ({
        ...stackIdentity(this.#namedStack(parameters)),
        EventId: event.id,
        LogicalResourceId: event.logicalId,
        PhysicalResourceId: event.physicalId,
        ResourceType: event.type,
        ResourceStatus: event.status,
        ResourceStatusReason: event.reason,
        Timestamp: event.at,
      })),
    }),
    DescribeStackResources: (parameters) => {
      const stack = this.#namedStack(parameters);
      return { StackResources: describeResources(stack).map((resource) => ({ ...stackIdentity(stack), ...resource })) };
    },
    ListStackResources: (parameters) => ({
      StackResourceSummaries: describeResources(this.#namedStack(parameters)),
    }),
    GetTemplate: (parameters) => ({
      TemplateBody: JSON.stringify(this.#namedStack(parameters).template ?? {}),
    }),
    CreateChangeSet: (parameters) => {
      const stack = this.#stackForChange(parameters.required('StackName'));
      const changeSet = createChangeSet(stack, this.#template(parameters), parameters, this.#services.account);
      this.#changeSets.set(changeSet.id, changeSet);
      return { Id: changeSet.id, StackId: stack.id };
    },
    DescribeChangeSet: (parameters) => describeChangeSet(this.#changeSet(parameters)),
    ExecuteChangeSet: async (parameters, request) => {
      const changeSet = this.#changeSet(parameters);
      const { stack, roleArn } = changeSet;
      stack.actor = actorOf(roleArn, this.#asking(request), this.#services.iam);
      this.#changeSets.delete(changeSet.id);
      stack.tags = changeSet.tags;
      await stack.deploy(changeSet.template, changeSet.parameters);
      return {};
    },
    DeleteChangeSet: (parameters) => {
      const changeSet = this.#findChangeSet(parameters);
      if (changeSet) this.#changeSets.delete(changeSet.id);
      return {};
    },
    UpdateTerminationProtection: (parameters) => {
      const stack = this.#namedStack(parameters);
      stack.terminationProtection = parameters.required('EnableTerminationProtection') === 'true';
      return { StackId: stack.id };
    },
    DeleteStack: async (parameters, request) => {
      // In AWS, deleting an unknown stack succeeds.
      const stack = this.#findStack(parameters.required('StackName'));
      if (!stack) return {};
      const roleArn = parameters.optional('RoleARN');
      // By default, the role of the last deployment deletes the stack.
      stack.actor =
        roleArn === undefined
          ? (stack.actor ?? this.#asking(request))
          : actorOf(roleArn, this.#asking(request), this.#services.iam);
      await stack.delete();
      return {};
    },
  };

  #asking({ accessKeyId }: AwsRequest): Principal {
    const { iam, account } = this.#services;
    return iam.principal(accessKeyId ?? LOCAL_CREDENTIALS.accessKeyId, partitionOf(account.region).name);
  }

  #findStack(nameOrId: string): Stack | undefined {
    return this.#stacks.find((stack) => stack.id === nameOrId || (stack.name === nameOrId && isAlive(stack)));
  }

  #stack(nameOrId: string): Stack {
    const stack = this.#findStack(nameOrId);
    if (stack) return stack;
    // The CLI recognizes a new stack by this message.
    throw templateError(`Stack with id ${nameOrId} does not exist`);
  }

  #namedStack(parameters: QueryParameters): Stack {
    return this.#stack(parameters.required('StackName'));
  }

  #stackForChange(name: string): Stack {
    const existing = this.#findStack(name);
    if (existing && CANT_BE_CHANGED.includes(existing.status)) {
      throw templateError(`Stack:${existing.id} is in ${existing.status} state and can not be updated.`);
    }
    if (existing) return existing;
    const stack = new Stack(name, this.#services);
    this.#stacks.push(stack);
    return stack;
  }

  #template(parameters: QueryParameters): Template {
    const url = parameters.optional('TemplateURL');
    if (url === undefined) return parseTemplate(parameters.required('TemplateBody'));
    const [, bucket = '', ...key] = decodeURIComponent(new URL(url).pathname).split('/');
    return parseTemplate(Buffer.from(this.#services.s3.object(bucket, key.join('/'))).toString());
  }

  #findChangeSet(parameters: QueryParameters): ChangeSet | undefined {
    const nameOrId = parameters.required('ChangeSetName');
    const stack = parameters.optional('StackName');
    return [...this.#changeSets.values()].find(
      (changeSet) =>
        changeSet.id === nameOrId ||
        (changeSet.name === nameOrId && (changeSet.stack.name === stack || changeSet.stack.id === stack)),
    );
  }

  #changeSet(parameters: QueryParameters): ChangeSet {
    const changeSet = this.#findChangeSet(parameters);
    if (changeSet) return changeSet;
    const name = parameters.required('ChangeSetName');
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
  }
}

/** States of a stack that can only be deleted. */
const CANT_BE_CHANGED = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED'];

const isAlive = ({ status }: Stack) => status !== 'DELETE_COMPLETE';

const stackIdentity = ({ id, name }: Stack) => ({ StackId: id, StackName: name });

const describeStack = (stack: Stack) => ({
  ...stackIdentity(stack),
  StackStatus: stack.status,
  StackStatusReason: stack.statusReason,
  CreationTime: stack.createdAt,
  LastUpdatedTime: stack.updatedAt,
  EnableTerminationProtection: stack.terminationProtection,
  Tags: [...stack.tags],
  Parameters: Object.entries(stack.parameters).map(([key, value]) => ({ ParameterKey: key, ParameterValue: value })),
  Outputs: stack.outputs.map(({ key, value, description }) => ({
    OutputKey: key,
    OutputValue: value,
    Description: description,
  })),
});

const describeResources = (stack: Stack) =>
  stack.resources.list().map(({ logicalId, declaration, created }) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: created.ref,
    ResourceType: declaration.Type,
    ResourceStatus: 'CREATE_COMPLETE',
    Timestamp: stack.createdAt,
    LastUpdatedTimestamp: stack.createdAt,
  }));
