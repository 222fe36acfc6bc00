/**
 * npm run doctor: checks a deployed stage, and says what is wrong and how to fix it. It only reads.
 */
import { type CommandIo, reportError, runAsProgram } from './command';
import { examine } from './doctor/examine';
import { exitStatus } from './doctor/finding';
import { parseFlags, USAGE } from './doctor/flags';
import { createOwnCalls } from './doctor/probe';
import { createAws } from './doctor/sdk';
import { json, table } from './doctor/table';
import { findTarget } from './doctor/target';

/** What the command needs from its surroundings, apart from AWS. */
export interface DoctorIo extends CommandIo {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Exit status when the stage could not be checked, or the command line is wrong. */
const EXIT_NOT_CHECKED = 2;

/**
 * Runs the command.
 *
 * @returns exit status: 0 when nothing is wrong, 1 when something is, 2 when the stage could not be checked
 */
export async function run(argv: readonly string[], io: DoctorIo): Promise<number> {
  try {
    const flags = parseFlags(argv);
    if (flags.help) {
      io.out(USAGE);
      return 0;
    }
    const target = await findTarget(flags, io.cwd);
    const aws = createAws(target.region, target.endpoint);
    const findings = await examine(target, { ...io, aws, ownCalls: createOwnCalls() });
    io.out(flags.json ? json(target, findings, io.now()) : table(target, findings));
    return exitStatus(findings);
  } catch (error) {
    reportError(error, USAGE, io);
    return EXIT_NOT_CHECKED;
  }
}

if (require.main === module) {
  void runAsProgram((argv, io) => run(argv, { ...io, fetch: globalThis.fetch, now: Date.now }));
}
