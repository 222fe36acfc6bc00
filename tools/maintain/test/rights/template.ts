import type { StageInput } from '../../../../lib/config';
import { ForgeRemote, type ForgeRemoteProps } from '../../../../lib/forge-remote';
import { REMOTE_PROPS, remoteProps } from '../../../../test/lib/support/fixtures';
import { templateOf } from '../../../../test/lib/support/synth';
import type { TemplateResource } from '../../releases/record';

/** Where the key server is said to be: that of a test has a port of its own, which is known later. */
export const JWKS_URL = 'http://127.0.0.1:1/jwks.json';

export const APP_ID = REMOTE_PROPS.appId;
export const TOKEN_PATH = '/forge/token';
export const UNINSTALL_PATH = '/forge/uninstall';

/** A schedule whose jobs fail, beside one whose jobs run well. */
export const FAILING = { path: '/forge/failing', key: 'failing' };

const ROUTES: ForgeRemoteProps['routes'] = {
  [TOKEN_PATH]: { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } },
  [FAILING.path]: { kind: 'scheduledTrigger', schedules: { [FAILING.key]: 'hour' } },
  [UNINSTALL_PATH]: { kind: 'preUninstall' },
};

export type Resources = Readonly<Record<string, TemplateResource>>;

/** What a stage with these options deploys. */
export function resourcesOf(options: Partial<StageInput>): Resources {
  const template = templateOf((stack) => {
    new ForgeRemote(stack, 'Remote', { ...remoteProps(options), routes: ROUTES, jwksUrl: JWKS_URL });
  });
  return template.toJSON().Resources;
}

/** A grant in a template: one action of one statement, or what lets others call a function. */
export interface TemplateGrant {
  /** Whose, and on what. */
  readonly title: string;
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  /** The same template without it. */
  readonly without: () => Resources;
}

interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** All that a template grants, one by one. */
export function grantsIn(resources: Resources): TemplateGrant[] {
  return Object.entries(resources).flatMap(([id, resource]) => {
    if (resource.Type === 'AWS::Lambda::Permission') return [permissionGrant(resources, id, resource)];
    return resource.Type === 'AWS::IAM::Policy' ? policyGrants(resources, id, resource) : [];
  });
}

function permissionGrant(resources: Resources, id: string, { Properties = {} }: TemplateResource): TemplateGrant {
  return {
    title: `${Properties.Principal} on ${shortly(Properties.FunctionName)}`,
    action: String(Properties.Action),
    without() {
      const { [id]: _, ...others } = resources;
      return others;
    },
  };
}

function policyGrants(resources: Resources, id: string, resource: TemplateResource): TemplateGrant[] {
  const document = resource.Properties?.PolicyDocument as { readonly Statement: readonly PolicyStatement[] };
  return document.Statement.flatMap((statement, index) => {
    const actions = [statement.Action].flat();
    return actions.map((action) => ({
      title: `${id.replace(/DefaultPolicy.*/, '')} on ${shortly(statement.Resource)}`,
      action,
      without() {
        const left = actions.filter((other) => other !== action);
        const Statement = document.Statement.flatMap((other, at) => {
          if (at !== index) return [other];
          return left.length === 0 ? [] : [{ ...statement, Action: left }];
        });
        const PolicyDocument = { ...document, Statement };
        return { ...resources, [id]: { ...resource, Properties: { ...resource.Properties, PolicyDocument } } };
      },
    }));
  });
}

/** A resource in a test's name, such as `RemoteWorkerJobsQueue2F7A1B3C`, or the end of an ARN. */
function shortly(value: unknown): string {
  if (typeof value === 'string') return value.split(':').at(-1) ?? value;
  const text = JSON.stringify(value);
  return /"(Remote\w+)"/.exec(text)?.[1] ?? /([\w-]+(?:\/[\w*-]+)+)"/.exec(text)?.[1] ?? text;
}
