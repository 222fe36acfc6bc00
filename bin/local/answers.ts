import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AtlassianAnswers } from '../../tools/emulator/atlassian/answers';
import { CommandError, isRecord } from '../command';
import { loadModule, readText } from '../project';

/** Where a fork says what Atlassian answers to its job. */
export const ANSWERS_FILE = 'test/own/atlassian.ts';

/**
 * The answers in a file of the project; none where there is no such file.
 *
 * @throws {CommandError} with file and line, where it can't be loaded
 */
export function loadAnswers(project: string, file = ANSWERS_FILE): AtlassianAnswers {
  const absolute = path.resolve(project, file);
  if (file === ANSWERS_FILE && !existsSync(absolute)) return {};
  const answers = loadModule(absolute, file, readText(file, project, 'Give its name with --answers.'));
  if (isRecord(answers)) return answers;
  throw new CommandError(`${file} exports ${JSON.stringify(answers)}; allowed: export default { 'GET /path': answer }`);
}
