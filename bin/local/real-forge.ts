/**
 * `npm run local -- --serve --forge real`: the real Forge calls this machine through a tunnel of the team's own. Here is
 * what that does to manifest.yml, and what the developer has to do in turn.
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

/** The only environment that is served: a changed URL there asks nobody's customers for consent. */
export const REAL_ENVIRONMENT = 'DEVELOPMENT';

/** What a tunnel is pointed at, where `--port` says nothing: it has to be known before this starts. */
export const TUNNEL_PORT = 8787;

/** The run that has written manifest.yml. */
interface Run {
  readonly processId: number;
  readonly publicUrl: string;
  readonly remoteKey: string;
}

/** Where a run says so, beside {@link MANIFEST_BEFORE}. */
const RUN_FILE = path.join('.local', 'real-forge.json');

/**
 * Checks what is known before anything is deployed.
 *
 * @throws {UsageError} for a URL that Forge can't call
 * @throws {CommandError} for an app that isn't registered
 */
export function refuseUnready(project: string, publicUrl: string): void {
  const problem = baseUrlProblem(publicUrl, false);
  if (problem !== undefined) {
    throw new UsageError(
      `--public-url is ${JSON.stringify(publicUrl)}: ${problem}; allowed: the https:// address of your tunnel, such as https://forge.example.com`,
    );
  }
  const manifest = parseManifest(readFileSync(path.join(project, MANIFEST_FILE), 'utf8'), MANIFEST_FILE);
  if (readAppId(manifest, process.env) === PLACEHOLDER_APP_ID) {
    throw new CommandError(
      `${MANIFEST_FILE} has the app id that the template comes with, so no Forge calls for it. Run "forge register" first.`,
    );
  }
}

/**
 * Puts manifest.yml back after a run that was killed. Answers with what there is to say.
 *
 * @throws {CommandError} while that run is up, or if nobody knows what it wrote
 */
export function recoverManifest(project: string, environment: NodeJS.ProcessEnv): string[] {
  if (!existsSync(path.join(project, MANIFEST_BEFORE))) return [];
  const run = readRun(project);
  if (!run) {
    throw new CommandError(
      `An earlier run was killed before it could put ${MANIFEST_FILE} back. As it was, it is in ${MANIFEST_BEFORE}: compare the two, and delete that one.`,
    );
  }
  if (isUp(run.processId)) {
    throw new CommandError(
      `Another run with --forge real is up, as process ${run.processId}, and ${MANIFEST_FILE} has its URL. End that one first, with Ctrl-C.`,
    );
  }
  return [
    `An earlier run was killed before it could put ${MANIFEST_FILE} back.`,
    ...putBack(project, run, environment),
  ];
}

function readRun(project: string): Run | undefined {
  try {
    const { processId, publicUrl, remoteKey } = JSON.parse(readFileSync(path.join(project, RUN_FILE), 'utf8'));
    return { processId: Number(processId), publicUrl: String(publicUrl), remoteKey: String(remoteKey) };
  } catch {
    return undefined;
  }
}

function isUp(processId: number): boolean {
  try {
    return processId > 0 && process.kill(processId, 0);
  } catch {
    return false;
  }
}

/** Puts back what a run has written, and nothing that somebody else has written since. */
function putBack(project: string, { publicUrl, remoteKey }: Run, environment: NodeJS.ProcessEnv): string[] {
  const file = path.join(project, MANIFEST_FILE);
  const before = path.join(project, MANIFEST_BEFORE);
  const reading = { remoteKey, environment };
  const urlsOf = (document: ManifestDocument) =>
    readManifest(document, { ...reading, checkBaseUrl: false }).remote.baseUrls ?? {};
  let line = `${MANIFEST_FILE} has another URL than ${publicUrl} by now, and stays as it is.`;
  try {
    const original = parseManifest(readFileSync(before, 'utf8'), MANIFEST_FILE);
    const now = parseManifest(readFileSync(file, 'utf8'), MANIFEST_FILE);
    if (Object.values(urlsOf(now)).every((url) => url === publicUrl)) {
      const restored = setBaseUrl(now, { ...reading, baseUrl: urlsOf(original), allowLoopback: true }).manifest;
      replaceFile(file, restored.text);
      line = `${MANIFEST_FILE} has its own URL again. ${untilThen(publicUrl)}`;
    }
    rmSync(before);
    rmSync(path.join(project, RUN_FILE));
    return [line];
  } catch (error) {
    return [
      `${MANIFEST_FILE} could not be put back: ${messageOf(error)}`,
      `As it was before this run, it is in ${MANIFEST_BEFORE}.`,
    ];
  }
}

const untilThen = (publicUrl: string) =>
  `Forge has it after the next "forge deploy -e development", and calls ${publicUrl} until then.`;

export interface PointedManifest {
  /** What the developer does next, a line each. */
  readonly next: readonly string[];
  /** Puts manifest.yml back as it was. Answers with what there is to say. */
  restore(): string[];
}

/**
 * Has the manifest say the public URL, for all regions. Where a manifest variable has the URL, the developer exports it,
 * and nothing is written; otherwise manifest.yml is written, until {@link PointedManifest.restore}.
 */
export function pointManifest(
  project: string,
  { publicUrl, remoteKey, environment }: { publicUrl: string; remoteKey: string; environment: NodeJS.ProcessEnv },
): PointedManifest {
  const file = path.join(project, MANIFEST_FILE);
  const original = parseManifest(readFileSync(file, 'utf8'), MANIFEST_FILE);
  const reading = { remoteKey, environment };
  const urlsBefore = readManifest(original, { ...reading, checkBaseUrl: false }).remote.baseUrls;
  const regions = Object.keys(urlsBefore ?? { [DEFAULT_REGION]: publicUrl });
  const urls = Object.fromEntries(regions.map((region) => [region, publicUrl]));

  const exported = baseUrlVariables(original, remoteKey, urls).map(exportLine);
  if (exported.length > 0) {
    const restored = `Take back what you exported: ${exported.join(', ')}. ${untilThen(publicUrl)}`;
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
  return { next: FORGE_COMMANDS, restore: () => putBack(project, run, environment) };
}

const FORGE_COMMANDS = [
  'forge deploy -e development',
  'forge install -e development    # where the app is there already: add --upgrade',
];

/** Whether the tunnel leads here: the receiver refuses a path that manifest.yml doesn't have in a way of its own. */
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
