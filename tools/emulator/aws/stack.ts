import { randomUUID } from 'node:crypto';
import { regionalArn } from './account';
import type { Principal } from './iam';
import type { Services } from './resource-type';
import { type ResourceEvent, StackResources } from './stack-resources';
import { type Parameters, type StackOutput, stackOutputs, stackScope } from './stack-scope';
import { type Template, templateError } from './template';

/** An event in a stack's history, which the CLI shows as progress. */
export interface StackEvent extends ResourceEvent {
  readonly id: string;
  readonly at: Date;
}

/** A CloudFormation stack. A change succeeds as a whole, or is rolled back. */
export class Stack {
  readonly name: string;
  readonly id: string;
  readonly createdAt = new Date();
  /** Start of the last update; absent if it was never updated. */
  updatedAt: Date | undefined;
  status = 'REVIEW_IN_PROGRESS';
  statusReason: string | undefined;
  terminationProtection = false;
  /** The principal that creates its resources. @default the administrator */
  actor: Principal | undefined;
  template: Template | undefined;
  parameters: Parameters = {};
  tags: readonly Record<string, string>[] = [];
  outputs: readonly StackOutput[] = [];
  /** Newest first. */
  readonly events: StackEvent[] = [];
  readonly resources: StackResources;
  readonly #services: Services;
  #busy = false;

  constructor(name: string, services: Services) {
    this.name = name;
    this.id = regionalArn(services.account, 'cloudformation', `stack/${name}/${randomUUID()}`);
    this.#services = services;
    this.resources = new StackResources(this, services, (event) => this.#record(event));
  }

  /**
   * Creates or updates the stack. As in AWS, a failure is rolled back and only shows in the status.
   *
   * @throws {AwsError} ValidationError while another change is in progress
   */
  deploy(template: Template, parameters: Parameters): Promise<void> {
    return this.#alone(() => this.#deploy(template, parameters));
  }

  /**
   * Deletes the stack. A failure shows in the status, and deleting again continues.
   *
   * @throws {AwsError} ValidationError while termination protection is on, or another change is in progress
   */
  async delete(): Promise<void> {
    if (this.terminationProtection) {
      throw templateError(
        `Stack [${this.name}] cannot be deleted while TerminationProtection is enabled. Turn it off first.`,
      );
    }
    await this.#alone(() => this.#delete());
  }

  async #deploy(template: Template, parameters: Parameters): Promise<void> {
    const verb = this.template ? 'UPDATE' : 'CREATE';
    const scope = stackScope({
      stack: this,
      account: this.#services.account,
      template,
      parameters,
      ssmParameter: (name) => this.#services.parameters.value(name),
      resource: (id) => this.resources.get(id),
    });
    if (verb === 'UPDATE') this.updatedAt = new Date();
    this.#enter(`${verb}_IN_PROGRESS`, 'User Initiated');
    try {
      await this.resources.apply(scope);
      this.outputs = stackOutputs(scope);
    } catch (error) {
      await this.#rollBack(verb === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK', error);
      return;
    }
    await this.resources.finish(scope);
    this.template = template;
    this.parameters = parameters;
    this.#enter(`${verb}_COMPLETE`);
  }

  async #rollBack(verb: string, cause: unknown): Promise<void> {
    this.#enter(`${verb}_IN_PROGRESS`, messageOf(cause));
    try {
      await this.resources.rollBack();
      this.#enter(`${verb}_COMPLETE`);
    } catch (error) {
      this.#enter(`${verb}_FAILED`, messageOf(error));
    }
  }

  async #delete(): Promise<void> {
    this.#enter('DELETE_IN_PROGRESS', 'User Initiated');
    try {
      await this.resources.removeAll();
      this.#enter('DELETE_COMPLETE');
    } catch (error) {
      this.#enter('DELETE_FAILED', messageOf(error));
    }
  }

  async #alone(change: () => Promise<void>): Promise<void> {
    if (this.#busy) {
      throw templateError(`Stack:${this.id} is in ${this.status} state and can not be updated. Wait until it is done.`);
    }
    this.#busy = true;
    try {
      await change();
    } finally {
      this.#busy = false;
    }
  }

  #enter(status: string, reason?: string): void {
    this.status = status;
    this.statusReason = reason;
    const event = { logicalId: this.name, physicalId: this.id, type: 'AWS::CloudFormation::Stack', status };
    this.#record(reason === undefined ? event : { ...event, reason });
  }

  #record(event: ResourceEvent): void {
    // The real time, because the CLI compares it with its own clock; and unique, because the CLI sorts by it.
    const at = new Date(Math.max(Date.now(), (this.events[0]?.at.getTime() ?? 0) + 1));
    this.events.unshift({ ...event, id: randomUUID(), at });
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
