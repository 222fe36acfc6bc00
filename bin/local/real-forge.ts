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

/** Has the id of the process that will restore manifest.yml. */
const PID_FILE = path.join('.local', 'real-forge.pid');

/**
 * Checks what can be checked before anything is deployed.
 *
 * @throws {UsageError} for a URL that Forge can't call
 * @throws {CommandError} for a manifest.yml that an earlier run didn't restore
 */
export function refuseUnready(project: string, publicUrl: string): void {
  const problem = baseUrlProblem(publicUrl, false);
  if (problem !== undefined) {
    throw new UsageError(
      `--public-url is ${JSON.stringify(publicUrl)}: ${problem}; allowed: the https:// address of your tunnel, such as https://forge.example.com`,
    );
  }
  if (existsSync(path.join(project, MANIFEST_BEFORE))) {
    const running = runningProcess(project);
    if (running !== undefined) {
      throw new CommandError(
        `Another run with --forge real is still running (process ${running}), and ${MANIFEST_FILE} has its URL. End it first with Ctrl-C.`,
      );
    }
    throw new CommandError(
      `An earlier run was killed before it restored ${MANIFEST_FILE}. Restore it now: mv ${MANIFEST_BEFORE} ${MANIFEST_FILE}. If ${MANIFEST_FILE} is right as it is, delete ${MANIFEST_BEFORE}.`,
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

/** The process id of a run that is still running. */
function runningProcess(project: string): number | undefined {
  try {
    const id = Number(readFileSync(path.join(project, PID_FILE), 'utf8'));
    return id > 0 && process.kill(id, 0) ? id : undefined;
  } catch {
    // No such file, or no such process.
    return undefined;
  }
}

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
  if (exported.length > 0) return { next: [...exported, ...FORGE_COMMANDS], restore: () => [] };

  const written = setBaseUrl(original, { ...reading, baseUrl: urls }).manifest;
  if (written === original) return { next: FORGE_COMMANDS, restore: () => [] };
  const before = path.join(project, MANIFEST_BEFORE);
  mkdirSync(path.dirname(before), { recursive: true });
  writeFileSync(before, original.text);
  writeFileSync(path.join(project, PID_FILE), String(process.pid));
  replaceFile(file, written.text);
  return {
    next: FORGE_COMMANDS,
    restore() {
      try {
        const now = readFileSync(file, 'utf8');
        // If somebody has edited it meanwhile, only the URL goes back.
        const edited = () =>
          setBaseUrl(parseManifest(now, MANIFEST_FILE), { ...reading, baseUrl: urlsBefore ?? {}, allowLoopback: true });
        const restored = now === written.text ? original.text : edited().manifest.text;
        replaceFile(file, restored);
        rmSync(before);
        rmSync(path.join(project, PID_FILE));
      } catch (error) {
        return [
          `${MANIFEST_FILE} could not be restored: ${messageOf(error)}`,
          `${MANIFEST_BEFORE} has it as it was before this run.`,
        ];
      }
      return [
        `${MANIFEST_FILE} has its own URL again. Forge calls ${publicUrl} until the next "forge deploy -e development".`,
      ];
    },
  };
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
