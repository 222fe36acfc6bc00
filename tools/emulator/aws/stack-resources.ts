import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from './aws-error';
import type { Principal } from './iam';
import { refuseForbiddenStep, type Step } from './iam-stacks';
import { conditionHolds, resolveProperties, type Scope } from './intrinsics';
import type { Created, Declared, Existing, Services } from './resource-type';
import { resourceType, unknownType } from './resource-types';
import { creationOrder, type JsonObject, type ResourceDeclaration, templateError } from './template';

/** Deletion policies that keep a resource on removal, and those that keep it when its creation is rolled back. */
const KEEPS = ['Retain', 'RetainExceptOnCreate', 'Snapshot'];
const KEEPS_ON_CREATE = ['Retain'];

/** An existing resource and its declaration. */
export interface StackResource extends Existing {
  readonly declaration: ResourceDeclaration;
}

/** The stack of the resources. */
type StackOfResources = { readonly name: string; readonly id: string; readonly actor: Principal | undefined };

/** An event of a resource, for the stack's history. */
export interface ResourceEvent {
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly physicalId?: string;
  readonly reason?: string;
}

/** The resources of a stack. A change is applied, and then finished or rolled back. */
export class StackResources {
  readonly #stack: StackOfResources;
  readonly #services: Services;
  readonly #record: (event: ResourceEvent) => void;
  readonly #existing = new Map<string, StackResource>();
  /** Steps that undo the current change, oldest first. */
  #undo: (() => void | Promise<void>)[] = [];
  /** Resources that the current change replaced. They are deleted when it is finished. */
  #replaced: StackResource[] = [];

  constructor(stack: StackOfResources, services: Services, record: (event: ResourceEvent) => void) {
    this.#stack = stack;
    this.#services = services;
    this.#record = record;
  }

  get(logicalId: string): StackResource | undefined {
    return this.#existing.get(logicalId);
  }

