import { createHash } from 'node:crypto';
import type { Credentials } from './account';
import { LOCAL_CREDENTIALS } from './account';
import { AwsError } from './aws-error';
import { type Caller, type Decision, evaluate, type PolicyDocument, type PolicyRequest, trusts } from './iam-policy';
import { bootstrapRole, MANAGED_POLICIES, type Role } from './iam-roles';

/** A right that a call needs: an action on a resource. */
export type Requirement = Pick<PolicyRequest, 'action' | 'resource'> & Partial<Pick<PolicyRequest, 'context'>>;

/** The caller: a session of a role, or the administrator, who may do everything. */
export interface Principal {
  readonly arn: string;
  /** The role; absent for the administrator. */
  readonly caller?: Extract<Caller, { type: 'role' }>;
}

/** Receives each request of a role, with the applicable policies and the decision. */
export type AuthorizationListener = (request: PolicyRequest, decision: Decision) => void;

/** Policy documents that stand for unknown ones. */
const EVERYTHING: PolicyDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** IAM: the roles of an account and the policies of its resources, for all regions. */
export class Iam {
  readonly #accountId: string;
  readonly #note: (line: string) => void;
  readonly #roles = new Map<string, Role>();
  readonly #managedPolicies = new Map<string, PolicyDocument>();
  /** Policies by the ARN of the resource, then by owner. */
  readonly #resourcePolicies = new Map<string, Map<string, PolicyDocument>>();
  readonly #sessions = new Map<string, { readonly roleArn: string; readonly sessionArn: string }>();
  #listener: AuthorizationListener | undefined;

  readonly #isBootstrapped: boolean;

  /**
   * @param note receives a line about each policy that can't be evaluated
   * @param isBootstrapped whether the roles of `cdk bootstrap` exist
   */
  constructor(accountId: string, note: (line: string) => void, isBootstrapped = true) {
    this.#isBootstrapped = isBootstrapped;
    this.#accountId = accountId;
    this.#note = note;
  }

  /** Creates or changes a role. */
  putRole(role: Role): void {
    this.#roles.set(role.arn, role);
  }

  removeRole(arn: string): void {
    this.#roles.delete(arn);
  }

  /** @throws {AwsError} NoSuchEntity */
  role(arn: string): Role {
    const role = this.#findRole(arn);
    if (role) return role;
    throw new AwsError('NoSuchEntity', `The role with name ${arn.split('/').at(-1)} cannot be found.`, 404);
  }

