/**
 * What the commands in bin/ share: where they read and write, how they say what went wrong, and how they end.
 */
import { WriteStream } from 'node:tty';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Where a command reads and writes; given by the caller, so that it can run inside another program. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Folder that relative file names start from. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const escapeUnit = (unit: string): string => `\\u{${unit.codePointAt(0)?.toString(16)}}`;

/**
 * `text` on one line, with whatever would act on a terminal made visible: control, bidi and other format characters
 * become `\u{…}`. For every text that others have chosen.
 */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeUnit);

/** The same for a whole output, whose line ends and colours stay. */
export const printableLines = (text: string): string =>
  text.replace(/\n|\p{Cc}\[\d{0,3}m|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (unit) =>
    unit === '\n' || (unit.length > 1 && unit.startsWith('\u001b')) ? unit : escapeUnit(unit),
  );

/** Whether a terminal with this environment shows colours, and its user wants them: see https://no-color.org. */
export const hasColour = (environment: CommandIo['environment']): boolean =>
  !environment.NO_COLOR && WriteStream.prototype.hasColors({ ...environment, NO_COLOR: undefined });

/** The process's own streams, folder and environment. Nothing that is written through it acts on a terminal. */
export const PROCESS_IO: CommandIo = {
  out: (text) => process.stdout.write(`${printableLines(text)}\n`),
  err: (text) => process.stderr.write(`${printableLines(text)}\n`),
  cwd: process.cwd(),
  environment: process.env,
};

/** Exit statuses. A command may have more of its own, which its usage names. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** What a person has to mend: the message is all that they need. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** The command line is wrong. The message says what is allowed; the usage is shown below it. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
}

/**
 * The options of a command line. There are no positional arguments.
 *
 * @throws {UsageError}
 */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    // Without the advice on positional arguments that follows the first sentence.
    const [first = ''] = messageOf(error).split(/\.\s/);
    throw new UsageError(`${first.replace(/\.$/, '')}.`);
  }
}

/** Says what went wrong. Returns the exit status. */
export function tellError(error: unknown, usage: string, { err }: Pick<CommandIo, 'err'>): number {
  if (error instanceof UsageError) {
    err(`${error.message}\n\n${usage}`);
    return EXIT.usage;
  }
  err(messageOf(error));
  return EXIT.failed;
}

/** Runs a command as the program that was started: with the process's streams, arguments and exit status. */
export async function runAsProgram(
  run: (argv: readonly string[], io: CommandIo) => number | Promise<number>,
): Promise<void> {
  // The age of this Node is not the command's news. It is the SDK's own switch for its warning; others still show.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  endWithReader();
  try {
    process.exitCode = await run(process.argv.slice(2), PROCESS_IO);
  } catch (error) {
    PROCESS_IO.err(messageOf(error));
    process.exitCode = EXIT.failed;
  }
}

/** Ends the process quietly, as if it was interrupted, when whoever reads its output has gone, as `head` does. */
export function endWithReader(): void {
  let hasGone = false;
  const end = (error: Error) => {
    if (codeOf(error) !== 'EPIPE') throw error;
    if (hasGone) return;
    hasGone = true;
    if (!process.emit('SIGINT')) process.exit(EXIT.ok);
  };
  process.stdout.on('error', end);
  process.stderr.on('error', end);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The message of an error, whatever was thrown, and whichever realm it comes from. */
export function messageOf(error: unknown): string {
  return isRecord(error) && typeof error.message === 'string' ? error.message : String(error);
}

/** The `code` that Node gives its errors, such as `ENOENT`. */
export const codeOf = (error: unknown): unknown => (isRecord(error) ? error.code : undefined);

export interface WrapOptions {
  /** Begins the first line. @default the indent */
  readonly first?: string;
  /** Begins the other lines. @default '' */
  readonly indent?: string;
  /** Columns of a line. A word that is longer, such as an ARN, stays whole. @default 80, which every terminal has */
  readonly width?: number;
}

/** `text` in lines that fit a terminal. Line breaks and runs of spaces in it stay. */
export function wrap(text: string, { indent = '', first = indent, width = 80 }: WrapOptions = {}): string {
  return text
    .split('\n')
    .flatMap((paragraph, index) => {
      const lines: string[] = [];
      // Runs of spaces are part of a table.
      const [word = '', ...words] = paragraph.split(/(?<=\S) (?=\S)/);
      let line = `${index === 0 ? first : indent}${word}`;
      for (const next of words) {
        if (line.length + 1 + next.length <= width) {
          line += ` ${next}`;
        } else {
          lines.push(line);
          line = `${indent}${next}`;
        }
      }
      return [...lines, line];
    })
    .join('\n');
}
