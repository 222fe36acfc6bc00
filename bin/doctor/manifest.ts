import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PLACEHOLDER_APP_ID } from '../../lib/manifest/app';
import { type ManifestDocument, parseManifest } from '../../lib/manifest/document';
import type { Manifest } from '../../lib/manifest/model';
import { ManifestError } from '../../lib/manifest/problems';
import { readManifest } from '../../lib/manifest/read';
import { ManifestVariables } from '../../lib/manifest/variables';
import { type CommandIo, codeOf } from '../command';
import { setBaseUrl } from '../manifest/editing/set-base-url';
import { type Outcome, ok, wrong } from './finding';
import type { Target } from './target';

/** manifest.yml on this machine, or why it can't be used. */
export type ReadManifest =
  | { readonly manifest: Manifest; readonly document: ManifestDocument }
  | { readonly problem: string; readonly details: readonly string[]; readonly fix: string };

/**
 * Reads the manifest.
 *
 * @param remoteKey key of the deployed remote. @default the only remote that can be this backend
 */
export function readManifestFile(
  { manifestFile: file, endpoint }: Target,
  { cwd, environment }: Pick<CommandIo, 'cwd' | 'environment'>,
  remoteKey: string | undefined,
): ReadManifest {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    const code = codeOf(error);
    const problem = code === 'ENOENT' ? `${file} does not exist` : `${file} can't be read: ${code}`;
    return { problem, details: [], fix: 'Run the command in the folder of the app, or name the file with --manifest.' };
  }
  try {
    const document = parseManifest(text, file);
    const manifest = readManifest(document, {
      environment,
      checkBaseUrl: false,
      allowLoopback: endpoint !== undefined,
      ...(remoteKey !== undefined && { remoteKey }),
    });
    return { manifest, document };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const details = error.problems.map(({ line, what, fix }) => `${file}:${line}: ${what}. ${fix}`);
    return { problem: `${file} can't be used`, details, fix: `Correct ${file}, and deploy it.` };
  }
}

/** What is deployed, and the manifest should match. */
export interface Deployed {
  readonly baseUrl: string;
  readonly appId: string;
  /** The app id in the receiver's variables. Absent if they could not be read. */
  readonly receiverAppId?: string;
}

/** Checks that manifest.yml has the deployed URL, so that Forge calls it. */
export function driftOutcome(
  read: ReadManifest,
  { baseUrl }: Pick<Deployed, 'baseUrl'>,
  target: Target,
  environment: CommandIo['environment'],
): Outcome {
  if ('problem' in read) return wrong(read.problem, [read.fix], read.details);
  const { manifest, document } = read;
  const { manifestFile: file } = target;
  const { key, baseUrl: written = '' } = manifest.remote;
  const variables = new ManifestVariables(document.root, environment);
  const isDeployed = (url: string) => variables.fillIn(url) === baseUrl;
  if (typeof written === 'object') {
    const { regionKey } = target;
    if (isDeployed(written[regionKey] ?? '')) return ok(`${file} has the deployed URL, for the region ${regionKey}`);
    return wrong(
      `${file}: the remote "${key}" has another URL for the region ${regionKey} than the deployed one, so Forge calls elsewhere`,
      [target.writeManifest],
      Object.entries(written).map(([region, url]) => `${region}: ${url}`),
    );
  }
  if (isDeployed(written)) return ok(`${file} has the deployed URL as baseUrl of the remote "${key}"`);
  return wrong(
    `${file}${lineOf(document, key, baseUrl, target, environment)}: the baseUrl of the remote "${key}" is not the deployed URL, so Forge calls elsewhere`,
    [target.writeManifest],
    [`manifest  ${variables.fillIn(written) || '(none)'}`, `deployed  ${baseUrl}`],
  );
}

/** `:<line>` of the base URL; empty if it can't be edited. */
function lineOf(
  document: ManifestDocument,
  remoteKey: string,
  baseUrl: string,
  { endpoint }: Target,
  environment: CommandIo['environment'],
): string {
  try {
    const options = { baseUrl, remoteKey, environment, allowLoopback: endpoint !== undefined };
    return setBaseUrl(document, options).changes.map(({ line }) => `:${line}`)[0] ?? '';
  } catch (error) {
    if (error instanceof ManifestError) return '';
    throw error;
  }
}

/** Checks that the receiver accepts the calls of the app in manifest.yml. */
export function appIdOutcome(read: ReadManifest, deployed: Deployed, target: Target): Outcome {
  const { manifestFile: file, endpoint } = target;
  const { appId, receiverAppId } = deployed;
  const written = 'manifest' in read ? read.manifest.appId : undefined;
  const width = Math.max(file.length, 'receiver'.length);
  const line = (where: string, id: string) => `${where.padEnd(width)}  ${id}`;
  const lines = [
    line(file, written ?? '(not readable)'),
    line('stack', appId),
    ...(receiverAppId === undefined ? [] : [line('receiver', receiverAppId)]),
  ];
  if (receiverAppId !== undefined && receiverAppId !== appId) {
    return wrong(
      "the receiver was changed by hand: it accepts the calls of another app than the stack's",
      [target.restore],
      lines,
    );
  }
  if (written !== undefined && written !== appId) {
    return wrong(
      `the stack was deployed for another app than ${file} names, so every call is refused (audience-wrong)`,
      [`If app.id in ${file} is right (see "forge settings"): ${target.deploy} Otherwise correct it.`],
      lines,
    );
  }
  if (endpoint === undefined && appId === PLACEHOLDER_APP_ID) {
    return wrong("the app id is still the template's, so every call is refused (audience-wrong)", [
      `Run "forge register", which writes the id of your app into ${file}. ${target.deploy}`,
    ]);
  }
  if ('problem' in read)
    return { status: 'unseen', summary: `${read.problem}, so there is nothing to compare`, fixes: [read.fix] };
  return ok(`${appId}, on both sides`);
}
