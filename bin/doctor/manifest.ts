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

/** manifest.yml as it is on this machine, or why it can't be used. */
export type ReadManifest =
  | { readonly manifest: Manifest; readonly document: ManifestDocument }
  | { readonly problem: string; readonly details: readonly string[]; readonly fix: string };

/**
 * Reads the manifest.
 *
 * @param remoteKey key of the remote that is deployed; without it, the manifest has to have one that could be ours
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
    return { problem: `${file} can't be used`, details, fix: `Mend ${file} as it says, and deploy it.` };
  }
}

/** What is deployed, as far as the manifest should say the same. */
export interface Deployed {
  readonly baseUrl: string;
  readonly appId: string;
  /** The app id that the receiver goes by. Absent where its variables couldn't be seen. */
  readonly receiverAppId?: string;
}

/** Forge calls the URL that is deployed: manifest.yml says so. */
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
      `${file}: the region ${regionKey} of the remote "${key}" has not the deployed URL, so Forge calls elsewhere`,
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

/** `:<line>` of the base URL; empty where it is written in a way that can't be edited. */
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

/** One app on both sides: the one whose calls are accepted is the one that Forge makes them for. */
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
      "the receiver was changed by hand: it accepts another app's calls than the stack was deployed for",
      [target.restore],
      lines,
    );
  }
  if (written !== undefined && written !== appId) {
    return wrong(
      `the stack was deployed for another app than ${file} names, so every call is refused (audience-wrong)`,
      [`Is app.id in ${file} right ("forge settings" knows)? ${target.deploy} Is it wrong? Correct it.`],
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
