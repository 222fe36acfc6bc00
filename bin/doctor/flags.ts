import { parseOptions, UsageError } from '../command';
import { CONFIG_FILE, MANIFEST_FILE } from '../project';

export const USAGE = `Usage: npm run doctor -- --stage <name> [options]

Looks at a deployed stage, and says what is wrong with it and how to mend it. It changes nothing, and reads no token.

  --stage <name>     stage in config.ts (default: the only one there; with --endpoint the first one)
  --region <key>     Forge's key of a region, where the stage has several (default: default)
  --endpoint <url>   an emulated AWS: awsEndpointUrl of "npm run local -- --serve", whose stage is then looked at
  --manifest <file>  manifest to compare with (default: ${MANIFEST_FILE}; with --endpoint the one that the local run wrote)
  --config <file>    configuration that was deployed (default: ${CONFIG_FILE})
  --json             print it as JSON
  --help             show this text

The URL is called twice, as a stranger would. Both calls are refused, and counted in the metric Refused, but not in
Failed: they raise no alarm.

Exit status: 0 nothing is wrong, 1 something is, 2 it could not be looked at.`;

export interface Flags {
  readonly stage?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly manifest?: string;
  readonly config: string;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws {UsageError} */
export function parseFlags(argv: readonly string[]): Flags {
  const flags = parseOptions(argv, {
    stage: { type: 'string' },
    region: { type: 'string' },
    endpoint: { type: 'string' },
    manifest: { type: 'string' },
    config: { type: 'string', default: CONFIG_FILE },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  const { endpoint } = flags;
  if (endpoint !== undefined && !/^https?:\/\/[^/\s]+$/.test(endpoint)) {
    throw new UsageError(`--endpoint is ${endpoint}; allowed: a URL without a path, such as http://127.0.0.1:4566`);
  }
  return flags;
}
