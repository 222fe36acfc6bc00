/**
 * Shared by all commands in bin/: input and output, error messages, exit statuses.
 */
import { WriteStream } from 'node:tty';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A command's input and output. The caller passes it in, so that tests and other programs can run the command. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Relative file names start from this folder. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const escapeUnit = (unit: string): string => `\\u{${unit.codePointAt(0)?.toString(16)}}`;

/**
 * `text` on one line, safe to print: control, bidi and other format characters become `\u{…}`. Use it for every text
 * that somebody else may have chosen.
 */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeUnit);

/** Like {@link printable}, for output of several lines: line ends and colours stay. */
export const printableLines = (text: string): string =>
  text.replace(/\n|\p{Cc}\[\d{0,3}m|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (unit) =>
    unit === '\n' || (unit.length > 1 && unit.startsWith('\u001b')) ? unit : escapeUnit(unit),
  );

/** Whether the terminal shows colours and its user wants them (https://no-color.org). */
export const hasColour = (environment: CommandIo['environment']): boolean =>
  !environment.NO_COLOR && WriteStream.prototype.hasColors({ ...environment, NO_COLOR: undefined });

/** The process's own streams, folder and environment. Control characters are escaped in everything it writes. */
export const PROCESS_IO: CommandIo = {
  out: (text) => process.stdout.write(`${printableLines(text)}\n`),
  err: (text) => process.stderr.write(`${printableLines(text)}\n`),
  cwd: process.cwd(),
  environment: process.env,
};

/** Exit statuses of all commands. A command's usage lists the others that it has. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** A mistake that the user can correct. The message is enough; no stack trace is printed. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** The command line is wrong. The message says what is allowed; the usage is printed below it. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
}

/**
 * Parses the options of a command line. No command takes positional arguments.
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
    // Node's message goes on with advice about positional arguments.
    const [first = ''] = messageOf(error).split(/\.\s/);
    throw new UsageError(`${first.replace(/\.$/, '')}.`);
  }
}

/** Prints what went wrong. Returns the exit status. */
export function reportError(error: unknown, usage: string, { err }: Pick<CommandIo, 'err'>): number {
  if (error instanceof UsageError) {
    err(`${error.message}\n\n${usage}`);
    return EXIT.usage;
  }
  err(messageOf(error));
  return EXIT.failed;
}

/** Runs a command with the streams, arguments and exit status of this process. */
export async function runAsProgram(
  run: (argv: readonly string[], io: CommandIo) => number | Promise<number>,
): Promise<void> {
  // Silences only the SDK's warning about old Node versions. Users of a command can't act on it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  endWithReader();
  try {
    process.exitCode = await run(process.argv.slice(2), PROCESS_IO);
  } catch (error) {
    PROCESS_IO.err(messageOf(error));
    process.exitCode = EXIT.failed;
  }
}

/** Ends the process quietly, as if interrupted, when the reader of its output has closed the pipe, as `head` does. */
export function endWithReader(): void {
  let isEnding = false;
  const end = (error: Error) => {
    if (codeOf(error) !== 'EPIPE') throw error;
    if (isEnding) return;
    isEnding = true;
    if (!process.emit('SIGINT')) process.exit(EXIT.ok);
  };
  process.stdout.on('error', end);
  process.stderr.on('error', end);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The message of anything thrown, errors of other realms included. */
export function messageOf(error: unknown): string {
  return isRecord(error) && typeof error.message === 'string' ? error.message : String(error);
}

/** The `code` of Node's errors, such as `ENOENT`. */
export const codeOf = (error: unknown): unknown => (isRecord(error) ? error.code : undefined);

export interface WrapOptions {
  /** Start of the first line. @default the indent */
  readonly first?: string;
  /** Start of all other lines. @default '' */
  readonly indent?: string;
  /** Columns per line. A longer word, such as an ARN, is not broken. @default 80 */
  readonly width?: number;
}

/** Wraps `text` to fit a terminal. Keeps its line breaks and runs of spaces. */
export function wrap(text: string, { indent = '', first = indent, width = 80 }: WrapOptions = {}): string {
  return text
    .split('\n')
    .flatMap((paragraph, index) => {
      const lines: string[] = [];
      // Runs of spaces align the columns of a table.
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
