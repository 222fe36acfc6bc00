/**
 * The files of a project that the commands in bin/ read, and which stage of it they are about.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import { buildSync } from 'esbuild';
import { type Config, parseConfig, type Stage } from '../lib/config';
import { exposuresIn } from '../lib/config/http-api';
import { type ManifestDocument, parseManifest } from '../lib/manifest/document';
import { CommandError, codeOf, messageOf, UsageError } from './command';

export const PROJECT_ROOT = path.join(__dirname, '..');

/** Names of the files in the project's folder. */
export const CONFIG_FILE = 'config.ts';
export const MANIFEST_FILE = 'manifest.yml';
export const JOB_FILE = 'lambda/job.ts';
/** File that `npm run deploy` has the CDK write the stacks' outputs to. */
export const OUTPUTS_FILE = 'cdk-outputs.json';
/** What a local run or a rehearsal leaves, in place of yours: the manifest that it wrote, and the stacks' outputs. */
export const MANIFEST_COPY = path.join('.local', MANIFEST_FILE);
export const OUTPUTS_COPY = path.join('.local', OUTPUTS_FILE);
/** Where manifest.yml waits, as it was, while the real Forge calls a local run. */
export const MANIFEST_BEFORE = path.join('.local', 'manifest.before.yml');

/**
 * The text of `file`. What is not UTF-8 is refused: writing it back would change bytes that nobody asked to change.
 *
 * @param cwd folder that a relative name starts from
 * @param ifMissing what to do where there is no such file, as a sentence
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
 * manifest.yml, parsed. A command calls this once in a run.
 *
 * @throws {CommandError | ManifestError}
 */
export const parseManifestFile = (file: string, cwd: string, ifMissing: string): ManifestDocument =>
  parseManifest(readText(file, cwd, ifMissing), file);

/**
 * What a TypeScript file of the project exports by default, as it is now: nothing is kept from an earlier time.
 *
 * @param file absolute
 * @param name of the file, for the error
 * @param text of the file, so that a change can be tried before it is written
 * @throws {CommandError} with file and line, where it can't be loaded
 */
export const loadModule = (file: string, name: string, text: string): unknown => loadExports(file, name, text).default;

/**
 * The same, of all that it exports.
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
 * The checked configuration in `file`.
 *
 * @param cwd folder that a relative name starts from
 * @throws {ConfigError} for one that isn't allowed, {@link CommandError} for a file that can't be loaded
 */
export function readConfig(file: string, cwd: string): Config {
  const text = readText(file, cwd, 'Run this in the folder of the project, or name the file.');
  return parseConfig(loadModule(path.resolve(cwd, file), file, text), file);
}

/**
 * The stages that are meant: all of them where no name is given.
 *
 * @param file name of the configuration, for the error
 * @throws {UsageError}
 */
export function selectStages({ stages }: Config, name: string | undefined, file: string): readonly [Stage, ...Stage[]] {
  const [first, ...others] = stages.filter((stage) => name === undefined || stage.name === name);
  if (first) return [first, ...others];
  throw new UsageError(`${file} has no stage ${JSON.stringify(name)}; allowed: ${namesOf(stages)}`);
}

/**
 * The one stage that is meant: the only one where no name is given.
 *
 * @param file name of the configuration, for the error
 * @throws {UsageError} also where there are several to choose from
 */
export function chooseStage(config: Config, name: string | undefined, file: string): Stage {
  const [only, ...others] = selectStages(config, name, file);
  if (others.length > 0) throw new UsageError(`--stage is missing; allowed: ${namesOf(config.stages)}`);
  return only;
}

const namesOf = (stages: readonly Stage[]): string => stages.map(({ name }) => name).join(', ');

/**
 * The domains that stages of the configuration answer at; none where there is no configuration.
 *
 * @param cwd folder that the configuration is in
 * @throws {ConfigError} for one that isn't allowed, {@link CommandError} for a file that can't be loaded
 */
export function configuredDomains(cwd: string): string[] {
  if (!existsSync(path.resolve(cwd, CONFIG_FILE))) return [];
  return readConfig(CONFIG_FILE, cwd).stages.flatMap((stage) => domainsOf(stage));
}

/** The domains that a stage answers at, in all its regions. */
export const domainsOf = ({ exposure }: Pick<Stage, 'exposure'>): string[] =>
  exposuresIn(exposure).flatMap((one) => (one === 'functionUrl' ? [] : [one.httpApi.domainName]));
