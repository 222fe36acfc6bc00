import { type Credentials, globalArn, LOCAL_ACCOUNT } from '../../../emulator/aws/account';
import type { PolicyDocument } from '../../../emulator/aws/iam-policy';
import type { EmulatedAws } from '../../../emulator/aws/server';
import { type Resources, resourcesOf } from '../rights/template';

type Strategy = 'single' | 'perInstallation' | 'dynamodb';

/** The resources that a test has made itself, in place of those of a stack. Slots of installations are under {@link SLOT_PREFIX}. */
export interface OwnResources {
  readonly strategy: Strategy;
  /** ARN of the one secret, or of the table. @default - the secrets of installations */
  readonly slots?: string;
  /** ARNs of the worker's queues. @default - it has none */
  readonly queue?: string;
  readonly deadLetters?: string;
}

/** What the names of installations' secrets begin with in the stack that the rights are taken from. */
export const SLOT_PREFIX = 'test/slot';

/** Name of the parameter with the kept key set. */
export const KEPT_KEY_SET = 'kept-key-set';

const PARTS = { receiver: 'RemoteReceiver', worker: 'RemoteWorker' } as const;
type Part = keyof typeof PARTS;

const roleArn = (part: Part) => globalArn({ ...LOCAL_ACCOUNT }, 'iam', `role/${part}`);

const templates = new Map<Strategy, Resources>();

/**
 * Makes the roles of receiver and worker, with the rights that the stack gives them, so that a test whose functions run
 * without a stack proves those rights all the same.
 *
 * @returns credentials with these roles
 */
export function giveRoles(aws: EmulatedAws, own: OwnResources): Readonly<Record<Part, Credentials>> {
  const { strategy, slots } = own;
  const resources = templates.get(strategy) ?? resourcesOf({ slot: { strategy } });
  templates.set(strategy, resources);
  const resolve = (document: unknown) => resolved(document, own) as PolicyDocument;
  for (const { Type, Properties = {} } of Object.values(resources)) {
    const { PolicyDocument, Roles, ResourcePolicy } = Properties as {
      readonly PolicyDocument?: unknown;
      readonly Roles?: readonly { readonly Ref: string }[];
      readonly ResourcePolicy?: { readonly PolicyDocument: unknown };
    };
    for (const part of ['receiver', 'worker'] as const) {
      if (Type !== 'AWS::IAM::Policy' || !Roles?.[0]?.Ref.startsWith(`${PARTS[part]}Role`)) continue;
      const policies = { own: resolve(PolicyDocument) };
      aws.iam.putRole({ arn: roleArn(part), trust: NOBODY, policies, managedPolicies: [] });
    }
    if (Type === 'AWS::DynamoDB::Table' && slots !== undefined) {
      aws.iam.setResourcePolicy(slots, 'own', resolve(ResourcePolicy?.PolicyDocument));
    }
  }
  return {
    receiver: aws.iam.credentials(roleArn('receiver'), 'run'),
    worker: aws.iam.credentials(roleArn('worker'), 'run'),
  };
}

const NOBODY: PolicyDocument = { Statement: [] };

/** A policy of the template, about the resources of the test. */
function resolved(document: unknown, own: OwnResources): unknown {
  const known: Readonly<Record<string, string | undefined>> = {
    RemoteSlotSecret: own.slots,
    RemoteTableSlotsTable: own.slots,
    RemoteWorkerJobsQueue: own.queue,
    RemoteWorkerJobsDeadLetters: own.deadLetters,
    RemoteReceiverRole: roleArn('receiver'),
    RemoteWorkerRole: roleArn('worker'),
    RemoteKeptKeySet: KEPT_KEY_SET,
    'AWS::AccountId': LOCAL_ACCOUNT.accountId,
    'AWS::Partition': 'aws',
  };
  const nameOf = (id: string) => Object.entries(known).find(([start]) => id.startsWith(start))?.[1] ?? 'none';
  return JSON.parse(JSON.stringify(document), (_key, value) => {
    if (typeof value?.Ref === 'string') return nameOf(value.Ref);
    if (Array.isArray(value?.['Fn::GetAtt'])) return nameOf(value['Fn::GetAtt'][0]);
    return Array.isArray(value?.['Fn::Join']) ? value['Fn::Join'][1].join(value['Fn::Join'][0]) : value;
  });
}