  roles(): Role[] {
    return [...this.#roles.values()];
  }

  /** The role with this name, whatever its path. */
  roleNamed(name: string): Role {
    return this.role(this.roles().find(({ arn }) => arn.endsWith(`/${name}`))?.arn ?? name);
  }

  /** Sets an inline policy of a role. Without a document, removes it. */
  setPolicy(roleArn: string, name: string, document: PolicyDocument | undefined): void {
    const role = this.#roles.get(roleArn);
    if (!role) return;
    const { [name]: _, ...others } = role.policies;
    this.putRole({ ...role, policies: document ? { ...others, [name]: document } : others });
  }

  /** Sets a managed policy. Without a document, removes it. */
  setManagedPolicy(arn: string, document: PolicyDocument | undefined): void {
    if (document) this.#managedPolicies.set(arn, document);
    else this.#managedPolicies.delete(arn);
  }

  attach(roleArn: string, policyArn: string, attached: boolean): void {
    const role = this.#roles.get(roleArn);
    if (!role) return;
    const others = role.managedPolicies.filter((arn) => arn !== policyArn);
    this.putRole({ ...role, managedPolicies: attached ? [...others, policyArn] : others });
  }

  /**
   * Sets a policy of a resource. Without a document, removes it.
   *
   * @param owner distinguishes several policies of a resource, such as the permissions of a function
   */
  setResourcePolicy(resourceArn: string, owner: string, document: PolicyDocument | undefined): void {
    const policies = this.#resourcePolicies.get(resourceArn) ?? new Map<string, PolicyDocument>();
    if (document) policies.set(owner, document);
    else policies.delete(owner);
    this.#resourcePolicies.set(resourceArn, policies);
  }

  /** Credentials of a session of a role. The role need not exist yet, and the same session has the same credentials. */
  credentials(roleArn: string, sessionName: string): Credentials {
    const roleName = roleArn.split('/').at(-1) ?? '';
    const sessionArn = `${roleArn.split(':').slice(0, 2).join(':')}:sts::${this.#accountId}:assumed-role/${roleName}/${sessionName}`;
    const digest = createHash('sha256').update(sessionArn).digest('hex').toUpperCase();
    // Like AWS's temporary keys: ASIA, 20 characters.
    const accessKeyId = `ASIA${digest.slice(0, 16)}`;
    this.#sessions.set(accessKeyId, { roleArn, sessionArn });
    return { accessKeyId, secretAccessKey: 'testing', sessionToken: 'testing' };
  }

  /**
   * @param partition partition of the called region
   * @throws {AwsError} UnrecognizedClientException for unknown keys
   */
  principal(accessKeyId: string, partition = 'aws'): Principal {
    if (accessKeyId === LOCAL_CREDENTIALS.accessKeyId) {
      return { arn: `arn:${partition}:iam::${this.#accountId}:user/administrator` };
    }
    const session = this.#sessions.get(accessKeyId);
    if (!session || !this.#findRole(session.roleArn)) {
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
    }
    return { arn: session.sessionArn, caller: { type: 'role', accountId: this.#accountId, ...session } };
  }

  /** Observes all requests of roles from now on. `undefined` ends it. */
  listen(listener: AuthorizationListener | undefined): void {
    this.#listener = listener;
  }

  /** The decision about a request of a role, a service or an anonymous caller. */
  decide(caller: Caller, { action, resource, context = {} }: Requirement): Decision {
    const request: PolicyRequest = { caller, action, resource, context: { ...context, ...callerContext(caller) } };
    const decision = evaluate(request, this.#policiesFor(request));
    this.#listener?.(request, decision);
    return decision;
  }

  /**
   * Assumes a role.
   *
   * @throws {AwsError} AccessDenied
   */
  assumeRole(principal: Principal, roleArn: string, sessionName: string): Credentials {
    const { caller } = principal;
    const role = this.#findRole(roleArn);
    const request = { action: 'sts:AssumeRole', resource: roleArn, context: {} };
    const isTrusted = role && (!caller || trusts(role.trust, { caller, ...request }));
    if (isTrusted && (!caller || this.decide(caller, request).allowed)) return this.credentials(roleArn, sessionName);
    throw new AwsError(
      'AccessDenied',
      `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      403,
    );
  }

  /** Whether a service such as `lambda.amazonaws.com` may assume a role. */
  isTrusted(roleArn: string, service: string): boolean {
    const { trust } = this.role(roleArn);
    const request = { action: 'sts:AssumeRole', resource: roleArn, context: {} };
    return trusts(trust, { caller: { type: 'service', service }, ...request });
  }

  /** A role of the account or of `cdk bootstrap`. Either all regions are bootstrapped or none. */
  #findRole(arn: string): Role | undefined {
    return this.#roles.get(arn) ?? (this.#isBootstrapped ? bootstrapRole(arn, this.#accountId) : undefined);
  }

  #policiesFor({ caller, resource }: PolicyRequest) {
    // A table's policy also applies to its indexes.
    const ofResource = [...(this.#resourcePolicies.get(resource.replace(/\/index\/.*$/, ''))?.values() ?? [])];
    if (caller.type !== 'role') return { identity: [], resource: ofResource };
    const { policies, managedPolicies, boundary } = this.role(caller.roleArn);
    return {
      identity: [...Object.values(policies), ...managedPolicies.map((arn) => this.#managedPolicy(arn))],
      resource: ofResource,
      ...(boundary !== undefined && { boundary: this.#managedPolicy(boundary) }),
    };
  }

  #managedPolicy(arn: string): PolicyDocument {
    const known = this.#managedPolicies.get(arn) ?? MANAGED_POLICIES[arn.split('/').at(-1) ?? ''];
    if (known) return known;
    this.#note(`The policy ${arn} is not known here and treated as allowing everything.`);
    return EVERYTHING;
  }
}

/** Global condition keys about the caller. */
function callerContext(caller: Caller): PolicyRequest['context'] {
  const context = { 'aws:SecureTransport': 'true' };
  if (caller.type === 'service') {
    return { ...context, 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': caller.service };
  }
  if (caller.type === 'anonymous') return { ...context, 'aws:PrincipalType': 'Anonymous' };
  return {
    ...context,
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalArn': caller.roleArn,
    'aws:PrincipalAccount': caller.accountId,
    'aws:PrincipalType': 'AssumedRole',
  };
}

/** The error of a denied request, with AWS's message (IAM User Guide, "Troubleshoot access denied error messages"). */
export function accessDenied(
  principal: Principal,
  requirement: Requirement,
  decision: Extract<Decision, { allowed: false }>,
): string {
  const { explicit, by } = decision;
  // Only SQS writes its actions in lower case.
  const action = requirement.action.startsWith('sqs:') ? requirement.action.toLowerCase() : requirement.action;
  const { resource } = requirement;
  const cause = explicit
    ? `with an explicit deny in ${by === 'identity-based policy' ? 'an' : 'a'} ${by}`
    : `because no ${by} allows the ${action} action`;
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  return `User: ${principal.arn} is not authorized to perform: ${action}${on} ${cause}`;
}
