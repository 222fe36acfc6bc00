import { resolve } from 'node:path';
import { PLACEHOLDER_APP_ID, readAppId } from '../../lib/manifest/app-id';
import { parseManifest } from '../../lib/manifest/parse';
import { findStage } from '../../lib/stack-outputs';
import { configuredDomains, readText } from '../project';
import { compareBaseUrl } from './editing/compare-base-url';
import { type EditedManifest, setBaseUrl } from './editing/edit';
import { describePlaces, placesToUpdate } from './editing/other-places';
import { replaceFile } from './editing/replace-file';
import { giveExports, showExports } from './exports';
import { type Flags, STANDARD_OUTPUT } from './flags';
import type { ManifestIo } from './last-deployed';
import { drift, kept, nextSteps, upToDate, written } from './messages';
import { reportVersion, type VersionReport } from './version-report';

/** Writes the deployed URL into the manifest, or compares it. Returns the exit status. */
export function updateManifest(flags: Flags, io: ManifestIo): number {
  const file = flags.manifest;
  const text = readText(file, io.cwd, 'Give its name with --manifest.');
  const outputs = readText(flags.outputs, io.cwd, 'Deploy first: npm run deploy -- --stage <stage>');
  const appId = readAppId(text, { file, environment: io.environment });
  const found = { appId, file: flags.outputs, domains: configuredDomains(io.cwd) };
  const stage = findStage(outputs, { ...found, ...(flags.stage !== undefined && { stage: flags.stage }) });
  const reading = {
    file,
    remoteKey: stage.remoteKey,
    environment: io.environment,
    ...(io.allowLoopback !== undefined && { allowLoopback: io.allowLoopback }),
  };
  const edited = setBaseUrl(text, {
    ...reading,
    baseUrl: stage.baseUrls,
    removeRegions: flags['remove-regions'],
    everywhere: flags.everywhere,
  });
  const version = reportVersion({ file, before: text, after: edited.text, deployed: flags.deployed }, io);
  // What a person reads makes room for what a shell reads.
  const tell = flags.exports === STANDARD_OUTPUT ? io.err : io.out;

  if (flags['forbid-major'] && version.major !== false) {
    io.err([...version.lines, '', forbidden(version, edited, file)].join('\n'));
    return 1;
  }
  const exported = giveExports(edited.text, reading, stage, flags.exports);
  if (flags.check) {
    const differences = compareBaseUrl(text, { ...reading, baseUrls: stage.baseUrls });
    if (differences.length > 0) {
      const shown = showExports(text, reading, stage, outputs, found);
      const elsewhere = placesToUpdate(file, parseManifest(text, file).root, edited.others);
      io.err([drift(file, differences, stage), ...elsewhere, ...shown, '', ...version.lines].join('\n'));
      return 1;
    }
    exported.write(io);
    tell([upToDate(file, stage), ...version.lines].join('\n'));
    return 0;
  }
  // First what may fail on its own: the manifest is then as it was.
  exported.write(io);
  if (edited.changes.length > 0) replaceFile(resolve(io.cwd, file), edited.text);
  tell(
    [
      ...(edited.changes.length === 0 ? [upToDate(file, stage)] : [written(file, edited.changes)]),
      ...describePlaces(file, edited.others, flags.everywhere),
      ...kept(compareBaseUrl(edited.text, { ...reading, baseUrls: stage.baseUrls }), stage),
      ...showExports(edited.text, reading, stage, outputs, found),
      ...paragraph(version.lines),
      // A URL of this machine is nothing to upload.
      ...(edited.changes.length === 0 || io.allowLoopback ? [] : nextSteps(appId === PLACEHOLDER_APP_ID)),
    ].join('\n'),
  );
  return 0;
}

const paragraph = (lines: readonly string[]): string[] => ['', ...lines];

/** A gate that lets through what it doesn't know is none: not known counts as forbidden. */
function forbidden({ unknownReason }: VersionReport, { changes }: EditedManifest, file: string): string {
  const nothing = changes.length === 0 ? '' : ` ${file} is as it was.`;
  return `--forbid-major: ${unknownReason ?? 'this would be a new major version'}.${nothing}`;
}
