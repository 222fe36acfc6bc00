/**
 * npm run doctor: looks at a deployed stage, and says what is wrong with it and how to mend it. It only reads.
 */
import { CannotLook } from './doctor/aws-failure';
import { examine } from './doctor/examine';
import { exitStatus } from './doctor/finding';
import { type Flags, parseFlags, USAGE, UsageError } from './doctor/flags';
import { createAws } from './doctor/sdk';
import { json, table } from './doctor/table';
import { findTarget } from './doctor/target';
import { type CommandIo, PROCESS_IO } from './manifest';

/** What the command has to do with the world, apart from AWS. */
export interface DoctorIo extends CommandIo {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Runs the command.
 *
 * @returns exit status: 0 when nothing is wrong, 1 when something is, 2 when it could not be looked at, which a wrong
 * command line is as well
 */
export async function run(argv: readonly string[], io: DoctorIo): Promise<number> {
  let flags: Flags;
  try {
    flags = parseFlags(argv);
  } catch (error) {
    // What parseArgs says, without its advice on positional arguments, of which there are none here.
    const message = error instanceof UsageError ? error.message : `${messageOf(error).split('. ')[0]}.`;
    io.err(`${message}\n\n${USAGE}`);
    return 2;
  }
  if (flags.help) {
    io.out(USAGE);
    return 0;
  }
  try {
    const target = await findTarget(flags, io.cwd);
    const findings = await examine(target, { ...io, aws: createAws(target.region, target.endpoint) });
    io.out(flags.json ? json(target, findings, io.now()) : table(target, findings));
    return exitStatus(findings);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CannotLook)) throw error;
    io.err(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.message);
    return 2;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

if (require.main === module) {
  // The age of this Node is not this command's news. It is the SDK's own switch for its warning; others still show.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  run(process.argv.slice(2), { ...PROCESS_IO, fetch: globalThis.fetch, now: Date.now }).then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      PROCESS_IO.err(messageOf(error));
      process.exitCode = 2;
    },
  );
}
