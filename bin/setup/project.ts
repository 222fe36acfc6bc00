import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Interval } from '../../lambda/contract/routes';
import { APP_ARI } from '../../lambda/contract/settings';
import { parseConfig } from '../../lib/config';
import { PLACEHOLDER_APP_ID } from '../../lib/manifest/app';
import { type ManifestDocument, parseManifest } from '../../lib/manifest/document';
import { readManifest } from '../../lib/manifest/read';
import { messageOf } from '../command';
import { replaceFile } from '../manifest/editing/replace-file';
import { loadModule, readText } from '../project';
import { isSameConfig, type StageValues, stagesOf, withEdit, withSafeAnswers } from './config-questions';
import { ConfigEditError, editConfig, type StageEdit } from './editing/edit-config';
import { editManifest } from './editing/edit-manifest';
import { lineDiff } from './editing/line-diff';
import { type ManifestSettings, readSettings } from './editing/manifest-settings';
import type { Flags } from './flags';
import { productOf } from './scopes';

/** A file that setup edits. */
interface EditedFile {
  /** The name as given, for messages. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Both files and their content. */
export interface Project {
  readonly manifest: EditedFile;
  /** The manifest, parsed. */
  readonly document: ManifestDocument;
  readonly config: EditedFile;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly remoteKey: string | undefined;
  readonly settings: ManifestSettings;
  readonly stages: readonly StageValues[];
  /** What config.ts exports. */
  readonly configValue: unknown;
}

export interface Answers {
  /** `undefined` keeps the current one. */
  readonly appId: string | undefined;
  readonly scopes: readonly string[];
  readonly interval: Interval;
  readonly stage: string;
  /** `undefined` keeps the current one. */
  readonly region: string | undefined;
  readonly alarmEmails: readonly string[];
}

/** The new texts of both files. */
export interface Edits {
  readonly manifest: string;
  readonly config: string;
  /** The changed lines, to print. Empty if nothing changes. */
  readonly diff: string;
}

/**
 * Reads both files. Problems that no answer can solve fail here, before anything is asked.
 *
 * @throws {ManifestError}, {ConfigError}, and `Error` for a file that can't be read
 */
export function readProject(cwd: string, flags: Flags, environment: Project['environment']): Project {
  const fileOf = (option: 'manifest' | 'config'): EditedFile => {
    const name = flags[option];
    const ifMissing = `Run this in the folder of the project, or give its name with --${option}.`;
    return { name, path: resolve(cwd, name), text: readText(name, cwd, ifMissing) };
  };
  const manifest = fileOf('manifest');
  const config = fileOf('config');
  const configValue = loadModule(config.path, config.name, config.text);
  const { remoteKey } = parseConfig(withSafeAnswers(configValue), config.name);
  const document = parseManifest(manifest.text, manifest.name);
  const project: Project = {
    manifest,
    document,
    config,
    environment,
    remoteKey,
    settings: readSettings(document, remoteKey),
    stages: stagesOf(configValue),
    configValue,
  };
  refuseBadManifest(project, withSafeAnswersIn(project));
  return project;
}

/** The manifest with valid answers, so that any remaining problem is one that setup doesn't ask about. */
function withSafeAnswersIn({ document, settings, remoteKey }: Project): ManifestDocument {
  const isGoodId = settings.appIdByVariable || APP_ARI.test(settings.appId ?? '');
  const hasScope = settings.scopes.some((scope) => productOf([scope]) !== undefined);
  return editManifest(
    document,
    {
      scopes: hasScope ? settings.scopes : [...settings.scopes, 'read:page:confluence'],
      interval: settings.trigger?.interval === 'fiveMinute' ? 'fiveMinute' : 'hour',
      ...(!isGoodId && { appId: PLACEHOLDER_APP_ID }),
    },
    remoteKey,
  );
}

function refuseBadManifest({ environment, remoteKey }: Project, document: ManifestDocument): void {
  readManifest(document, {
    environment,
    // `npm run manifest` writes it later.
    checkBaseUrl: false,
    ...(remoteKey !== undefined && { remoteKey }),
  });
}

/**
 * Puts the answers into both texts, and checks them as a deployment does. Writes nothing.
 *
 * @throws {ManifestError}, {ConfigError}, {ConfigEditError}
 */
export function planEdits(project: Project, answers: Answers): Edits {
  const document = editManifest(
    project.document,
    {
      scopes: answers.scopes,
      interval: answers.interval,
      ...(answers.appId !== undefined && { appId: answers.appId }),
    },
    project.remoteKey,
  );
  refuseBadManifest(project, document);
  const manifest = document.text;
  const config = planConfig(project, stageEdit(project, answers));
  const diffs = [
    lineDiff(project.manifest.name, project.manifest.text, manifest),
    lineDiff(project.config.name, project.config.text, config),
  ];
  return { manifest, config, diff: diffs.filter((diff) => diff !== '').join('\n\n') };
}

/** The answers that differ from the values in config.ts. */
function stageEdit({ stages }: Project, { stage: name, region, alarmEmails }: Answers): StageEdit {
  const stage = stages.find((candidate) => candidate.name === name);
  return {
    stage: name,
    ...(region !== undefined && region !== stage?.region && { region }),
    ...(!isDeepStrictEqual(alarmEmails, stage?.alarmEmails) && { alarmEmails }),
  };
}

function planConfig({ config, configValue }: Project, edit: StageEdit): string {
  if (edit.region === undefined && edit.alarmEmails === undefined) return config.text;
  const text = editConfig(config.text, config.name, edit);
  const meant = withEdit(configValue, edit);
  parseConfig(meant, config.name);
  if (!isSameConfig(loadModule(config.path, config.name, text), meant)) {
    throw new ConfigEditError(
      config.name,
      1,
      'The answers can not be written here without changing something else',
      edit,
    );
  }
  return text;
}

/**
 * Writes the changed files, each atomically.
 *
 * @returns the names of the written files
 * @throws {PartlyWritten} when the second file can't be written after the first one was
 */
export function writeEdits({ manifest, config }: Project, edits: Edits): readonly string[] {
  const changed = [
    { ...manifest, edited: edits.manifest },
    { ...config, edited: edits.config },
  ].filter(({ text, edited }) => text !== edited);
  for (const { path, name, text } of changed) {
    if (readText(path, '', 'Run the setup again.') === text) continue;
    throw new Error(`${name} has changed since it was read. Run the setup again.`);
  }
  const written: string[] = [];
  for (const { path, name, edited } of changed) {
    try {
      replaceFile(path, edited);
      written.push(name);
    } catch (error) {
      const problem = `${name} can't be written: ${messageOf(error)}.`;
      throw written.length === 0
        ? new Error(problem)
        : new PartlyWritten(`${problem} ${written.join(', ')} is written.`);
    }
  }
  return written;
}

/** Only one of the two files was written. */
export class PartlyWritten extends Error {
  override readonly name = 'PartlyWritten';
}
