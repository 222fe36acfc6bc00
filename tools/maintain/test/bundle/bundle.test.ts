import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { FunctionFolder } from '../../../../lib/bundling';
import { BUNDLE_FILE, type Bundle, bundleFunction, bundlePath } from '../../../../test/support/bundle';
import { bytesOf, filesLoadedBy, modulesIn } from './imports';

const ROOT = path.join(__dirname, '../../../..');
const INDEX = bundlePath(BUNDLE_FILE);

/**
 * Most kilobytes of a bundle, and of what is loaded of it before the first event. Loading code is what a cold start
 * spends its time on. Whoever must have more puts it here, and knows what was paid.
 */
const BUDGETS: Readonly<Record<FunctionFolder, { readonly all: number; readonly first: number }>> = {
  // Of which 85 are SSM's client: read only by a cold instance in an outage of Forge's key server.
  // Clouds, modules, kept keys and the binding of a call to its route took 7 at first.
  receiver: { all: 308, first: 49 },
  // With SQS's client, which is loaded only for a job that is given up.
  worker: { all: 580, first: 3 },
  // A third of it is SSM's client: nobody waits for the monitor.
  monitor: { all: 236, first: 236 },
  cleanup: { all: 155, first: 155 },
};
const FUNCTIONS = Object.keys(BUDGETS) as FunctionFolder[];

// Bundling, and processes that start: a busy machine takes its time.
jest.setTimeout(60_000);

const bundles = new Map<FunctionFolder, Bundle>();
beforeAll(async () => {
  for (const name of FUNCTIONS) bundles.set(name, await bundleFunction(name));
});

/** Files of a bundle, without the source maps. */
const codeIn = ({ outputs }: Bundle['metafile']) => Object.keys(outputs).filter((file) => !file.endsWith('.map'));

function bundleOf(name: FunctionFolder): Bundle {
  const bundle = bundles.get(name);
  if (!bundle) throw new Error(`No bundle of ${name}.`);
  return bundle;
}

describe.each(FUNCTIONS)('the bundle of the %s', (name) => {
  const { all, first } = BUDGETS[name];

  test(`has at most ${all} KB, of which ${first} are loaded at first`, () => {
    const { metafile } = bundleOf(name);
    expect(bytesOf(codeIn(metafile), metafile)).toBeLessThanOrEqual(all * 1024);
    expect(bytesOf(filesLoadedBy(INDEX, metafile), metafile)).toBeLessThanOrEqual(first * 1024);
  });

  test('needs nothing beside Node', () => {
    const external = Object.values(bundleOf(name).metafile.inputs)
      .flatMap(({ imports }) => imports)
      .filter((imported) => imported.external)
      .map((imported) => imported.path.replace(/^node:/, ''));
    expect(external.filter((module) => !builtinModules.includes(module))).toEqual([]);
  });
});

// The worker has no stand-ins: a team's job may import what they stand for.
test.each(FUNCTIONS.filter((name) => name !== 'worker'))(
  'the bundle of the %s has nothing of what stand-ins stand for',
  (name) => {
    const { metafile } = bundleOf(name);
    const modules = modulesIn(Object.keys(metafile.outputs), metafile);
    expect(modules.filter((module) => /event-streams|bowser|credential-provider-node/.test(module))).toEqual([]);
  },
);

describe('the AWS SDK', () => {
  test('has nothing that only an outage needs in what an accepted call reads', () => {
    const { metafile } = bundleOf('receiver');
    const services = Object.keys(metafile.outputs).filter((file) => /services-/.test(file));
    const read = services.flatMap((file) => modulesIn(filesLoadedBy(file, metafile), metafile));
    expect(read.filter((module) => module.includes('client-secrets-manager'))).not.toEqual([]);
    expect(read.filter((module) => module.includes('client-ssm'))).toEqual([]);
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
    const inputs = modulesIn(Object.keys(metafile.outputs), metafile);
    expect(inputs.filter((module) => module.includes(`@aws-sdk/${its}/`))).not.toEqual([]);
    expect(inputs.filter((module) => module.includes(`@aws-sdk/${other}/`))).toEqual([]);
  });

  test.each([
    // A little more at first: what esbuild makes of packages in CommonJS, of which this client has two.
    ['receiver', { all: 332, first: 50 }],
    ['worker', { all: 618, first: 3 }],
    ['monitor', { all: 260, first: 240 }],
  ] as const)('of DynamoDB, of the %s, is within %j KB', async (name, { all, first }) => {
    const { metafile } = await bundleFunction(name, [], 'dynamodb');
    expect(bytesOf(codeIn(metafile), metafile)).toBeLessThanOrEqual(all * 1024);
    expect(bytesOf(filesLoadedBy(INDEX, metafile), metafile)).toBeLessThanOrEqual(first * 1024);
  });
});

test('they are, byte for byte, what CDK deploys', async () => {
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
    const deployed = assets.map((asset) => {
      const names = readdirSync(path.join(folder, asset));
      return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, asset, name), 'utf8')]));
    });
    for (const name of ['receiver', 'worker', 'monitor'] as const) {
      const files = Object.entries(bundleOf(name).files);
      const expected = Object.fromEntries(files.map(([file, code]) => [file, Buffer.from(code).toString('utf8')]));
      expect(deployed.filter((code) => JSON.stringify(sorted(code)) === JSON.stringify(sorted(expected)))).toHaveLength(
        1,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const sorted = (files: Record<string, string>) => Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
