/**
 * npm run manifest: writes the deployed URL into manifest.yml, or with --check says whether it is there; and says whether
 * admins must consent to what has changed.
 */
import { EXIT, reportError, runAsProgram } from './command';
import { parseFlags, USAGE } from './manifest/flags';
import { updateManifest } from './manifest/update';
import type { ManifestIo } from './manifest/version-report';

/**
 * Runs the command.
 *
 * @returns exit status: 0 when manifest.yml says the deployed URL, 1 when it doesn't, when a new major version is
 * forbidden, or when an error was told; 2 for a wrong command line
 */
export function run(argv: readonly string[], io: ManifestIo): number {
  try {
    const flags = parseFlags(argv);
    if (!flags.help) return updateManifest(flags, io);
    io.out(USAGE);
    return EXIT.ok;
  } catch (error) {
    return reportError(error, USAGE, io);
  }
}

if (require.main === module) void runAsProgram(run);
