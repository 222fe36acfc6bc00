/**
 * `npm run local -- --serve --forge real`: the real Forge calls this machine through the team's own tunnel. This file
 * puts the tunnel's URL into manifest.yml, takes it out again, and tells the developer what to do.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PLACEHOLDER_APP_ID, readAppId } from '../../lib/manifest/app';
import { baseUrlProblem } from '../../lib/manifest/base-url';
import { type ManifestDocument, parseManifest } from '../../lib/manifest/document';
import { readManifest } from '../../lib/manifest/read';
import { DEFAULT_REGION } from '../../lib/manifest/regions';
import { CommandError, messageOf, UsageError } from '../command';
import { replaceFile } from '../manifest/editing/replace-file';
import { setBaseUrl } from '../manifest/editing/set-base-url';
import { baseUrlVariables, exportLine } from '../manifest/exports';
import { MANIFEST_BEFORE, MANIFEST_FILE } from '../project';

/** The only environment that is served: there, a changed URL asks no customer for consent. */
export const REAL_ENVIRONMENT = 'DEVELOPMENT';

/** Default of `--port` in this mode. It is fixed, because the tunnel is set up before the run starts. */
export const TUNNEL_PORT = 8787;

/** The run that wrote the public URL into manifest.yml. */
interface Run {
  readonly processId: number;
  readonly publicUrl: string;
  readonly remoteKey: string;
}

/** Has that run, next to {@link MANIFEST_BEFORE}. */
const RUN_FILE = path.join('.local', 'real-forge.json');

/** @throws {UsageError} for a URL that Forge can't call */
export function refusePublicUrl(publicUrl: string): void {
  const problem = baseUrlProblem(publicUrl, false);
  if (problem !== undefined) {
    throw new UsageError(
      `--public-url is ${JSON.stringify(publicUrl)}: ${problem}; allowed: the https:// address of your tunnel, such as https://forge.example.com`,
    );
  }
}

/** @throws {CommandError} for an app that isn't registered */
export function refuseUnregistered(manifest: ManifestDocument): void {
  if (readAppId(manifest, process.env) === PLACEHOLDER_APP_ID) {
    throw new CommandError(
      `${MANIFEST_FILE} still has the template's app id, which Forge doesn't know. Run "forge register" first.`,
    );
  }
}

/**
 * Restores manifest.yml after a run that was killed. Returns lines for the developer.
 *
 * @throws {CommandError} while that run is still running, or if it is unknown what it wrote
 */
export function recoverManifest(project: string, environment: NodeJS.ProcessEnv): string[] {
  if (!existsSync(path.join(project, MANIFEST_BEFORE))) return [];
  const run = readRun(project);
  if (!run) {
    throw new CommandError(
      `An earlier run was killed before it restored ${MANIFEST_FILE}. ${MANIFEST_BEFORE} has it as it was: compare the two, then delete ${MANIFEST_BEFORE}.`,
    );
  }
  if (isRunning(run.processId)) {
    throw new CommandError(
      `Another run with --forge real is still running (process ${run.processId}), and ${MANIFEST_FILE} has its URL. End it first with Ctrl-C.`,
    );
  }
  return [`An earlier run was killed before it restored ${MANIFEST_FILE}.`, ...restore(project, run, environment)];
}

function readRun(project: string): Run | undefined {
  try {
    const { processId, publicUrl, remoteKey } = JSON.parse(readFileSync(path.join(project, RUN_FILE), 'utf8'));
    return { processId: Number(processId), publicUrl: String(publicUrl), remoteKey: String(remoteKey) };
  } catch {
    return undefined;
  }
}

function isRunning(processId: number): boolean {
  try {
    return processId > 0 && process.kill(processId, 0);
  } catch {
    return false;
  }
}

/**
 * Replaces the URL that a run wrote, and keeps what somebody else has written since.
 *
 * @param known both manifests of that run. @default the original one is read from {@link MANIFEST_BEFORE}
 */
