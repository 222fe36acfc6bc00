import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ReadOptions } from '../../lib/manifest/read-options';
import { type FindStageOptions, findStages, type StageOutputs } from '../../lib/stack-outputs';
import type { CommandIo } from '../command';
import { baseUrlVariables, exportLine } from './editing/base-url-variables';
import { STANDARD_OUTPUT } from './flags';

/**
 * What `--exports` asks for: the values of the manifest variables for `stage`, as lines for a shell.
 *
 * @param target file, `-`, or nothing to do
 * @throws {Error} when there is nothing to export
 */
export function giveExports(
  text: string,
  reading: ReadOptions,
  stage: StageOutputs,
  target: string | undefined,
): { write: (io: CommandIo) => void } {
  if (target === undefined) return { write: () => undefined };
  const lines = baseUrlVariables(text, reading, stage.baseUrls).map(exportLine);
  if (lines.length === 0) {
    throw new Error(
      `${reading.file}: baseUrl uses no manifest variable, so there is nothing to export. Leave out --exports, or declare a variable under environment.variables and write it as baseUrl: \${REMOTE_BASE_URL}`,
    );
  }
  if (target === STANDARD_OUTPUT) return { write: ({ out }) => out(lines.join('\n')) };
  const comment = `# Stage ${stage.stage}. Source this before "forge deploy".`;
  return { write: ({ cwd }) => writeExports(resolve(cwd, target), target, [comment, ...lines, ''].join('\n')) };
}

/** Writes a file of exports, over an earlier one, and over nothing else. */
function writeExports(path: string, name: string, text: string): void {
  if (existsSync(path)) {
    const lines = readFileSync(path, 'utf8').split('\n');
    if (!lines.every((line) => line === '' || line.startsWith('#') || line.startsWith('export '))) {
      throw new Error(`${name} is there, and holds more than exports. Give another file with --exports.`);
    }
  }
  writeFileSync(path, text);
}

/** The values of the manifest variables for every stage in the outputs file, for a person; nothing without variables. */
export function showExports(
  text: string,
  reading: ReadOptions,
  stage: StageOutputs,
  outputs: string,
  found: Omit<FindStageOptions, 'stage'>,
): string[] {
  const variables = baseUrlVariables(text, reading, stage.baseUrls);
  if (variables.length === 0) return [];
  const overridden = variables.filter(({ name, value }) => (reading.environment?.[name] ?? value) !== value);
  return [
    '',
    'baseUrl is in a manifest variable. Before "forge deploy -e <environment>", set it for the stage of that environment:',
    ...findStages(outputs, found).flatMap(({ stage: name, baseUrls }) => [
      `  # ${name}`,
      ...baseUrlVariables(text, reading, baseUrls).map((variable) => `  ${exportLine(variable)}`),
    ]),
    ...overridden.map(
      ({ name }) =>
        `${name} is ${JSON.stringify(reading.environment?.[name])} in this environment: Forge takes that before the default.`,
    ),
  ];
}
