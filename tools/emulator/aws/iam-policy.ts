/** An IAM policy document. */
export interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[];
}

type OneOrMore<Value> = Value | readonly Value[];

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Principal?: PrincipalElement;
  readonly NotPrincipal?: PrincipalElement;
  /** Conditions by operator, then by condition key. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore<string | number | boolean>>>>>;
}

type PrincipalElement = '*' | Readonly<Record<string, OneOrMore<string>>>;

/** The caller, as a Principal element can name it. */
export type Caller =
  | { readonly type: 'role'; readonly accountId: string; readonly roleArn: string; readonly sessionArn: string }
  | { readonly type: 'service'; readonly service: string }
  | { readonly type: 'anonymous' };

/** The requested action. */
export interface PolicyRequest {
  readonly caller: Caller;
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  /** An ARN; `*` for an action that has no resource. */
  readonly resource: string;
  /** Condition keys and values. Keys that the request doesn't have are absent. */
  readonly context: Readonly<Record<string, OneOrMore<string>>>;
}

/** The policies that apply to a request. */
export interface Policies {
  readonly identity: readonly PolicyDocument[];
  readonly resource: readonly PolicyDocument[];
  /** @default no permissions boundary */
  readonly boundary?: PolicyDocument;
}

type PolicyKind = 'identity-based policy' | 'resource-based policy' | 'permissions boundary';

/** Allowed; or denied by a kind of policy, explicitly or because nothing allows it. */
export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly explicit: boolean; readonly by: PolicyKind };

/**
 * Evaluates policies as AWS does within one account (IAM User Guide, "Policy evaluation for requests within a single
 * account"). Any denial wins. Otherwise an identity-based or a resource-based policy must allow the request, and so must a
 * permissions boundary. The boundary doesn't limit what a resource's policy allows to a role's session.
 *
 * @throws {Error} for a condition operator that is not emulated
 */
export function evaluate(request: PolicyRequest, { identity, resource, boundary }: Policies): Decision {
  const kinds: readonly (readonly [PolicyKind, readonly PolicyDocument[]])[] = [
    ['resource-based policy', resource],
    ['identity-based policy', identity],
    ['permissions boundary', boundary ? [boundary] : []],
  ];
  for (const [by, documents] of kinds) {
    if (finds('Deny', documents, request)) return { allowed: false, explicit: true, by };
  }
  const { caller } = request;
  if (caller.type !== 'role') {
    const isAllowed = finds('Allow', resource, request);
    return isAllowed ? { allowed: true } : { allowed: false, explicit: false, by: 'resource-based policy' };
  }
  if (finds('Allow', resource, request, caller.sessionArn)) return { allowed: true };
  if (!finds('Allow', identity, request) && !finds('Allow', resource, request)) {
    return { allowed: false, explicit: false, by: 'identity-based policy' };
  }
  if (boundary && !finds('Allow', [boundary], request)) {
    return { allowed: false, explicit: false, by: 'permissions boundary' };
  }
  return { allowed: true };
}

/** Whether the caller may assume a role: its trust policy must allow it, and for a caller with a role its own policy as well. */
export function trusts(trust: PolicyDocument, request: PolicyRequest): boolean {
  const applying = statementsOf(trust).filter(
    ({ Principal, ...statement }) =>
      Principal !== undefined && names(Principal, request.caller, true) && applies(statement, request),
  );
  return applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
}

/** The statements of a document: a list or a single one. */
export const statementsOf = ({ Statement }: PolicyDocument): readonly Statement[] => several(Statement);

/** @param onlyPrincipal the principal that a statement must name. @default any form of the caller */
function finds(
  effect: Statement['Effect'],
  documents: readonly PolicyDocument[],
  request: PolicyRequest,
  onlyPrincipal?: string,
): boolean {
  return documents.flatMap(statementsOf).some((statement) => {
    if (statement.Effect !== effect || !applies(statement, request)) return false;
    if (onlyPrincipal === undefined) return true;
    return typeof statement.Principal === 'object' && several(statement.Principal.AWS ?? []).includes(onlyPrincipal);
  });
}

