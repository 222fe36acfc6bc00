import { parseOptions, UsageError } from '../command';
import { CONFIG_FILE, MANIFEST_FILE } from '../project';

export const USAGE = `Usage: npm run doctor -- --stage <name> [options]

Checks a deployed stage, and says what is wrong and how to fix it. It changes nothing, and reads no token.

  --stage <name>     stage in config.ts (default: the only one; with --endpoint the first one)
  --region <key>     Forge's region key, if the stage has several regions (default: default)
  --endpoint <url>   check the stage in an emulated AWS: awsEndpointUrl of "npm run local -- --serve"
  --manifest <file>  manifest to compare with (default: ${MANIFEST_FILE}; with --endpoint the one that the local run wrote)
  --config <file>    the configuration that was deployed (default: ${CONFIG_FILE})
  --json             print JSON
  --help             show this text

The command calls the URL twice, as a stranger would. Both calls are refused. They count in the metric Refused, but
not in Failed, so they raise no alarm.

Exit status: 0 nothing is wrong, 1 something is wrong, 2 the stage could not be checked.`;

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
