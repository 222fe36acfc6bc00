import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { context } from '../../../cdk.json';

// CDK's own template validation costs seconds. The CLI test in test/bin/app.test.ts does it once for all.
process.env.CDK_VALIDATION = 'false';

/**
 * What takes time, or is printed, and no test looks at: bundles, where in the code a construct was made, reports of
 * warnings, what the CDK would tell AWS of how it is used.
 */
const WITHOUT = {
  'aws:cdk:bundling-stacks': [],
  'aws:cdk:disable-stack-trace': true,
  'aws:cdk:disable-creation-stack-traces': true,
  '@aws-cdk/core:annotationsInValidationReport': false,
  '@aws-cdk/core:enableAdditionalMetadataCollection': false,
};

/** An app with the project's feature flags that doesn't bundle the functions. */
export function testApp(): App {
  return new App({ treeMetadata: false, context: { ...context, ...WITHOUT } });
}

/** The template of a stack called `test` that `build` has filled. */
export function templateOf(build: (stack: Stack) => void, region = 'us-east-1'): Template {
  const stack = new Stack(testApp(), 'test', { env: { region } });
  build(stack);
  return Template.fromStack(stack);
}

/** `build`, which runs only once for the same arguments: a template takes a tenth of a second. */
export function onceForEach<Args extends readonly unknown[], Built>(build: (...args: Args) => Built) {
  const built = new Map<string, Built>();
  return (...args: Args): Built => {
    const key = JSON.stringify(args);
    const known = built.get(key) ?? build(...args);
    built.set(key, known);
    return known;
  };
}

/** The logical id of the only resource of `type` in `template`. */
export function onlyIdOf(template: Template, type: string): string {
  const [id, ...others] = Object.keys(template.findResources(type));
  if (id === undefined || others.length > 0) throw new Error(`Expected one ${type}, got ${[id, ...others].join(', ')}`);
  return id;
}

/** `template` with the hash of the functions' code taken out, so that it stays the same when only code changes. */
export function withoutAssetHashes(template: Template): unknown {
  return JSON.parse(JSON.stringify(template.toJSON()).replaceAll(/[0-9a-f]{64}\.zip/g, 'HASH.zip'));
}
