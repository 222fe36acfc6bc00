import { resolve } from 'node:path';
import { PLACEHOLDER_APP_ID, readAppId } from '../../lib/manifest/app';
import type { ManifestDocument } from '../../lib/manifest/document';
import { findStage } from '../../lib/stack-outputs';
import { configuredDomains, parseManifestFile, readText } from '../project';
import { compareBaseUrl } from './editing/compare-base-url';
import { describePlaces, placesToUpdate } from './editing/other-places';
import { replaceFile } from './editing/replace-file';
import { type EditedManifest, setBaseUrl } from './editing/set-base-url';
import { planExports, showExports } from './exports';
import { type Flags, STANDARD_OUTPUT } from './flags';
import { drift, kept, nextSteps, upToDate, written } from './messages';
import { type ManifestIo, reportVersion, type VersionReport } from './version-report';

/** Writes the deployed URL into the manifest, or compares it. @returns the exit status */
export function updateManifest(flags: Flags, io: ManifestIo): number {
  const file = flags.manifest;
  const manifest = parseManifestFile(file, io.cwd, 'Give its name with --manifest.');
  const outputs = readText(flags.outputs, io.cwd, 'Deploy first: npm run deploy -- --stage <stage>');
  const { environment, allowLoopback } = io;
  const appId = readAppId(manifest, environment);
  const found = { appId, file: flags.outputs, domains: configuredDomains(io.cwd) };
  const stage = findStage(outputs, { ...found, ...(flags.stage !== undefined && { stage: flags.stage }) });
  const differencesOf = (document: ManifestDocument) =>
    compareBaseUrl(document, stage.remoteKey, stage.baseUrls, environment);
  const exportsOf = (document: ManifestDocument) => showExports(document, stage, environment, outputs, found);
  const edited = setBaseUrl(manifest, {
    remoteKey: stage.remoteKey,
    environment,
    ...(allowLoopback !== undefined && { allowLoopback }),
    baseUrl: stage.baseUrls,
    removeRegions: flags['remove-regions'],
    everywhere: flags.everywhere,
  });
  const version = reportVersion({ before: manifest, after: edited.manifest, deployed: flags.deployed }, io);
  // With "--exports -", standard output is for a shell, and people read standard error.
  const print = flags.exports === STANDARD_OUTPUT ? io.err : io.out;

  if (flags['forbid-major'] && version.major !== false) {
    io.err([...version.lines, '', forbidden(version, edited, file)].join('\n'));
    return 1;
  }
  const exported = planExports(edited.manifest, stage, flags.exports);
  if (flags.check) {
    const differences = differencesOf(manifest);
    if (differences.length > 0) {
      const elsewhere = placesToUpdate(file, manifest.root, edited.others);
      const shown = exportsOf(manifest);
      io.err([drift(file, differences, stage), ...elsewhere, ...shown, '', ...version.lines].join('\n'));
      return 1;
    }
    exported.write(io);
    print([upToDate(file, stage), ...version.lines].join('\n'));
    return 0;
  }
  // The exports first: if writing them fails, the manifest is unchanged.
  exported.write(io);
  if (edited.changes.length > 0) replaceFile(resolve(io.cwd, file), edited.manifest.text);
  print(
    [
      ...(edited.changes.length === 0 ? [upToDate(file, stage)] : [written(file, edited.changes)]),
      ...describePlaces(file, edited.others, flags.everywhere),
      ...kept(differencesOf(edited.manifest), stage),
      ...exportsOf(edited.manifest),
      '',
      ...version.lines,
      // A URL of this machine must not be uploaded.
      ...(edited.changes.length === 0 || io.allowLoopback ? [] : nextSteps(appId === PLACEHOLDER_APP_ID)),
    ].join('\n'),
  );
  return 0;
}

/** A version that may be major counts as major. Otherwise, --forbid-major would let it pass. */
function forbidden({ unknownReason }: VersionReport, { changes }: EditedManifest, file: string): string {
  const nothing = changes.length === 0 ? '' : ` ${file} is unchanged.`;
  return `--forbid-major: ${unknownReason ?? 'this would be a new major version'}.${nothing}`;
}
