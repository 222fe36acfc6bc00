/**
 * `npm run local -- --serve --forge real`: the real Forge calls this machine through a tunnel of the team's own. Here is
 * what that does to manifest.yml, and what the developer has to do in turn.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PLACEHOLDER_APP_ID, readAppId } from '../../lib/manifest/app';
import { baseUrlProblem } from '../../lib/manifest/base-url';
import { parseManifest } from '../../lib/manifest/document';
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

/** The process that keeps it there. */
const RUNNING = path.join('.local', 'real-forge.pid');

/**
 * Checks what is known before anything is deployed.
 *
 * @throws {UsageError} for a URL that Forge can't call
 * @throws {CommandError} for an app that isn't registered, or a manifest.yml that an earlier run left behind
 */
export function refuseUnready(project: string, publicUrl: string): void {
  const problem = baseUrlProblem(publicUrl, false);
  if (problem !== undefined) {
    throw new UsageError(
      `--public-url is ${JSON.stringify(publicUrl)}: ${problem}; allowed: the https:// address of your tunnel, such as https://forge.example.com`,
    );
  }
  if (existsSync(path.join(project, MANIFEST_BEFORE))) {
    const running = runningIn(project);
    if (running !== undefined) {
      throw new CommandError(
        `Another run with --forge real is up, as process ${running}, and ${MANIFEST_FILE} has its URL. End that one first, with Ctrl-C.`,
      );
    }
    throw new CommandError(
      `An earlier run was killed before it could put ${MANIFEST_FILE} back. Do it now: mv ${MANIFEST_BEFORE} ${MANIFEST_FILE}. Is ${MANIFEST_FILE} right as it is? Then delete ${MANIFEST_BEFORE}.`,
    );
  }
  const manifest = parseManifest(readFileSync(path.join(project, MANIFEST_FILE), 'utf8'), MANIFEST_FILE);
  if (readAppId(manifest, process.env) === PLACEHOLDER_APP_ID) {
    throw new CommandError(
      `${MANIFEST_FILE} has the app id that the template comes with, so no Forge calls for it. Run "forge register" first.`,
    );
  }
}

/** The process of a run that has not ended. */
function runningIn(project: string): number | undefined {
  try {
    const id = Number(readFileSync(path.join(project, RUNNING), 'utf8'));
    return id > 0 && process.kill(id, 0) ? id : undefined;
  } catch {
    // No such file, or no such process.
    return undefined;
  }
}

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
  if (exported.length > 0) return { next: [...exported, ...FORGE_COMMANDS], restore: () => [] };

  const written = setBaseUrl(original, { ...reading, baseUrl: urls }).manifest;
  if (written === original) return { next: FORGE_COMMANDS, restore: () => [] };
  const before = path.join(project, MANIFEST_BEFORE);
  mkdirSync(path.dirname(before), { recursive: true });
  writeFileSync(before, original.text);
  writeFileSync(path.join(project, RUNNING), String(process.pid));
  replaceFile(file, written.text);
  return {
    next: FORGE_COMMANDS,
    restore() {
      try {
        const now = readFileSync(file, 'utf8');
        // Somebody may have edited it meanwhile: then only the URL goes back.
        const edited = () =>
          setBaseUrl(parseManifest(now, MANIFEST_FILE), { ...reading, baseUrl: urlsBefore ?? {}, allowLoopback: true });
        const restored = now === written.text ? original.text : edited().manifest.text;
        replaceFile(file, restored);
        rmSync(before);
        rmSync(path.join(project, RUNNING));
      } catch (error) {
        return [
          `${MANIFEST_FILE} could not be put back: ${messageOf(error)}`,
          `As it was before this run, it is in ${MANIFEST_BEFORE}.`,
        ];
      }
      return [
        `${MANIFEST_FILE} has its own URL again. Forge has it after the next "forge deploy -e development", and calls ${publicUrl} until then.`,
      ];
    },
  };
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
