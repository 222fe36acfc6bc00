import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { parseConfig } from '../../lib/config';
import { readManifest } from '../../lib/manifest/read';
import { RemoteStack } from '../../lib/remote-stack';
import { stacksOf } from '../../lib/stage-stacks';

// The CDK entry of a local run. It differs from bin/app.ts in what a real deployment must not have: a key server and an
// API that somebody names on the command line.

const app = new App();
const text = (key: string) => String(app.node.getContext(key));
const optionalText = (key: string) => (app.node.tryGetContext(key) === undefined ? undefined : text(key));

const { name, stages } = parseConfig({
  stages: [{ name: 'local', regions: JSON.parse(text('regions')), environments: ['DEVELOPMENT'] }],
});
const manifestFile = text('manifest');
const manifest = readManifest(readFileSync(manifestFile, 'utf8'), { file: manifestFile, checkBaseUrl: false });
const localApiOrigin = optionalText('apiOrigin');

for (const stage of stages) {
  for (const { id, ...place } of stacksOf(name, stage)) {
    new RemoteStack(app, id, {
      name,
      stage,
      place,
      manifest,
      jwksUrl: text('jwksUrl'),
      ...(localApiOrigin !== undefined && { localApiOrigin }),
    });
  }
}
