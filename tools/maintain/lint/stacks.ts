import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { context } from '../../../cdk.json';
import { type ConfigInput, parseConfig } from '../../../lib/config';
import { parseManifest } from '../../../lib/manifest/document';
import { readManifest } from '../../../lib/manifest/read';
import { RemoteStack } from '../../../lib/remote-stack';
import { stacksOf } from '../../../lib/stage-stacks';

const MANIFEST_FILE = path.join(__dirname, '../../../manifest.yml');

export interface LintedApp {
  readonly app: App;
  readonly stacks: readonly RemoteStack[];
}

/**
 * The stacks of a configuration, with the manifest of this repository. Their functions aren't bundled: linters look at
 * templates.
 *
 * @param outdir where `app.synth()` writes. @default a new folder for temporary files
 */
export function lintedApp(input: ConfigInput, outdir?: string): LintedApp {
  const app = new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    ...(outdir !== undefined && { outdir }),
  });
  const { name, stages } = parseConfig(input);
  const document = parseManifest(readFileSync(MANIFEST_FILE, 'utf8'), MANIFEST_FILE);
  // That the template's app id is a placeholder is no news of a linter's.
  const manifest = { ...readManifest(document, { checkBaseUrl: false }), placeholderAppId: false };
  const stacks = stages.flatMap((stage) =>
    stacksOf(name, stage).map(({ id, ...place }) => new RemoteStack(app, id, { name, stage, place, manifest })),
  );
  return { app, stacks };
}
