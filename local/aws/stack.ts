import { randomUUID } from 'node:crypto';
import { regionalArn } from './account';
import type { Services } from './resource-types';
import { type ResourceEvent, StackResources } from './stack-resources';
import { type Parameters, type StackOutput, stackOutputs, stackScope } from './stack-scope';
import { type Template, templateError } from './template';

/** A line in a stack's history: the CLI shows these as progress. */
export interface StackEvent extends ResourceEvent {
  readonly id: string;
  readonly at: Date;
}

/** A CloudFormation stack: it becomes what a template says, or stays what it was. */
export class Stack {
  readonly name: string;
  readonly id: string;
  readonly createdAt = new Date();
  status = 'REVIEW_IN_PROGRESS';
  statusReason: string | undefined;
  terminationProtection = false;
  template: Template | undefined;
  parameters: Parameters = {};
  tags: readonly Record<string, string>[] = [];
  outputs: readonly StackOutput[] = [];
  /** Newest first. */
  readonly events: StackEvent[] = [];
  readonly resources: StackResources;
  readonly #services: Services;

  constructor(name: string, services: Services) {
    this.name = name;
    this.id = regionalArn(services.account, 'cloudformation', `stack/${name}/${randomUUID()}`);
    this.#services = services;
    this.resources = new StackResources(name, services, (event) => this.#record(event));
  }

  /** Creates or updates. A failure is undone and shows in the status, as in AWS; it isn't thrown. */
  deploy(template: Template, parameters: Parameters): void {
    const verb = this.template ? 'UPDATE' : 'CREATE';
    const scope = stackScope({
      stack: this,
      account: this.#services.account,
      template,
      parameters,
      resource: (id) => this.resources.get(id),
    });
    this.#enter(`${verb}_IN_PROGRESS`, 'User Initiated');
    try {
      this.resources.apply(scope);
      this.outputs = stackOutputs(scope);
      this.resources.finish(scope);
      this.template = template;
      this.parameters = parameters;
      this.#enter(`${verb}_COMPLETE`);
    } catch (error) {
      const rollback = verb === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK';
      this.#enter(`${rollback}_IN_PROGRESS`, error instanceof Error ? error.message : String(error));
      this.resources.rollBack();
      this.#enter(`${rollback}_COMPLETE`);
    }
  }

  /** @throws {AwsError} ValidationError while termination protection is on */
  delete(): void {
    if (this.terminationProtection) {
      throw templateError(
        `Stack [${this.name}] cannot be deleted while TerminationProtection is enabled. Turn it off first.`,
      );
    }
    this.#enter('DELETE_IN_PROGRESS', 'User Initiated');
    this.resources.removeAll();
    this.#enter('DELETE_COMPLETE');
  }

  #enter(status: string, reason?: string): void {
    this.status = status;
    this.statusReason = reason;
    const event = { logicalId: this.name, physicalId: this.id, type: 'AWS::CloudFormation::Stack', status };
    this.#record(reason === undefined ? event : { ...event, reason });
  }

  #record(event: ResourceEvent): void {
    // The CLI compares this time with its own clock, so it is the real one.
    this.events.unshift({ ...event, id: randomUUID(), at: new Date() });
  }
}
