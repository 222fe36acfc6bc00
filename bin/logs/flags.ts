import { parseOptions, UsageError } from '../command';
import { CONFIG_FILE } from '../project';

export const USAGE = `Usage: npm run logs -- --stage <name> [options]

Shows the calls to a deployed stage and their results, from the logs of receiver and worker. It only reads.

  --stage <name>         stage in config.ts (default: the only one; with --endpoint the first one)
  --region <key>         Forge's region key, if the stage has several regions (default: default)
  --since <time>         how far back: 30m, 2h, 3d (default: 1h)
  --follow               keep showing new lines, until Ctrl-C
  --trace <id>           only this call: the traceId of a log line, or one that Atlassian's support gives you
  --installation <uuid>  only this installation
  --refused              only refused calls
  --json                 show the lines as JSON, as the functions wrote them; also when the output is piped
  --endpoint <url>       read from an emulated AWS: awsEndpointUrl of "npm run local -- --serve"
  --config <file>        the configuration that was deployed (default: ${CONFIG_FILE})
  --help                 show this text

Exit status: 0 the logs were read, 1 they could not be read, 2 wrong command line.`;

export interface Flags {
  readonly stage?: string;
  readonly region?: string;
  readonly sinceMs: number;
  readonly follow: boolean;
  readonly traceId?: string;
  readonly installation?: string;
  readonly refused: boolean;
  readonly json: boolean;
  readonly endpoint?: string;
  readonly config: string;
  readonly help: boolean;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** B3: 64 or 128 bits in hex. */
const TRACE_ID = /^[0-9a-f]{16}([0-9a-f]{16})?$/;

/** @throws {UsageError} */
export function parseFlags(argv: readonly string[]): Flags {
  const { since, trace, installation, endpoint, ...flags } = parseOptions(argv, {
    stage: { type: 'string' },
    region: { type: 'string' },
    since: { type: 'string', default: '1h' },
    follow: { type: 'boolean', default: false },
    trace: { type: 'string' },
    installation: { type: 'string' },
    refused: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    endpoint: { type: 'string' },
    config: { type: 'string', default: CONFIG_FILE },
    help: { type: 'boolean', short: 'h', default: false },
  });
  const [, number, unit = ''] = /^([1-9]\d{0,4})([mhd])$/.exec(since) ?? [];
  if (number === undefined) throw new UsageError(`--since is ${since}; allowed: minutes, hours or days: 30m, 2h, 3d`);
  if (trace !== undefined && !TRACE_ID.test(trace)) {
    throw new UsageError(`--trace is ${trace}; allowed: 16 or 32 characters of 0-9 and a-f`);
  }
  const uuid = installation?.replace(/^ari:cloud:ecosystem::installation\//, '');
  if (uuid !== undefined && !UUID.test(uuid)) {
    throw new UsageError(
      `--installation is ${installation}; allowed: a uuid, or ari:cloud:ecosystem::installation/<uuid>`,
    );
  }
  if (endpoint !== undefined && !/^https?:\/\/[^/\s]+$/.test(endpoint)) {
    throw new UsageError(`--endpoint is ${endpoint}; allowed: a URL without a path, such as http://127.0.0.1:4566`);
  }
  return {
    ...flags,
    sinceMs: Number(number) * (UNIT_MS[unit] ?? 0),
    ...(trace !== undefined && { traceId: trace }),
    ...(uuid !== undefined && { installation: uuid }),
    ...(endpoint !== undefined && { endpoint }),
  };
}