function applies(statement: Statement, { caller, action, resource, context }: PolicyRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition = {} } = statement;
  const isEither = (patterns: OneOrMore<string>, text: string, ignoreCase = false) =>
    several(patterns).some((pattern) => matches(pattern, text, ignoreCase));
  return (
    (Action === undefined || isEither(Action, action, true)) &&
    (NotAction === undefined || !isEither(NotAction, action, true)) &&
    (Resource === undefined || isEither(Resource, resource)) &&
    (NotResource === undefined || !isEither(NotResource, resource)) &&
    (Principal === undefined || names(Principal, caller, statement.Effect === 'Deny')) &&
    (NotPrincipal === undefined || !names(NotPrincipal, caller, true)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) =>
        conditionHolds(operator, several(wanted).map(String), context, key),
      ),
    )
  );
}

/**
 * Whether a Principal element matches the caller.
 *
 * @param accountCounts whether the account matches everybody in it, as in denials and trust policies. In other policies, an
 *   allowed account still needs the caller's own policies.
 */
function names(element: PrincipalElement, caller: Caller, accountCounts: boolean): boolean {
  if (element === '*') return true;
  const aws = several(element.AWS ?? []);
  if (aws.includes('*')) return true;
  if (caller.type === 'service') return several(element.Service ?? []).includes(caller.service);
  if (caller.type === 'anonymous') return false;
  const { accountId, roleArn, sessionArn } = caller;
  return aws.some((name) => {
    const isAccount = name === accountId || (name.endsWith(':root') && name.includes(`::${accountId}:`));
    return isAccount ? accountCounts : name === roleArn || name === sessionArn;
  });
}

type Test = (wanted: string, actual: string) => boolean;

const equal: Test = (wanted, actual) => wanted === actual;
const equalIgnoringCase: Test = (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase();
const like: Test = (wanted, actual) => matches(wanted, actual, false);

/** `negated`: none of the wanted values may match. */
const OPERATORS: Readonly<Record<string, { readonly test: Test; readonly negated: boolean }>> = {
  StringEquals: { test: equal, negated: false },
  StringNotEquals: { test: equal, negated: true },
  StringEqualsIgnoreCase: { test: equalIgnoringCase, negated: false },
  StringNotEqualsIgnoreCase: { test: equalIgnoringCase, negated: true },
  StringLike: { test: like, negated: false },
  StringNotLike: { test: like, negated: true },
  // Both kinds allow wildcards.
  ArnEquals: { test: like, negated: false },
  ArnLike: { test: like, negated: false },
  ArnNotEquals: { test: like, negated: true },
  ArnNotLike: { test: like, negated: true },
  Bool: { test: equalIgnoringCase, negated: false },
};

function conditionHolds(
  operator: string,
  wanted: readonly string[],
  context: PolicyRequest['context'],
  key: string,
): boolean {
  // Names of condition keys are case-insensitive.
  const found = Object.entries(context).find(([name]) => equalIgnoringCase(name, key))?.[1];
  const actual = found === undefined ? [] : several(found);
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') return wanted.includes(String(actual.length === 0));
  const { test, negated } = OPERATORS[name] ?? unknownOperator(operator);
  const passes = (value: string) => wanted.some((one) => test(one, value)) !== negated;
  if (actual.length === 0) {
    if (ifExists || set === 'ForAllValues') return true;
    return negated && set === undefined;
  }
  return set === 'ForAllValues' ? actual.every(passes) : actual.some(passes);
}

function unknownOperator(operator: string): never {
  throw new Error(`The condition operator ${operator} is not emulated: add it to OPERATORS in iam-policy.ts.`);
}

const several = <Value>(value: OneOrMore<Value>): readonly Value[] => (Array.isArray(value) ? value : [value as Value]);

const PATTERNS = new Map<string, RegExp>();

/** IAM's wildcards: `*` for any characters, `?` for one. */
function matches(pattern: string, text: string, ignoreCase: boolean): boolean {
  if (!/[*?]/.test(pattern)) return ignoreCase ? equalIgnoringCase(pattern, text) : pattern === text;
  const key = `${ignoreCase}${pattern}`;
  let expression = PATTERNS.get(key);
  if (!expression) {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
    PATTERNS.set(key, expression);
  }
  return expression.test(text);
}
