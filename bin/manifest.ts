/**
 * npm run manifest: writes the deployed URL into manifest.yml, or compares it with --check. Also says whether the changes need
 * the consent of admins.
 */
import { EXIT, reportError, runAsProgram } from './command';
import { parseFlags, USAGE } from './manifest/flags';
import { updateManifest } from './manifest/update';
import type { ManifestIo } from './manifest/version-report';

/**
 * Runs the command.
 *
 * @returns exit status: 0 when manifest.yml has the deployed URL, 1 when it doesn't, when a new major version is forbidden,
 * or for an error; 2 for a wrong command line
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
