/**
 * npm run setup: asks for the values that manifest.yml and config.ts need, and edits both.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CommandIo, EXIT, reportError, runAsProgram, UsageError, wrap } from './command';
import { JOB_FILE } from './project';
import { collectAnswers } from './setup/answers';
import { confirms, createPrompt, NoAnswer, type Prompt } from './setup/conversation';
import { type Flags, parseFlags, USAGE } from './setup/flags';
import { PartlyWritten, type Project, planEdits, readProject, writeEdits } from './setup/project';
import { foreignCalls } from './setup/scopes';

/** What setup needs from its surroundings. */
export interface SetupIo extends CommandIo {
  /** Whether standard input is a terminal. */
  readonly isTerminal: boolean;
  /** Opens the input. Called at most once. */
  readonly openPrompt: () => Prompt;
}

const NOTHING_WRITTEN = 'Nothing was written.';

/**
 * Runs the command.
 *
 * @returns exit status: 0 when both files have the answers, or after `--dry-run`; 1 when they don't; 2 for a wrong command
 * line, or when answers are missing and nobody can be asked; 130 after Ctrl-C
 */
export async function run(argv: readonly string[], io: SetupIo): Promise<number> {
  let prompt: Prompt | undefined;
  try {
    const flags = parseFlags(argv);
    if (flags.help) {
      io.out(USAGE);
      return EXIT.ok;
    }
    const project = readProject(resolve(io.cwd), flags, io.environment);
    if (io.isTerminal || flags.ask) prompt = io.openPrompt();
    return await setUp(project, flags, prompt, io);
  } catch (error) {
    return reportSetupError(error, io);
  } finally {
    prompt?.close();
  }
}

async function setUp(project: Project, flags: Flags, prompt: Prompt | undefined, io: SetupIo): Promise<number> {
  const answers = await collectAnswers(project, flags, { out: io.out, prompt });
  const edits = planEdits(project, answers);
  const placeholder = answers.appId === undefined && !project.settings.appIdByVariable;
  const next = [...jobHints(io.cwd, answers.scopes), nextSteps(answers.stage, placeholder)].join('\n\n');
  if (edits.diff === '') {
    io.out(`\n${flags.manifest} and ${flags.config} already have these values.\n\n${next}`);
    return 0;
  }
  io.out(`\nChanges:\n\n${edits.diff}\n`);
  if (flags['dry-run']) {
    io.out(`Dry run. ${NOTHING_WRITTEN}`);
    return 0;
  }
  if (!flags.yes && !(prompt !== undefined && (await confirms('Write these changes?', prompt, io.out)))) {
    io.err(NOTHING_WRITTEN);
    return 1;
  }
  const written = writeEdits(project, edits);
  io.out(`Wrote ${written.join(' and ')}.\n\n${next}`);
  return 0;
}

/** Hints about calls in the job that the app's scopes don't allow. Setup doesn't edit the job. */
function jobHints(cwd: string, scopes: readonly string[]): string[] {
  const file = resolve(cwd, JOB_FILE);
  if (!existsSync(file)) return [];
  return foreignCalls(readFileSync(file, 'utf8'), scopes).map(({ product, path, line }) =>
    wrap(
      `${JOB_FILE}:${line} calls ${path} of ${product}, but none of the scopes is for ${product}, so Atlassian would refuse the call. Change the job to what your app does; "npm run local" shows it run.`,
    ),
  );
}

/** The commands to run after the setup. */
function nextSteps(stage: string, needsAppId: boolean): string {
  const deploy = `npm run deploy -- --stage ${stage}`;
  if (!needsAppId) return `Next:\n  ${deploy}`;
  const column = deploy.length + 3;
  return [
    'Next:',
    `  ${'forge register'.padEnd(column)}writes the id of your app into manifest.yml`,
    `  ${deploy}`,
  ].join('\n');
}

/** Prints what went wrong, and that nothing was written. */
function reportSetupError(error: unknown, { err }: SetupIo): number {
  if (error instanceof NoAnswer) {
    err(`${error.message}. ${NOTHING_WRITTEN}`);
    return error.reason === 'interrupted' ? EXIT.interrupted : EXIT.failed;
  }
  const status = reportError(error, USAGE, { err });
  if (error instanceof UsageError) err('');
  if (!(error instanceof PartlyWritten)) err(NOTHING_WRITTEN);
  return status;
}

if (require.main === module) {
  const isTerminal = process.stdin.isTTY === true;
  const openPrompt = () => createPrompt(process.stdin, process.stdout, isTerminal);
  void runAsProgram((argv, io) => run(argv, { ...io, isTerminal, openPrompt }));
}
