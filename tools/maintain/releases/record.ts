/**
 * What must not change from one version of the template to the next, when it is deployed over the one before: the
 * resources that hold a URL, tokens or messages. A record of each release is kept beside this file, and a test compares
 * the stacks of today with every one of them. Two of its templates are kept in templates/, and a test deploys the stacks
 * of today over them.
 *
 * To write the record of a new version: node --import tsx tools/maintain/releases/record.ts
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ConfigInput } from '../../../lib/config';
import { lintedApp } from '../lint/stacks';

/**
 * Properties whose change makes CloudFormation replace the resource, and what is lost with it. They are those that
 * CloudFormation's schemas call `createOnlyProperties` or `conditionalCreateOnlyProperties`.
 */
export const PRECIOUS: Readonly<Record<string, readonly string[]>> = {
  // The URL, to which admins have consented.
  'AWS::Lambda::Url': ['TargetFunctionArn', 'Qualifier'],
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::ApiGatewayV2::DomainName': ['DomainName'],
  // The functions: their names are in dashboards, alarms and grants.
  'AWS::Lambda::Function': ['FunctionName', 'PackageType', 'TenancyConfig'],
  // Tokens.
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'ImportSourceSpecification'],
  // Messages.
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
};

/** Variables of functions that name what isn't in a template: the secrets of installations, which the receiver makes. */
const NAMES_SLOTS = /SLOT|PREFIX|TABLE|SECRET/;

export interface RecordedResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
/** Resources by their logical ids, by the stacks' names. */
export type RecordedStacks = Readonly<Record<string, Readonly<Record<string, RecordedResource>>>>;

export interface ReleaseRecord {
  readonly config: ConfigInput;
  readonly stacks: RecordedStacks;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What a configuration deploys, as far as it must stay. */
export function recordOf(config: ConfigInput): RecordedStacks {
  const { stacks } = lintedApp(config).app.synth();
  return Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, preciousIn(template)]));
}

/** What must stay of a template. */
export function preciousIn({ Resources }: { Resources: Readonly<Record<string, TemplateResource>> }) {
  return Object.fromEntries(Object.entries(Resources).flatMap(([id, resource]) => recorded(id, resource)));
}

/** What only watches: a record is small, and deploys what holds something. */
const ONLY_WATCHES = /^AWS::CloudWatch::|^AWS::Logs::(QueryDefinition|MetricFilter)$/;

/** A template with what must last, and all that this needs to be deployed. */
export interface DeployableTemplate {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

/** Where the code of all functions is said to be: what they do is no part of the record. */
const CODE = { S3Bucket: 'assets', S3Key: 'code.zip' };

/** The templates that a configuration deploys, without alarms and dashboard, by the stacks' names. */
export function templatesOf(config: ConfigInput): Readonly<Record<string, DeployableTemplate>> {
  const { stacks } = lintedApp(config).app.synth();
  return Object.fromEntries(
    stacks.map(({ stackName, template }) => {
      const all: [string, TemplateResource][] = Object.entries(template.Resources);
      const kept = all
        .filter(([, { Type }]) => !ONLY_WATCHES.test(Type))
        .map(([id, resource]) => [id, withCode(resource)]);
      const outputs = Object.entries(template.Outputs).filter(([name]) => DEPLOYED_OUTPUTS.includes(name));
      return [stackName, { Resources: Object.fromEntries(kept), Outputs: Object.fromEntries(outputs) }];
    }),
  );
}

const withCode = (resource: TemplateResource): TemplateResource =>
  resource.Type === 'AWS::Lambda::Function'
    ? { ...resource, Properties: { ...resource.Properties, Code: CODE } }
    : resource;

const DEPLOYED_OUTPUTS = ['RemoteBaseUrl', 'SlotArn'];

/** Of {@link CONFIGURATIONS}: those whose templates are kept as well, to be deployed over in a test. */
export const DEPLOYED: readonly string[] = ['default', 'a table'];

function recorded(id: string, { Type, Properties = {} }: TemplateResource): [string, RecordedResource][] {
  const names = PRECIOUS[Type];
  if (!names) return [];
  const properties = Object.fromEntries(
    names.flatMap((name) => (name in Properties ? [[name, Properties[name]]] : [])),
  );
  return [[id, { type: Type, properties: { ...properties, ...slotNames(Properties) } }]];
}

function slotNames({ Environment }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { Variables = {} } = (Environment ?? {}) as { Variables?: Readonly<Record<string, unknown>> };
  return Object.fromEntries(Object.entries(Variables).filter(([name]) => NAMES_SLOTS.test(name)));
}

const STAGE = { name: 'prod', environments: ['PRODUCTION'] as 'PRODUCTION'[] };
const one = (changes: object): ConfigInput => ({ stages: [{ ...STAGE, region: 'us-east-1', ...changes }] });

/** One configuration for each kind of stage: every precious resource is in one of them. */
export const CONFIGURATIONS: Readonly<Record<string, ConfigInput>> = {
  default: one({}),
  'a secret for each installation': one({ slot: { strategy: 'perInstallation' } }),
  'a table': one({ slot: { strategy: 'dynamodb' } }),
  'an HTTP API': one({
    exposure: {
      httpApi: {
        domainName: 'forge.example.com',
        certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f',
        hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' },
        keepFunctionUrl: true,
      },
    },
  }),
  'no worker': one({ worker: false }),
  'two regions': { stages: [{ ...STAGE, regions: { default: 'us-east-1', EU: 'eu-central-1' } }] },
};

/** What differs so that something would be replaced or deleted: one line each. */
export function losses(before: RecordedStacks, now: RecordedStacks): string[] {
  return Object.entries(before).flatMap(([stack, resources]) => {
    const current = now[stack];
    if (!current) return [`${stack}: no such stack any more`];
    return Object.entries(resources).flatMap(([id, { type, properties }]) => {
      const found = current[id];
      const what = `${stack}: ${type} ${id}`;
      if (!found || found.type !== type) return [`${what} would be deleted`];
      const [was, is] = [properties, found.properties].map((each) => JSON.stringify(Object.entries(each).sort()));
      return was === is ? [] : [`${what} would be replaced, or lose its slots: ${was} is ${is} now`];
    });
  });
}

if (require.main === module) {
  process.env.CDK_VALIDATION = 'false';
  const [release = require('../../../template.json').version] = process.argv.slice(2);
  const write = (file: string, entries: [string, unknown][]) => {
    writeFileSync(path.join(__dirname, file), `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
    console.log(`${file} is written.`);
  };
  const all = Object.entries(CONFIGURATIONS);
  write(
    `${release}.json`,
    all.map(([name, config]) => [name, { config, stacks: recordOf(config) }]),
  );
  write(
    `templates/${release}.json`,
    all.filter(([name]) => DEPLOYED.includes(name)).map(([name, config]) => [name, templatesOf(config)]),
  );
}
