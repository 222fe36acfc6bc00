/**
 * npm run doctor: looks at a deployed stage, and says what is wrong with it and how to mend it. It only reads.
 */
import { type CommandIo, reportError, runAsProgram } from './command';
import { examine } from './doctor/examine';
import { exitStatus } from './doctor/finding';
import { parseFlags, USAGE } from './doctor/flags';
import { createOwnCalls } from './doctor/probe';
import { createAws } from './doctor/sdk';
import { json, table } from './doctor/table';
import { findTarget } from './doctor/target';

/** What the command has to do with the world, apart from AWS. */
export interface DoctorIo extends CommandIo {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Exit status where a stage could not be looked at, which a wrong command line is as well. */
const UNSEEN = 2;

/**
 * Runs the command.
 *
 * @returns exit status: 0 when nothing is wrong, 1 when something is, 2 when it could not be looked at
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
    return UNSEEN;
  }
}

if (require.main === module) {
  void runAsProgram((argv, io) => run(argv, { ...io, fetch: globalThis.fetch, now: Date.now }));
}