  /** In order of dependencies. */
  list(): StackResource[] {
    const declared = [...this.#existing].map(([id, { declaration }]) => [id, declaration] as const);
    return creationOrder({ Resources: Object.fromEntries(declared) }).flatMap((id) => this.get(id) ?? []);
  }

  /** Creates and updates the resources of the template in `scope`. @throws {AwsError} then call {@link rollBack} */
  async apply(scope: Scope): Promise<void> {
    this.#undo = [];
    this.#replaced = [];
    for (const logicalId of creationOrder(scope.template)) {
      const declaration = wantedDeclaration(logicalId, scope);
      if (!declaration) continue;
      const before = this.get(logicalId);
      try {
        const properties = resolveProperties(declaration.Properties ?? {}, scope);
        if (before && !needsReplacement(before, declaration, properties)) {
          await this.#update(before, declaration, properties);
        } else {
          await this.#create(logicalId, declaration, properties);
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#record({ logicalId, type: declaration.Type, status: `${before ? 'UPDATE' : 'CREATE'}_FAILED`, reason });
        throw templateError(`The following resource(s) failed to ${before ? 'update' : 'create'}: [${logicalId}].`);
      }
    }
  }

  /**
   * Deletes replaced resources, and those that the template no longer has. As in AWS, the change succeeds even if one can't be
   * deleted.
   */
  async finish(scope: Scope): Promise<void> {
    for (const resource of this.#replaced.reverse()) {
      await this.#remove(resource, resource.declaration.UpdateReplacePolicy).catch(() => undefined);
    }
    for (const resource of this.list().reverse()) {
      if (wantedDeclaration(resource.logicalId, scope)) continue;
      await this.#remove(resource, resource.declaration.DeletionPolicy).catch(() => undefined);
      this.#existing.delete(resource.logicalId);
    }
  }

  /** @throws {AwsError} when undoing a step fails */
  async rollBack(): Promise<void> {
    for (const step of this.#undo.reverse()) await step();
  }

  /**
   * Deletes everything in reverse order of dependencies, so that the function of a custom resource still exists when the resource
   * is deleted.
   *
   * @throws {AwsError} when one can't be deleted; it and the rest stay
   */
  async removeAll(): Promise<void> {
    for (const resource of this.list().reverse()) await this.#forget(resource);
  }

  async #create(logicalId: string, declaration: ResourceDeclaration, properties: JsonObject): Promise<void> {
    const type = resourceType(declaration.Type);
    const name = String(properties[type.nameProperty ?? ''] ?? this.#generatedName(logicalId));
    const declared = { stackId: this.#stack.id, logicalId, type: declaration.Type, name, properties };
    this.#record({ logicalId, type: declaration.Type, status: 'CREATE_IN_PROGRESS' });
    this.#check('create', declared);
    const created = await this.#make(declared);
    this.#replace({ ...declared, declaration, created });
    this.#record({ logicalId, type: declaration.Type, status: 'CREATE_COMPLETE', physicalId: created.ref });
  }

  /** Unsupported variants of a known type, such as a table with a sort key, are recorded like unknown types. */
  async #make(declared: Declared): Promise<Created> {
    try {
      return await resourceType(declared.type).create(declared, this.#services);
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'NotEmulated')) throw error;
      return await unknownType.create(declared, this.#services);
    }
  }

  async #update(before: StackResource, declaration: ResourceDeclaration, properties: JsonObject): Promise<void> {
    const { logicalId } = before;
    if (isDeepStrictEqual(before.properties, properties)) {
      // The declaration may still differ, because it has the deletion policies.
      this.#existing.set(logicalId, { ...before, declaration });
      this.#undo.push(() => void this.#existing.set(logicalId, before));
      return;
    }
    const event = { logicalId, type: declaration.Type, physicalId: before.created.ref };
    this.#record({ ...event, status: 'UPDATE_IN_PROGRESS' });
    const wanted = { ...before, declaration, properties };
    let created: Created;
    this.#check('update', wanted);
    try {
      created = await this.#change(before, wanted);
    } catch (error) {
      // It may be partly changed. As in AWS, it gets its old properties again.
      this.#undo.push(() => this.#restore(wanted, before));
      throw error;
    }
    const after = { ...wanted, created };
    if (after.created.ref !== before.created.ref) this.#replace(after);
    else {
      this.#existing.set(logicalId, after);
      this.#undo.push(() => this.#restore(after, before));
    }
    this.#record({ ...event, status: 'UPDATE_COMPLETE', physicalId: after.created.ref });
  }

  #check(step: Step, declared: Declared): void {
    const { actor } = this.#stack;
    if (actor) refuseForbiddenStep(step, actor, declared, this.#services);
  }

  async #restore(after: StackResource, before: StackResource): Promise<void> {
    this.#existing.set(before.logicalId, { ...before, created: await this.#change(after, before) });
  }

  #change(from: Existing, to: Declared) {
    const { update } = isWrittenDown(from) ? unknownType : resourceType(to.type);
    return update ? update(from, to, this.#services) : this.#make(to);
  }

  /** Replaces the resource with the same logical id, if any. */
  #replace(resource: StackResource): void {
    const { logicalId } = resource;
    const before = this.get(logicalId);
    this.#existing.set(logicalId, resource);
    if (before) this.#replaced.push(before);
    this.#undo.push(async () => {
      await this.#forget(resource, KEEPS_ON_CREATE);
      if (before) this.#existing.set(logicalId, before);
    });
  }

  async #forget(resource: StackResource, keeps?: readonly string[]): Promise<void> {
    await this.#remove(resource, resource.declaration.DeletionPolicy, keeps);
    this.#existing.delete(resource.logicalId);
  }

  /** @param keeps deletion policies that keep it */
  async #remove(resource: StackResource, policy = 'Delete', keeps: readonly string[] = KEEPS): Promise<void> {
    const { logicalId, type, created } = resource;
    const event = { logicalId, type, physicalId: created.ref };
    if (keeps.includes(policy)) return this.#record({ ...event, status: 'DELETE_SKIPPED' });
    try {
      this.#check('delete', resource);
      const { remove } = isWrittenDown(resource) ? unknownType : resourceType(type);
      await remove?.(resource, this.#services);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#record({ ...event, status: 'DELETE_FAILED', reason });
      throw error;
    }
    this.#record({ ...event, status: 'DELETE_COMPLETE' });
  }

  /** Like CloudFormation's names: stack, logical id, random letters. At most 64 characters, the limit of functions. */
  #generatedName(logicalId: string): string {
    const unique = randomBytes(6).toString('hex').toUpperCase();
    return `${this.#stack.name.slice(0, 24)}-${logicalId.slice(0, 26)}-${unique}`;
  }
}

/** Whether {@link unknownType} made it. */
const isWrittenDown = ({ created }: Existing) => created.otherAttribute !== undefined;

/** The declaration of a resource in the template whose condition holds. */
function wantedDeclaration(logicalId: string, scope: Scope): ResourceDeclaration | undefined {
  const declaration = scope.template.Resources[logicalId];
  if (!declaration?.Condition) return declaration;
  return conditionHolds(declaration.Condition, scope) ? declaration : undefined;
}

function needsReplacement(before: StackResource, declaration: ResourceDeclaration, properties: JsonObject): boolean {
  if (before.type !== declaration.Type) return true;
  const { nameProperty } = resourceType(declaration.Type);
  return nameProperty !== undefined && before.properties[nameProperty] !== properties[nameProperty];
}
