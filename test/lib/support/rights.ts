import type { Template } from 'aws-cdk-lib/assertions';

/** What a statement of a role's policy allows. */
export interface Right {
  readonly actions: readonly string[];
  /** An ARN, in which what is known only once deployed is named: `${logical id}`. */
  readonly on: string;
  /** As in the template. Absent where there is none. */
  readonly condition?: unknown;
}

/** The logical ids of all roles in `template`. */
export const rolesIn = (template: Template): string[] => Object.keys(template.findResources('AWS::IAM::Role'));

/**
 * All that the role may do, by the template's own policies. Anything that isn't a plain permission (a managed or an
 * inline policy, a denial) is an error: no test here would understand it.
 */
export function rightsOf(template: Template, role: string): Right[] {
  const { Properties: properties } = template.findResources('AWS::IAM::Role')[role] ?? {};
  expect(Object.keys(properties ?? {})).toEqual(['AssumeRolePolicyDocument']);
  return Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties: { Roles } }) => Roles.some(({ Ref }: { Ref?: string }) => Ref === role))
    .flatMap(({ Properties: { PolicyDocument } }) => PolicyDocument.Statement)
    .map(({ Action, Resource, Condition, ...rest }) => {
      expect(rest).toEqual({ Effect: 'Allow' });
      return {
        actions: [Action].flat(),
        on: textOf(Resource),
        ...(Condition !== undefined && { condition: Condition }),
      };
    });
}

/** Those of `actions` that the role may do with anything, wildcards in its policies included. */
export function allowedOf(template: Template, role: string, actions: readonly string[]): string[] {
  const patterns = rightsOf(template, role).flatMap((right) => right.actions.map(wildcard));
  return actions.filter((action) => patterns.some((pattern) => pattern.test(action)));
}

/** IAM's `*` and `?`; the case of an action doesn't count. */
const wildcard = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');

/** An ARN in a template as text. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    if ('Ref' in value) return `\${${value.Ref}}`;
    if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return `\${${value['Fn::GetAtt'][0]}}`;
    if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) return value['Fn::Join'][1].map(textOf).join('');
  }
  throw new Error(`Not an ARN that this test can read: ${JSON.stringify(value)}`);
}
