import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ManifestError } from '../../lib/manifest/error';
import type { Manifest } from '../../lib/manifest/model';
import { readManifest } from '../../lib/manifest/read';
import type { CommandIo } from '../manifest';
import type { Target } from './target';

/** manifest.yml as it is on this machine, or why it can't be used. */
export type ReadManifest =
  | { readonly manifest: Manifest; readonly text: string }
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
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? `${file} does not exist` : `${file} can't be read: ${code}`;
    return { problem, details: [], fix: 'Run the command in the folder of the app, or name the file with --manifest.' };
  }
  try {
    const manifest = readManifest(text, {
      file,
      environment,
      checkBaseUrl: false,
      allowLoopback: endpoint !== undefined,
      ...(remoteKey !== undefined && { remoteKey }),
    });
    return { manifest, text };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const details = error.problems.map(({ line, what, fix }) => `${file}:${line}: ${what}. ${fix}`);
    return { problem: `${file} can't be used`, details, fix: `Mend ${file} as it says, and deploy it.` };
  }
}
