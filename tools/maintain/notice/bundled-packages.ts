import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import type { SlotService } from '../../../lambda/contract/slot';
import { bundlingOf, type FunctionFolder, PROJECT_ROOT } from '../../../lib/bundling';

/** A package of somebody else, code of which is deployed. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, such as `MIT`. */
  readonly licence: string;
  /** Where the licence's text is once npm has installed the package. `undefined`: the package has no such file. */
  readonly text: string | undefined;
  /** The functions that it is deployed with. */
  readonly functions: readonly FunctionFolder[];
}

/** A record, so that the compiler misses a function that is left out. */
const FUNCTIONS: Readonly<Record<FunctionFolder, true>> = {
  receiver: true,
  worker: true,
  monitor: true,
  cleanup: true,
};
/** The services that slots may be in. */
const SERVICES: readonly SlotService[] = ['secretsmanager', 'dynamodb'];

const isFunction = (name: string): name is FunctionFolder => name in FUNCTIONS;

/**
 * The packages that are in the functions' bundles, by name and version. What esbuild has dropped to the last byte isn't.
 *
 * @throws {Error} when a package doesn't say what its licence is
 */
export async function bundledPackages(): Promise<BundledPackage[]> {
  const functionsByFolder = new Map<string, FunctionFolder[]>();
  for (const name of Object.keys(FUNCTIONS).filter(isFunction)) {
    const folders = await Promise.all(SERVICES.map(async (service) => packageFolders(await metafileOf(name, service))));
    // Whichever service the slots are in: what either bundle has is named.
    for (const folder of new Set(folders.flatMap((found) => [...found]))) {
      functionsByFolder.set(folder, [...(functionsByFolder.get(folder) ?? []), name]);
    }
  }
  const packages = [...functionsByFolder].map(([folder, functions]) => describePackage(folder, functions));
  return packages.sort((one, other) => compare(one.name, other.name) || compare(one.version, other.version));
}

/** In the order of the characters' codes: the same on every machine, whatever its language. */
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** What is in a function's bundle, as CDK makes it. */
async function metafileOf(folder: FunctionFolder, service: SlotService): Promise<Metafile> {
  const { metafile } = await build({ ...bundlingOf(folder, service), outdir: 'bundle', metafile: true, write: false });
  return metafile;
}

/** Folders of the packages that have bytes in the output. */
function packageFolders({ outputs }: Metafile): Set<string> {
  const inputs = Object.values(outputs).flatMap(({ inputs: all }) => Object.entries(all));
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
  // The last node_modules counts: a package may have one of its own.
  return new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
}

function describePackage(folder: string, functions: readonly FunctionFolder[]): BundledPackage {
  const absolute = path.join(PROJECT_ROOT, folder);
  const { name, version, license } = JSON.parse(readFileSync(path.join(absolute, 'package.json'), 'utf8'));
  if (typeof license !== 'string') {
    throw new Error(
      `${name} ${version} is deployed, and its package.json names no licence: ${JSON.stringify(license)}. ` +
        'Look for it in its repository before you deploy it.',
    );
  }
  const file = readdirSync(absolute).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  // From node_modules on, wherever that is.
  const installedAt = folder.slice(folder.indexOf('node_modules/'));
  return { name, version, licence: license, text: file && `${installedAt}/${file}`, functions };
}