function restore(
  project: string,
  { publicUrl, remoteKey }: Run,
  environment: NodeJS.ProcessEnv,
  known?: { readonly original: ManifestDocument; readonly written: ManifestDocument },
): string[] {
  const file = path.join(project, MANIFEST_FILE);
  const before = path.join(project, MANIFEST_BEFORE);
  const reading = { remoteKey, environment };
  const urlsOf = (document: ManifestDocument) =>
    readManifest(document, { ...reading, checkBaseUrl: false }).remote.baseUrls ?? {};
  let line = `${MANIFEST_FILE} no longer has the URL ${publicUrl}, and stays unchanged.`;
  try {
    const original = known?.original ?? parseManifest(readFileSync(before, 'utf8'), MANIFEST_FILE);
    const text = readFileSync(file, 'utf8');
    const now = text === known?.written.text ? known.written : parseManifest(text, MANIFEST_FILE);
    if (Object.values(urlsOf(now)).every((url) => url === publicUrl)) {
      const edited = () => setBaseUrl(now, { ...reading, baseUrl: urlsOf(original), allowLoopback: true }).manifest;
      replaceFile(file, now === known?.written ? original.text : edited().text);
      line = `${MANIFEST_FILE} has its own URL again. ${calledUntil(publicUrl)}`;
    }
    rmSync(before);
    rmSync(path.join(project, RUN_FILE));
    return [line];
  } catch (error) {
    return [
      `${MANIFEST_FILE} could not be restored: ${messageOf(error)}`,
      `${MANIFEST_BEFORE} has it as it was before this run.`,
    ];
  }
}

const calledUntil = (publicUrl: string) => `Forge calls ${publicUrl} until the next "forge deploy -e development".`;

export interface PointedManifest {
  /** What the developer does next, one line each. */
  readonly next: readonly string[];
  /** Restores manifest.yml. Returns lines for the developer. */
  restore(): string[];
}

export interface PointOptions {
  /** manifest.yml, as parsed when the run began. */
  readonly manifest: ManifestDocument;
  readonly publicUrl: string;
  readonly remoteKey: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Points the manifest at the public URL, for all regions. If a manifest variable holds the URL, the developer exports it and
 * nothing is written. Otherwise manifest.yml has the URL until {@link PointedManifest.restore}.
 */
export function pointManifest(
  project: string,
  { manifest, publicUrl, remoteKey, environment }: PointOptions,
): PointedManifest {
  const file = path.join(project, MANIFEST_FILE);
  const text = readFileSync(file, 'utf8');
  // Somebody may have edited it during the deployment.
  const original = text === manifest.text ? manifest : parseManifest(text, MANIFEST_FILE);
  const reading = { remoteKey, environment };
  const urlsBefore = readManifest(original, { ...reading, checkBaseUrl: false }).remote.baseUrls;
  const regions = Object.keys(urlsBefore ?? { [DEFAULT_REGION]: publicUrl });
  const urls = Object.fromEntries(regions.map((region) => [region, publicUrl]));

  const exported = baseUrlVariables(original, remoteKey, urls).map(exportLine);
  if (exported.length > 0) {
    const restored = `Unset what you exported: ${exported.join(', ')}. ${calledUntil(publicUrl)}`;
    return { next: [...exported, ...FORGE_COMMANDS], restore: () => [restored] };
  }

  const written = setBaseUrl(original, { ...reading, baseUrl: urls }).manifest;
  if (written === original) return { next: FORGE_COMMANDS, restore: () => [] };
  const before = path.join(project, MANIFEST_BEFORE);
  mkdirSync(path.dirname(before), { recursive: true });
  writeFileSync(before, original.text);
  const run: Run = { processId: process.pid, publicUrl, remoteKey };
  writeFileSync(path.join(project, RUN_FILE), JSON.stringify(run));
  replaceFile(file, written.text);
  return { next: FORGE_COMMANDS, restore: () => restore(project, run, environment, { original, written }) };
}

const FORGE_COMMANDS = [
  'forge deploy -e development',
  'forge install -e development    # add --upgrade if the app is installed already',
];

/** The problem with a tunnel that doesn't lead here. Only the receiver refuses an unknown path with `route-unknown`. */
export async function tunnelProblem(publicUrl: string, fetch = globalThis.fetch): Promise<string | undefined> {
  try {
    const response = await fetch(`${publicUrl}/`, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
    const body = await response.text();
    return body.includes('"route-unknown"') ? undefined : `it answers ${response.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return messageOf(cause);
  }
}
