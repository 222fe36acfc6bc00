/**
 * npm run manifest: writes the deployed URL into manifest.yml, or with --check says whether it is there.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PLACEHOLDER_APP_ID, readAppId } from '../lib/manifest/app-id';
import { type BaseUrlChange, setBaseUrl } from '../lib/manifest/edit';
import { replaceFile } from '../lib/manifest/replace-file';
import { findStage } from '../lib/stack-outputs';

/** Where a command reads and writes; given by the caller, so that it can run inside another program. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Folder that relative file names start from. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Whether the URL may be http: on this machine, as in a local run.
   *
   * @default false
   */
  readonly allowLoopback?: boolean;
}

/** The process's own streams, folder and environment. */
export const PROCESS_IO: CommandIo = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  cwd: process.cwd(),
  environment: process.env,
};

/** File that `npm run deploy` has the CDK write the stack's outputs to. */
export const OUTPUTS_FILE = 'cdk-outputs.json';

const USAGE = `Usage: npm run manifest -- [options]

Writes the deployed URL into the remotes entry of manifest.yml.

  --stage <name>     stage that was deployed (default: the only one in the outputs file)
  --outputs <file>   what "cdk deploy --outputs-file" wrote (default: ${OUTPUTS_FILE})
  --manifest <file>  manifest to edit (default: manifest.yml)
  --check            write nothing; exit with 1 if the manifest has another URL
  --help             show this text`;

interface Flags {
  readonly stage?: string;
  readonly outputs: string;
  readonly manifest: string;
  readonly check: boolean;
  readonly help: boolean;
}

/**
 * Runs the command.
 *
 * @returns exit status: 0 when manifest.yml says the deployed URL, 1 when it doesn't or an error was told, 2 for a wrong
 * command line
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

function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: 'string' },
      outputs: { type: 'string', default: OUTPUTS_FILE },
      manifest: { type: 'string', default: 'manifest.yml' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return values;
}

/** What `parseArgs` says, without its advice on positional arguments, of which there are none here. */
const firstSentence = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('. ')[0] ?? '';

function updateManifest(flags: Flags, io: CommandIo): number {
  const file = flags.manifest;
  const text = readText(file, io, 'Give its name with --manifest.');
  const outputs = readText(flags.outputs, io, 'Deploy first: npm run deploy -- --stage <stage>');
  const appId = readAppId(text, { file, environment: io.environment });
  const stack = findStage(outputs, {
    appId,
    file: flags.outputs,
    ...(flags.stage !== undefined && { stage: flags.stage }),
  });
  const edited = setBaseUrl(text, {
    file,
    baseUrl: stack.remoteBaseUrl,
    remoteKey: stack.remoteKey,
    environment: io.environment,
    ...(io.allowLoopback !== undefined && { allowLoopback: io.allowLoopback }),
  });

  const [change] = edited.changes;
  if (change === undefined) {
    io.out(`${file} is up to date: the baseUrl of remote "${stack.remoteKey}" is ${stack.remoteBaseUrl}`);
    return 0;
  }
  if (flags.check) {
    io.err(drift(file, change, stack.stage));
    return 1;
  }
  replaceFile(resolve(io.cwd, file), edited.text);
  io.out(written(file, change, appId === PLACEHOLDER_APP_ID));
  return 0;
}

/** The text of `file`. What is not UTF-8 is refused: writing it back would change bytes that nobody asked to change. */
function readText(file: string, io: CommandIo, ifMissing: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolve(io.cwd, file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `${file} does not exist. ${ifMissing}` : `${file} can't be read: ${message}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${file} is not UTF-8. Save it as UTF-8, then run the command again.`);
  }
}

const before = ({ from }: BaseUrlChange): string => from ?? '(none)';

function drift(file: string, change: BaseUrlChange, stage: string): string {
  return [
    `${file}:${change.line}: the baseUrl of remote "${change.remoteKey}" is not the deployed URL.`,
    `  manifest  ${before(change)}`,
    `  deployed  ${change.to}`,
    `Run "npm run manifest -- --stage ${stage}", then "forge deploy -e <environment>".`,
  ].join('\n');
}

function written(file: string, change: BaseUrlChange, placeholderAppId: boolean): string {
  return [
    `${file}:${change.line}: the baseUrl of remote "${change.remoteKey}" has changed.`,
    `  old  ${before(change)}`,
    `  new  ${change.to}`,
    '',
    'To Forge, a new URL is a new major version of the app: sites where it is installed stay on the old version, and',
    'call the old URL, until an admin of the site consents to the new one.',
    '',
    'Next:',
    ...(placeholderAppId
      ? ['  forge register                  (app.id is still the placeholder; deploy again after it)']
      : []),
    '  forge deploy -e <environment>   uploads the manifest as a new version',
    '  forge install --upgrade         moves a site to it, for whoever is an admin of the site',
  ].join('\n');
}

if (require.main === module) process.exitCode = run(process.argv.slice(2), PROCESS_IO);
