import { type Account, partitionOf } from './account';
import { conditionHolds, resolve, type Scope } from './intrinsics';
import type { StackResource } from './stack-resources';
import { type Template, templateError } from './template';

export type Parameters = Readonly<Record<string, string>>;

/** The values that a template can refer to. */
interface ScopeSources {
  readonly stack: { readonly name: string; readonly id: string };
  readonly account: Account;
  readonly template: Template;
  readonly parameters: Parameters;
  /** The value of a parameter in SSM; `undefined` if there is none. */
  readonly ssmParameter: (name: string) => string | undefined;
  /** The resource with this logical id, once it exists. */
  readonly resource: (logicalId: string) => StackResource | undefined;
}

/** The scope of intrinsic functions in a stack: pseudo parameters, parameters, and existing resources. */
export function stackScope({ stack, account, template, parameters, ssmParameter, resource }: ScopeSources): Scope {
  const pseudoParameters: Readonly<Record<string, string | undefined>> = {
    'AWS::AccountId': account.accountId,
    'AWS::Region': account.region,
    'AWS::Partition': partitionOf(account.region).name,
    'AWS::URLSuffix': partitionOf(account.region).urlSuffix,
    'AWS::StackName': stack.name,
    'AWS::StackId': stack.id,
    'AWS::NoValue': undefined,
  };
  const existing = (logicalId: string) => {
    const found = resource(logicalId);
    if (found) return found;
    throw templateError(`Template format error: Unresolved resource dependencies [${logicalId}]`);
  };
  return {
    template,
    ref: (name) => {
      if (name in pseudoParameters) return pseudoParameters[name];
      return parameter(template, parameters, name, ssmParameter) ?? existing(name).created.ref;
    },
    attribute: (logicalId, attribute) => {
      const { created, declaration } = existing(logicalId);
      const value = created.attributes?.[attribute] ?? created.otherAttribute?.(attribute);
      if (value !== undefined) return typeof value === 'string' ? value : JSON.stringify(value);
      throw templateError(
        `Template error: resource ${logicalId} (${declaration.Type}) does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    },
  };
}

/** @returns `undefined` if the template has no such parameter */
function parameter(
  template: Template,
  given: Parameters,
  name: string,
  ssmParameter: ScopeSources['ssmParameter'],
): string | undefined {
  const declared = template.Parameters?.[name];
  if (!declared) return undefined;
  const value = given[name] ?? declared.Default;
  if (value === undefined) throw templateError(`Parameters: [${name}] must have values`);
  if (!declared.Type.startsWith('AWS::SSM::Parameter::Value')) return value;
  const found = ssmParameter(value);
  if (found !== undefined) return found;
  throw templateError(`Unable to fetch parameters [${value}] from parameter store for this account.`);
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description: string | undefined;
}

/** The outputs of the template in `scope`. */
export function stackOutputs(scope: Scope): StackOutput[] {
  return Object.entries(scope.template.Outputs ?? {})
    .filter(([, { Condition }]) => Condition === undefined || conditionHolds(Condition, scope))
    .map(([key, { Value, Description }]) => ({
      key,
      value: String(resolve(Value, scope)),
      description: Description,
    }));
}
