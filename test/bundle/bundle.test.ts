import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { BUNDLE_FILE, type Bundle, bundleFunction, bundleReceiver } from '../support/bundle';
import { isSdk, modulesLoadedBy } from './imports';

const ROOT = path.join(__dirname, '../..');
const ENTRY = 'lambda/receiver/index.ts';
/** Loading code is what a cold start spends its time on. */
const MOST_BYTES = 400 * 1024;

// Bundling, and processes that start: a busy machine takes its time.
jest.setTimeout(30_000);

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleReceiver();
});

test('the bundle has at most 400 KB', () => {
  expect(bundle.code.byteLength).toBeLessThanOrEqual(MOST_BYTES);
});

test('the bundle needs nothing beside Node', () => {
  const external = Object.values(bundle.metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter((imported) => imported.external)
    .map((imported) => imported.path.replace(/^node:/, ''));
  expect(external.filter((name) => !builtinModules.includes(name))).toEqual([]);
});

describe('the AWS SDK', () => {
  test('is not loaded with the receiver: no chain of static imports leads to it', () => {
    const loaded = [...modulesLoadedBy(ENTRY, bundle.metafile)];
    expect(loaded).toContain('lambda/receiver/handler.ts');
    expect(loaded.filter(isSdk)).toEqual([]);
  });

  test('is in the bundle all the same, behind the import of the slot', () => {
    const later = [...modulesLoadedBy('lambda/slots/secret-store.ts', bundle.metafile)];
    expect(later.filter(isSdk)).not.toEqual([]);
    const whenAllIsLoaded = modulesLoadedBy(ENTRY, bundle.metafile, true);
    expect(whenAllIsLoaded).toContain('lambda/slots/secret-store.ts');
  });
});

describe('a bundle for one service', () => {
  test.each([
    ['receiver', 'dynamodb', 'client-dynamodb', 'client-secrets-manager'],
    ['receiver', 'secretsmanager', 'client-secrets-manager', 'client-dynamodb'],
    ['worker', 'dynamodb', 'client-dynamodb', 'client-secrets-manager'],
    ['worker', 'secretsmanager', 'client-secrets-manager', 'client-dynamodb'],
    ['monitor', 'dynamodb', 'client-dynamodb', 'client-secrets-manager'],
    ['monitor', 'secretsmanager', 'client-secrets-manager', 'client-dynamodb'],
  ] as const)('of the %s for %s has %s in it, and nothing of %s', async (name, service, its, other) => {
    const { metafile } = await bundleFunction(name, [], service);
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    expect(inputs.filter((module) => module.includes(`@aws-sdk/${its}/`))).not.toEqual([]);
    expect(inputs.filter((module) => module.includes(`@aws-sdk/${other}/`))).toEqual([]);
  });

  test('of DynamoDB loads nothing of the SDK with the receiver', async () => {
    const { metafile } = await bundleFunction('receiver', [], 'dynamodb');
    expect([...modulesLoadedBy(ENTRY, metafile)].filter(isSdk)).toEqual([]);
  });
});

test('it is, byte for byte, what CDK deploys', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  try {
    await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        CDK_OUTDIR: folder,
        CDK_CONTEXT_JSON: JSON.stringify({ stage: 'dev' }),
        CDK_VALIDATION: 'false',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    const assets = readdirSync(folder).filter((name) => name.startsWith('asset.'));
    const deployed = assets.map((asset) => readFileSync(path.join(folder, asset, BUNDLE_FILE)));
    expect(deployed.filter((code) => Buffer.compare(code, bundle.code) === 0)).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
