/**
 * Reads a project's files, and chooses the stage that a command works on.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import { buildSync } from 'esbuild';
import { type Config, parseConfig, type Stage } from '../lib/config';
import { exposuresIn } from '../lib/config/http-api';
import { type ManifestDocument, parseManifest } from '../lib/manifest/document';
import type { AtlassianAnswers } from '../tools/emulator/atlassian/answers';
import { CommandError, codeOf, isRecord, messageOf, UsageError } from './command';

export const PROJECT_ROOT = path.join(__dirname, '..');

export const CONFIG_FILE = 'config.ts';
export const MANIFEST_FILE = 'manifest.yml';
export const JOB_FILE = 'lambda/job.ts';
/** What Atlassian answers to the job in a local run. */
export const ANSWERS_FILE = 'test/own/atlassian.ts';
/** The stacks' outputs, as `npm run deploy` writes them. */
export const OUTPUTS_FILE = 'cdk-outputs.json';
/** A local run or a rehearsal writes these instead of the two files above. */
export const MANIFEST_COPY = path.join('.local', MANIFEST_FILE);
export const OUTPUTS_COPY = path.join('.local', OUTPUTS_FILE);
/** The original manifest.yml, while the real Forge calls a local run. */
export const MANIFEST_BEFORE = path.join('.local', 'manifest.before.yml');

/**
 * Reads the text of `file`. Refuses anything but UTF-8, because writing it back would change other bytes as well.
 *
 * @param cwd where relative names start from
 * @param ifMissing advice for a missing file, as a sentence
 * @throws {CommandError}
 */
export function readText(file: string, cwd: string, ifMissing: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path.resolve(cwd, file));
  } catch (error) {
    throw new CommandError(
      codeOf(error) === 'ENOENT'
        ? `${file} does not exist. ${ifMissing}`
        : `${file} can't be read: ${messageOf(error)}. ${ifMissing}`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandError(`${file} is not UTF-8. Save it as UTF-8, then run the command again.`);
  }
}

/**
 * Reads and parses manifest.yml. A command does this once in a run, and passes the document on.
 *
 * @throws {CommandError | ManifestError}
 */
export const parseManifestFile = (file: string, cwd: string, ifMissing: string): ManifestDocument =>
  parseManifest(readText(file, cwd, ifMissing), file);

/**
 * Loads the default export of a TypeScript file. Nothing is cached, so a changed file gives the new value.
 *
 * @param file absolute path
 * @param name name of the file in error messages
 * @param text what to load as the file's text, so that an edit can be tried before it is written
 * @throws {CommandError} with file and line, when it can't be loaded
 */
export const loadModule = (file: string, name: string, text: string): unknown => loadExports(file, name, text).default;

/**
 * Loads all exports, like {@link loadModule}.
 *
 * @throws {CommandError}
 */
export function loadExports(file: string, name: string, text: string): Readonly<Record<string, unknown>> {
  const module: { exports: Record<string, unknown> } = { exports: {} };
  try {
    const { outputFiles } = buildSync({
      stdin: {
        contents: text,
        resolveDir: path.dirname(file),
        sourcefile: path.basename(file),
        loader: 'ts',
      },
      absWorkingDir: path.dirname(file),
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      write: false,
      logLevel: 'silent',
    });
    const parameters = ['exports', 'require', 'module', '__dirname', '__filename'];
    const run = compileFunction(outputFiles[0]?.text ?? '', parameters, { filename: file });
    run(module.exports, createRequire(file), module, path.dirname(file), file);
  } catch (error) {
    throw new CommandError(`${name} can't be loaded: ${messageOf(error)}`);
  }
  return module.exports;
}

/**
 * Loads prepared answers of Atlassian. The default file may be missing: then there are no answers.
 *
 * @throws {CommandError} with file and line, when it can't be loaded
 */
export function loadAnswers(project: string, file = ANSWERS_FILE): AtlassianAnswers {
  const absolute = path.resolve(project, file);
  if (file === ANSWERS_FILE && !existsSync(absolute)) return {};
  const answers = loadModule(absolute, file, readText(file, project, 'Give its name with --answers.'));
  if (isRecord(answers)) return answers;
  throw new CommandError(`${file} exports ${JSON.stringify(answers)}; allowed: export default { 'GET /path': answer }`);
}

/**
 * Reads and checks the configuration in `file`.
 *
 * @param cwd where relative names start from
 * @throws {ConfigError} when a setting isn't allowed, {@link CommandError} when the file can't be loaded
 */
export function readConfig(file: string, cwd: string): Config {
  const text = readText(file, cwd, 'Run this in the folder of the project, or name the file.');
  return parseConfig(loadModule(path.resolve(cwd, file), file, text), file);
}

/**
 * The stages with this name; without a name, all stages.
 *
 * @param file name of the configuration in error messages
 * @throws {UsageError}
 */
export function selectStages({ stages }: Config, name: string | undefined, file: string): readonly [Stage, ...Stage[]] {
  const [first, ...others] = stages.filter((stage) => name === undefined || stage.name === name);
  if (first) return [first, ...others];
  throw new UsageError(`${file} has no stage ${JSON.stringify(name)}; allowed: ${namesOf(stages)}`);
}

/**
 * The stage with this name; without a name, the only stage.
 *
 * @param file name of the configuration in error messages
 * @throws {UsageError} also when no name is given and there are several stages
 */
export function chooseStage(config: Config, name: string | undefined, file: string): Stage {
  const [only, ...others] = selectStages(config, name, file);
  if (others.length > 0) throw new UsageError(`--stage is missing; allowed: ${namesOf(config.stages)}`);
  return only;
}

const namesOf = (stages: readonly Stage[]): string => stages.map(({ name }) => name).join(', ');

/**
 * The custom domains of all stages; none without a config.ts.
 *
 * @param cwd folder of config.ts
 * @throws {ConfigError} when a setting isn't allowed, {@link CommandError} when the file can't be loaded
 */
export function configuredDomains(cwd: string): string[] {
  if (!existsSync(path.resolve(cwd, CONFIG_FILE))) return [];
  return readConfig(CONFIG_FILE, cwd).stages.flatMap((stage) => domainsOf(stage));
}

/** The custom domains of a stage, in all its regions. */
export const domainsOf = ({ exposure }: Pick<Stage, 'exposure'>): string[] =>
  exposuresIn(exposure).flatMap((one) => (one === 'functionUrl' ? [] : [one.httpApi.domainName]));
