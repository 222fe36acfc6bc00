import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ManifestDocument, YamlValue } from '../../lib/manifest/document';
import type { RegionMap } from '../../lib/manifest/model';
import { DEFAULT_REGION } from '../../lib/manifest/regions';
import { remoteEntry } from '../../lib/manifest/remotes';
import { namesIn, valueOfVariable } from '../../lib/manifest/variables';
import { type FindStageOptions, findStages, type StageOutputs } from '../../lib/stack-outputs';
import type { CommandIo } from '../command';
import { STANDARD_OUTPUT } from './flags';
import type { ManifestIo } from './version-report';

/**
 * Prepares `--exports`: the values of the manifest variables for `stage`, as lines for a shell.
 *
 * @param target a file, `-` for standard output, or `undefined` without `--exports`
 * @throws {Error} when the base URL uses no variable
 */
export function planExports(
  manifest: ManifestDocument,
  stage: StageOutputs,
  target: string | undefined,
): { write: (io: CommandIo) => void } {
  if (target === undefined) return { write: () => undefined };
  const lines = baseUrlVariables(manifest, stage.remoteKey, stage.baseUrls).map(exportLine);
  if (lines.length === 0) {
    throw new Error(
      `${manifest.file}: baseUrl uses no manifest variable, so there is nothing to export. Remove --exports, or declare a variable under environment.variables and use it: baseUrl: \${REMOTE_BASE_URL}`,
    );
  }
  if (target === STANDARD_OUTPUT) return { write: ({ out }) => out(lines.join('\n')) };
  const comment = `# Stage ${stage.stage}. Source this before "forge deploy".`;
  return { write: ({ cwd }) => writeExports(resolve(cwd, target), target, [comment, ...lines, ''].join('\n')) };
}

/** Writes a file of exports. Replaces an earlier one, but no other file. */
function writeExports(path: string, name: string, text: string): void {
  if (existsSync(path)) {
    const lines = readFileSync(path, 'utf8').split('\n');
    if (!lines.every((line) => line === '' || line.startsWith('#') || line.startsWith('export '))) {
      throw new Error(`${name} exists and contains more than exports. Name another file with --exports.`);
    }
  }
  writeFileSync(path, text);
}

/** Lines with the values of the manifest variables, for every stage in the outputs file. Empty without variables. */
export function showExports(
  manifest: ManifestDocument,
  { remoteKey, baseUrls: wanted }: StageOutputs,
  environment: ManifestIo['environment'],
  outputs: string,
  found: Omit<FindStageOptions, 'stage'>,
): string[] {
  const variables = baseUrlVariables(manifest, remoteKey, wanted);
  if (variables.length === 0) return [];
  const overridden = variables.filter(({ name, value }) => (environment[name] ?? value) !== value);
  return [
    '',
    'baseUrl is in a manifest variable. Before "forge deploy -e <environment>", set it for the stage of that environment:',
    ...findStages(outputs, found).flatMap(({ stage: name, baseUrls }) => [
      `  # ${name}`,
      ...baseUrlVariables(manifest, remoteKey, baseUrls).map((variable) => `  ${exportLine(variable)}`),
    ]),
    ...overridden.map(
      ({ name }) =>
        `${name} is ${JSON.stringify(environment[name])} in this environment, which Forge prefers to the default.`,
    ),
  ];
}

/** A manifest variable, with its value for `forge deploy`. */
export interface VariableValue {
  readonly name: string;
  readonly value: string;
}

/**
 * The manifest variables in the base URL of the remote `key`, with the values that turn it into `baseUrls`. A region that is
 * missing in `baseUrls` gets the URL of the default.
 */
export function baseUrlVariables({ root }: ManifestDocument, key: string, baseUrls: RegionMap): VariableValue[] {
  const baseUrl = remoteEntry(root, key).get('baseUrl');
  const urls: [string, YamlValue][] = baseUrl.isMap ? baseUrl.entries() : [[DEFAULT_REGION, baseUrl]];
  const values = new Map(
    urls.flatMap(([region, { text: written = '' }]): [string, string][] => {
      const [name] = namesIn(written);
      const value = valueOfVariable(written, baseUrls[region] ?? baseUrls[DEFAULT_REGION] ?? '');
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
  return [...values].map(([name, value]) => ({ name, value }));
}

/** The variable as a line for a shell. */
export function exportLine({ name, value }: VariableValue): string {
  const plain = /^[\w.:/-]+$/.test(value);
  return `export ${name}=${plain ? value : `'${value.replaceAll("'", "'\\''")}'`}`;
}
