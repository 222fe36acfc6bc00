import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Account, regionalArn } from './account';
import type { QueryParameters } from './query-protocol';
import type { Stack } from './stack';
import type { Parameters } from './stack-scope';
import type { Template } from './template';
import type { XmlValue } from './xml';

/** A change of a stack that can be reviewed before it is executed. */
export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stack: Stack;
  readonly template: Template;
  readonly parameters: Parameters;
  readonly tags: readonly Record<string, string>[];
  readonly createdAt: Date;
  /** ARN of CloudFormation's role. @default the rights of whoever executes it */
  readonly roleArn: string | undefined;
}

/** The change set that a CreateChangeSet request describes. */
export function createChangeSet(
  stack: Stack,
  template: Template,
  request: QueryParameters,
  account: Account,
): ChangeSet {
  const name = request.required('ChangeSetName');
  const given = request.list('Parameters').map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => {
    const value = UsePreviousValue === 'true' ? stack.parameters[ParameterKey] : ParameterValue;
    return [ParameterKey, value] as const;
  });
  return {
    id: regionalArn(account, 'cloudformation', `changeSet/${name}/${randomUUID()}`),
    name,
    stack,
    template,
    parameters: Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    tags: request.list('Tags'),
    createdAt: new Date(),
    roleArn: request.optional('RoleARN'),
  };
}

/** AWS's answer to DescribeChangeSet. */
export function describeChangeSet({
  id,
  name,
  stack,
  template,
  parameters,
  createdAt,
}: ChangeSet): Record<string, XmlValue> {
  const unchanged =
    stack.template !== undefined &&
    isDeepStrictEqual(stack.template, template) &&
    isDeepStrictEqual(stack.parameters, parameters);
  return {
    ChangeSetName: name,
    ChangeSetId: id,
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: createdAt,
    Status: unchanged ? 'FAILED' : 'CREATE_COMPLETE',
    // The CLI recognizes by this message that there is nothing to deploy.
    StatusReason: unchanged ? "The submitted information didn't contain changes." : undefined,
    ExecutionStatus: unchanged ? 'UNAVAILABLE' : 'AVAILABLE',
    Changes: changes(stack.template, template),
  };
}

function changes(before: Template | undefined, after: Template): XmlValue[] {
  const ids = new Set([...Object.keys(before?.Resources ?? {}), ...Object.keys(after.Resources)]);
  return [...ids].flatMap((id) => {
    const old = before?.Resources[id];
    const next = after.Resources[id];
    if (isDeepStrictEqual(old, next)) return [];
    const action = !old ? 'Add' : !next ? 'Remove' : 'Modify';
    const type = (next ?? old)?.Type;
    return [
      {
        Type: 'Resource',
        ResourceChange: { Action: action, LogicalResourceId: id, ResourceType: type, Replacement: 'False' },
      },
    ];
  });
}
