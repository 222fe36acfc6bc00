import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { conditionHolds, resolveProperties, type Scope } from './intrinsics';
import { type Created, resourceType, type Services } from './resource-types';
import { creationOrder, type JsonObject, type ResourceDeclaration } from './template';

/** A resource that exists. */
export interface StackResource {
  readonly logicalId: string;
  readonly name: string;
  readonly declaration: ResourceDeclaration;
  readonly properties: JsonObject;
  readonly created: Created;
}

/** What happens to a resource, for the stack's history. */
export interface ResourceEvent {
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly physicalId?: string;
  readonly reason?: string;
}

/** The resources of one stack. A change is applied, then either finished or rolled back. */
export class StackResources {
  readonly #stackName: string;
  readonly #services: Services;
  readonly #record: (event: ResourceEvent) => void;
  readonly #existing = new Map<string, StackResource>();
  /** Steps that take the current change back, oldest first. */
  #undo: (() => void)[] = [];
  /** Resources that gave way to new ones in the current change. They are removed when it is finished. */
  #replaced: StackResource[] = [];

  constructor(stackName: string, services: Services, record: (event: ResourceEvent) => void) {
    this.#stackName = stackName;
    this.#services = services;
    this.#record = record;
  }

  get(logicalId: string): StackResource | undefined {
    return this.#existing.get(logicalId);
  }

  list(): StackResource[] {
    return [...this.#existing.values()];
  }

  /** Creates and updates what the template in `scope` declares. @throws {AwsError} after which {@link rollBack} is due */
  apply(scope: Scope): void {
    this.#undo = [];
    this.#replaced = [];
    for (const logicalId of creationOrder(scope.template)) {
      const declaration = wantedDeclaration(logicalId, scope);
      if (!declaration) continue;
      const before = this.get(logicalId);
      try {
        const properties = resolveProperties(declaration.Properties ?? {}, scope);
        if (before && !needsReplacement(before, declaration, properties)) this.#update(before, declaration, properties);
        else this.#create(logicalId, declaration, properties);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#record({ logicalId, type: declaration.Type, status: `${before ? 'UPDATE' : 'CREATE'}_FAILED`, reason });
        throw error;
      }
    }
  }

  /** Removes what was replaced, and what the template no longer has. */
  finish(scope: Scope): void {
    for (const resource of this.#replaced) this.#remove(resource, resource.declaration.UpdateReplacePolicy);
    for (const resource of this.list().reverse()) {
      if (!wantedDeclaration(resource.logicalId, scope)) this.#forget(resource);
    }
  }

  rollBack(): void {
    for (const step of this.#undo.reverse()) step();
  }

  removeAll(): void {
    for (const resource of this.list().reverse()) this.#forget(resource);
  }

  #create(logicalId: string, declaration: ResourceDeclaration, properties: JsonObject): void {
    const type = resourceType(declaration.Type);
    const before = this.get(logicalId);
    const name = String(properties[type.nameProperty ?? ''] ?? this.#generatedName(logicalId));
    this.#record({ logicalId, type: declaration.Type, status: 'CREATE_IN_PROGRESS' });
    const created = type.create({ properties, name }, this.#services);
    const resource = { logicalId, name, declaration, properties, created };
    this.#existing.set(logicalId, resource);
    if (before) this.#replaced.push(before);
    this.#undo.push(() => {
      this.#forget(resource);
      if (before) this.#existing.set(logicalId, before);
    });
    this.#record({ logicalId, type: declaration.Type, status: 'CREATE_COMPLETE', physicalId: created.ref });
  }

  #update(before: StackResource, declaration: ResourceDeclaration, properties: JsonObject): void {
    const { logicalId, created } = before;
    if (isDeepStrictEqual(before.properties, properties)) {
      // The declaration may differ all the same: it holds the policies for removal.
      this.#existing.set(logicalId, { ...before, declaration });
      this.#undo.push(() => this.#existing.set(logicalId, before));
      return;
    }
    const event = { logicalId, type: declaration.Type, physicalId: created.ref };
    this.#record({ ...event, status: 'UPDATE_IN_PROGRESS' });
    this.#undo.push(() => this.#change(before, before.declaration, before.properties));
    this.#change(before, declaration, properties);
    this.#record({ ...event, status: 'UPDATE_COMPLETE' });
  }

  #change({ logicalId, name, created }: StackResource, declaration: ResourceDeclaration, properties: JsonObject): void {
    const { update, create } = resourceType(declaration.Type);
    const declared = { properties, name };
    const changed = update ? update(created, declared, this.#services) : create(declared, this.#services);
    this.#existing.set(logicalId, { logicalId, name, declaration, properties, created: changed });
  }

  #forget(resource: StackResource): void {
    this.#existing.delete(resource.logicalId);
    this.#remove(resource, resource.declaration.DeletionPolicy);
  }

  #remove({ logicalId, declaration, created }: StackResource, policy = 'Delete'): void {
    const retained = policy !== 'Delete';
    if (!retained) resourceType(declaration.Type).remove?.(created, this.#services);
    const status = retained ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE';
    this.#record({ logicalId, type: declaration.Type, status, physicalId: created.ref });
  }

  /** Like CloudFormation's: stack, logical id, and letters that differ each time. 64 characters is a function's limit. */
  #generatedName(logicalId: string): string {
    const unique = randomBytes(6).toString('hex').toUpperCase();
    return `${this.#stackName.slice(0, 24)}-${logicalId.slice(0, 26)}-${unique}`;
  }
}

/** The declaration of a resource that should exist: the template has it, and its condition holds. */
function wantedDeclaration(logicalId: string, scope: Scope): ResourceDeclaration | undefined {
  const declaration = scope.template.Resources[logicalId];
  if (!declaration?.Condition) return declaration;
  return conditionHolds(declaration.Condition, scope) ? declaration : undefined;
}

function needsReplacement(before: StackResource, declaration: ResourceDeclaration, properties: JsonObject): boolean {
  if (before.declaration.Type !== declaration.Type) return true;
  const { nameProperty } = resourceType(declaration.Type);
  return nameProperty !== undefined && before.properties[nameProperty] !== properties[nameProperty];
}
