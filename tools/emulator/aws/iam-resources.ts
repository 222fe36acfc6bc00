import { globalArn, regionalArn } from './account';
import { AwsError } from './aws-error';
import type { PolicyDocument, Statement } from './iam-policy';
import { asObject, optionalText, text } from './properties';
import type { Declared, Existing, ResourceType, Services } from './resource-type';
import type { Json, JsonObject } from './template';

/** @throws {AwsError} MalformedPolicyDocument */
function documentOf(value: Json | undefined): PolicyDocument {
  const document = asObject(value);
  if (typeof document.Statement === 'object') return document as unknown as PolicyDocument;
  throw new AwsError('MalformedPolicyDocument', `A policy needs a Statement: ${JSON.stringify(value)}`);
}

const texts = (value: Json | undefined): string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);

/** AWS::IAM::Role. `Ref` is its name. */
export const role: ResourceType = {
  nameProperty: 'RoleName',
  create({ properties, name }, { account, iam }) {
    const path = optionalText(properties.Path) ?? '/';
    const arn = globalArn(account, 'iam', `role${path}${name}`);
    const inline = Array.isArray(properties.Policies) ? properties.Policies.map(asObject) : [];
    iam.putRole({
      arn,
      trust: documentOf(properties.AssumeRolePolicyDocument),
      // On an update, keeps policies that the template attaches by other resources.
      policies: {
        ...iam.roles().find((one) => one.arn === arn)?.policies,
        ...Object.fromEntries(inline.map((policy) => [text(policy, 'PolicyName'), documentOf(policy.PolicyDocument)])),
      },
      managedPolicies: texts(properties.ManagedPolicyArns),
      boundary: optionalText(properties.PermissionsBoundary),
    });
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name.toUpperCase().slice(0, 17)}` } };
  },
  remove: ({ created }, { iam }) => iam.removeRole(String(created.attributes?.Arn)),
};

/** AWS::IAM::Policy, an inline policy of each of its roles. */
export const policy: ResourceType = {
  nameProperty: 'PolicyName',
  create({ properties, name }, { iam }) {
    for (const roleName of texts(properties.Roles)) {
      iam.setPolicy(iam.roleNamed(roleName).arn, name, documentOf(properties.PolicyDocument));
    }
    return { ref: name };
  },
  update(existing, declared, services) {
    removePolicy(existing, services);
    return policy.create(declared, services);
  },
  remove: (existing, services) => removePolicy(existing, services),
};

function removePolicy({ properties, name }: Existing, { iam }: Services): void {
  for (const roleName of texts(properties.Roles)) {
    const found = iam.roles().find(({ arn }) => arn.endsWith(`/${roleName}`));
    if (found) iam.setPolicy(found.arn, name, undefined);
  }
}

/** AWS::IAM::ManagedPolicy. `Ref` is its ARN. */
export const managedPolicy: ResourceType = {
  nameProperty: 'ManagedPolicyName',
  create({ properties, name }, { account, iam }) {
    const arn = globalArn(account, 'iam', `policy${optionalText(properties.Path) ?? '/'}${name}`);
    iam.setManagedPolicy(arn, documentOf(properties.PolicyDocument));
    for (const roleName of texts(properties.Roles)) iam.attach(iam.roleNamed(roleName).arn, arn, true);
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
  remove: ({ created }, { iam }) => {
    for (const { arn } of iam.roles()) iam.attach(arn, created.ref, false);
    iam.setManagedPolicy(created.ref, undefined);
  },
};

/** A type for policies of other resources, such as AWS::SQS::QueuePolicy. */
export function resourcePolicy(
  resources: (properties: JsonObject, services: Services) => readonly string[],
  document: (properties: JsonObject, services: Services) => PolicyDocument,
): ResourceType {
  const set = ({ properties, stackId, logicalId }: Declared, services: Services, isThere: boolean) => {
    for (const arn of resources(properties, services)) {
      const owner = `${stackId} ${logicalId}`;
      services.iam.setResourcePolicy(arn, owner, isThere ? document(properties, services) : undefined);
    }
  };
  return {
    create(declared, services) {
      set(declared, services, true);
      return { ref: declared.name, attributes: { Id: declared.name } };
    },
    update(existing, declared, services) {
      set(existing, services, false);
      set(declared, services, true);
      return existing.created;
    },
    remove: (existing, services) => set(existing, services, false),
  };
}

export const queuePolicy = resourcePolicy(
  ({ Queues }, { queues }) => texts(Queues).map((url) => queues.get(url).arn),
  ({ PolicyDocument }) => documentOf(PolicyDocument),
);

export const topicPolicy = resourcePolicy(
  ({ Topics }) => texts(Topics),
  ({ PolicyDocument }) => documentOf(PolicyDocument),
);

export const secretPolicy = resourcePolicy(
  ({ SecretId }) => texts(SecretId),
  ({ ResourcePolicy }) => documentOf(ResourcePolicy),
);

/** AWS::Lambda::Permission, a statement of a function's policy. */
export const permission = resourcePolicy(
  (properties, { account }) => [functionArn(properties, account)],
  (properties, { account }) => {
    const { SourceArn, SourceAccount, FunctionUrlAuthType, InvokedViaFunctionUrl } = properties;
    const principal = text(properties, 'Principal');
    const isService = principal.endsWith('.amazonaws.com');
    const statement: Statement = {
      Effect: 'Allow',
      Principal: principal === '*' ? '*' : isService ? { Service: principal } : { AWS: principal },
      Action: text(properties, 'Action'),
      Resource: functionArn(properties, account),
      Condition: {
        ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': String(SourceArn) } }),
        StringEquals: {
          ...(SourceAccount !== undefined && { 'aws:SourceAccount': String(SourceAccount) }),
          ...(FunctionUrlAuthType !== undefined && { 'lambda:FunctionUrlAuthType': String(FunctionUrlAuthType) }),
        },
        Bool: {
          ...(InvokedViaFunctionUrl !== undefined && { 'lambda:InvokedViaFunctionUrl': String(InvokedViaFunctionUrl) }),
        },
      },
    };
    return { Statement: statement };
  },
);

const functionArn = (properties: JsonObject, account: Services['account']) =>
  regionalArn(account, 'lambda', `function:${text(properties, 'FunctionName').split(':').at(-1)}`);

/** The role of a function. @throws {AwsError} InvalidParameterValueException if Lambda may not assume it */
export function executionRole(roleArn: string, { iam }: Services): string {
  if (iam.isTrusted(roleArn, 'lambda.amazonaws.com')) return roleArn;
  throw new AwsError(
    'InvalidParameterValueException',
    'The role defined for the function cannot be assumed by Lambda.',
  );
}
