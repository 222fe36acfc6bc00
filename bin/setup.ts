/**
 * npm run setup: asks what manifest.yml and config.ts need, and edits both.
 */
import { resolve } from 'node:path';
import { collectAnswers } from './setup/answers';
import { confirms } from './setup/ask';
import { messageOf } from './setup/error-message';
import { type Flags, parseFlags, USAGE, UsageError } from './setup/flags';
import { nextSteps } from './setup/next-steps';
import { PartlyWritten, type Project, planEdits, readProject, writeEdits } from './setup/project';
import { createPrompt, NoAnswer, type Prompt } from './setup/prompt';

/** Where the setup reads and writes; given by the caller, so that it can run inside another program. */
export interface SetupIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Folder that relative file names start from. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether somebody sits in front of it. */
  readonly isTerminal: boolean;
  /** Opens the input; called once at the most, and not at all where nothing has to be asked. */
  readonly openPrompt: () => Prompt;
}

const NOTHING_WRITTEN = 'Nothing was written.';

/**
 * Runs the command.
 *
 * @returns exit status: 0 when both files say what was answered, or after `--dry-run`; 1 when they don't; 2 for a wrong
 * command line, or one with answers missing where nobody can be asked; 130 after Ctrl-C
 */
export async function run(argv: readonly string[], io: SetupIo): Promise<number> {
  let prompt: Prompt | undefined;
  try {
    const flags = parseFlags(argv);
    if (flags.help) {
      io.out(USAGE);
      return 0;
    }
    const project = readProject(resolve(io.cwd), flags, io.environment);
    if (io.isTerminal || flags.ask) prompt = io.openPrompt();
    return await setUp(project, flags, prompt, io);
  } catch (error) {
    return told(error, io);
  } finally {
    prompt?.close();
  }
}

async function setUp(project: Project, flags: Flags, prompt: Prompt | undefined, io: SetupIo): Promise<number> {
  const answers = await collectAnswers(project, flags, { out: io.out, prompt });
  const edits = planEdits(project, answers);
  const placeholder = answers.appId === undefined && !project.settings.appIdByVariable;
  const next = nextSteps(answers.stage, placeholder);
  if (edits.diff === '') {
    io.out(`\n${flags.manifest} and ${flags.config} say this already.\n\n${next}`);
    return 0;
  }
  io.out(`\nChanges:\n\n${edits.diff}\n`);
  if (flags['dry-run']) {
    io.out(`Dry run. ${NOTHING_WRITTEN}`);
    return 0;
  }
  if (!flags.yes && !(prompt !== undefined && (await confirms('Write them?', prompt, io.out)))) {
    io.err(NOTHING_WRITTEN);
    return 1;
  }
  const written = writeEdits(project, edits);
  io.out(`${written.join(' and ')} ${written.length === 1 ? 'is' : 'are'} written.\n\n${next}`);
  return 0;
}

/** Tells the person what went wrong, and that nothing was written. */
function told(error: unknown, { err }: SetupIo): number {
  if (error instanceof UsageError) {
    err(`${error.message}\n\n${USAGE}\n\n${NOTHING_WRITTEN}`);
    return 2;
  }
  if (error instanceof NoAnswer) {
    err(`${error.message}. ${NOTHING_WRITTEN}`);
    return error.reason === 'interrupted' ? 130 : 1;
  }
  if (error instanceof PartlyWritten) err(error.message);
  else err(`${messageOf(error)}\n${NOTHING_WRITTEN}`);
  return 1;
}

if (require.main === module) {
  const isTerminal = process.stdin.isTTY === true;
  run(process.argv.slice(2), {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    cwd: process.cwd(),
    environment: process.env,
    isTerminal,
    openPrompt: () => createPrompt(process.stdin, process.stdout, isTerminal),
  }).then((status) => {
    process.exitCode = status;
  });
}
