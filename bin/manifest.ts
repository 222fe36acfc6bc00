/**
 * npm run manifest: writes the deployed URL into manifest.yml, or with --check says whether it is there; and says whether
 * admins must consent to what has changed.
 */
import { type CommandIo, PROCESS_IO } from './manifest/command-io';
import { type Flags, parseFlags, USAGE } from './manifest/flags';
import { updateManifest } from './manifest/update';

export { type CommandIo, PROCESS_IO } from './manifest/command-io';
export { OUTPUTS_FILE } from './manifest/flags';

/**
 * Runs the command.
 *
 * @returns exit status: 0 when manifest.yml says the deployed URL, 1 when it doesn't, when a new major version is
 * forbidden, or when an error was told; 2 for a wrong command line
 */
export function run(argv: readonly string[], io: CommandIo): number {
  let flags: Flags;
  try {
    flags = parseFlags(argv);
  } catch (error) {
    io.err(`${firstSentence(error)}.\n\n${USAGE}`);
    return 2;
  }
  if (flags.help) {
    io.out(USAGE);
    return 0;
  }
  try {
    return updateManifest(flags, io);
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

/** What `parseArgs` says, without its advice on positional arguments, of which there are none here. */
const firstSentence = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('. ')[0] ?? '';

if (require.main === module) process.exitCode = run(process.argv.slice(2), PROCESS_IO);
