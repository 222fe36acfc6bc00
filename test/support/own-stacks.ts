import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App, CfnElement, type Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import { addStacks } from '../../bin/stacks';
import { context } from '../../cdk.json';
import { PLACEHOLDER_APP_ID } from '../../lib/manifest/app';
import type { RemoteStack } from '../../lib/remote-stack';

// What test/own/stacks.test.ts is made of.

/** The stacks of config.ts and manifest.yml, with what lib/resources.ts adds. Functions aren't bundled. */
export function ownStacks(): readonly RemoteStack[] {
  // CDK's own template validation costs seconds; `cdk synth` does it.
  process.env.CDK_VALIDATION = 'false';
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  Validations.of(app).acknowledge({
    id: 'Annotation::forge-remote:placeholder-app-id',
    reason: 'Before the app is registered, the tests run all the same.',
  });
  return addStacks(app);
}

/** Whether the app is registered. Until then, nothing that is deployed is anybody's to keep. */
export const isSetUp = (stacks: readonly RemoteStack[]): boolean =>
  !JSON.stringify(templatesOf(stacks)).includes(PLACEHOLDER_APP_ID);

/** Templates by their stacks' names, without the hashes of code. */
export function templatesOf(stacks: readonly Stack[]): Readonly<Record<string, unknown>> {
  const templates = stacks.map((stack) => [stack.stackName, Template.fromStack(stack).toJSON()]);
  return JSON.parse(JSON.stringify(Object.fromEntries(templates)).replaceAll(/[0-9a-f]{64}/g, '<hash>'));
}

/**
 * What was committed in `file`, to compare `now` with. Until a file is committed there is nothing to compare with: it is
 * written, with `now`. In CI nothing is.
 */
export function committed(file: string, now: unknown, isCi = process.env.CI !== undefined): unknown {
  if (existsSync(file) && isInHead(file)) return JSON.parse(readFileSync(file, 'utf8'));
  if (!isCi) writeFileSync(file, `${JSON.stringify(now, null, 1)}\n`);
  return now;
}

function isInHead(file: string): boolean {
  const [cwd, name] = [path.dirname(file), path.basename(file)];
  try {
    execFileSync('git', ['cat-file', '-e', `HEAD:./${name}`], { cwd, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
}

/**
 * Rights on every resource, and to every action of a service, that no reason excuses: where each is. `acknowledgeWildcard` in
 * lib/wildcard-rights.ts gives a reason, which cdk-nag reads as well.
 */
export function unexcusedStars(stack: Stack): string[] {
  const { Resources } = Template.fromStack(stack).toJSON();
  const elements = stack.node.findAll().filter((each) => CfnElement.isCfnElement(each));
  return elements.flatMap((element) => {
    const resource = Resources[stack.resolve(element.logicalId)];
    if (!/^AWS::IAM::(Policy|ManagedPolicy|Role)$/.test(resource?.Type)) return [];
    const excused = excusesAbove(element);
    return statementsOf(resource.Properties)
      .flatMap(starsIn)
      .filter((star) => !excused.some((id) => id.endsWith(`AwsSolutions-IAM5[${star}]`)))
      .map((star) => `${element.node.path}: ${star}`);
  });
}

interface Document {
  readonly Statement: Statement | readonly Statement[];
}

/** A policy has one document, a role its inline policies. */
function statementsOf({ PolicyDocument, Policies = [] }: Policy): Statement[] {
  return [PolicyDocument, ...Policies.map((each) => each.PolicyDocument)].flatMap((document) =>
    document === undefined ? [] : [document.Statement].flat(),
  );
}

interface Policy {
  readonly PolicyDocument?: Document;
  readonly Policies?: readonly { readonly PolicyDocument: Document }[];
}

/** As cdk-nag writes them. */
function starsIn({ Effect, Action = [], Resource = [] }: Statement): string[] {
  if (Effect !== 'Allow') return [];
  const resources = [Resource].flat().filter((each) => each === '*');
  const actions = [Action].flat().filter((each) => /^(\*|\w[\w-]*:\*)$/.test(each));
  return [...resources.map(() => 'Resource::*'), ...actions.map((each) => `Action::${each}`)];
}

const excusesAbove = (construct: IConstruct): string[] =>
  construct.node.scopes
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.keys(data));
