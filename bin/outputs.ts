/**
 * npm run outputs: writes what deployed stacks say of themselves into the file that `npm run deploy` writes, for a machine
 * that hasn't deployed them, such as CI's. It only reads from AWS.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, parseConfig } from '../lib/config';
import { type StageStack, stacksOf } from '../lib/stage-stacks';
import { LOCAL_CREDENTIALS } from '../tools/emulator/aws/account';
import { type CommandIo, OUTPUTS_FILE, PROCESS_IO } from './manifest';

const USAGE = `Usage: npm run outputs -- [options]

Writes the outputs of deployed stacks into ${OUTPUTS_FILE}, where "npm run manifest" looks for them.

  --stage <name>    only that stage, which must be deployed (default: those in config.ts that are)
  --outputs <file>  file to write (default: ${OUTPUTS_FILE})
  --config <file>   configuration (default: config.ts)
  --endpoint <url>  an emulated AWS
  --help            show this text`;

interface Flags {
  readonly stage?: string;
  readonly outputs: string;
  readonly config: string;
  readonly endpoint?: string;
  readonly help: boolean;
}

/** Outputs of a stack by their names. */
type Outputs = Readonly<Record<string, string>>;

/**
 * Runs the command.
 *
 * @returns exit status: 0 when the file is written, 1 when an error was told, 2 for a wrong command line
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  let flags: Flags;
  try {
    flags = parseFlags(argv);
  } catch (error) {
    io.err(`${messageOf(error).split('. ')[0]}.\n\n${USAGE}`);
    return 2;
  }
  if (flags.help) {
    io.out(USAGE);
    return 0;
  }
  try {
    await writeOutputs(flags, io);
    return 0;
  } catch (error) {
    io.err(messageOf(error));
    return 1;
  }
}

function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: 'string' },
      outputs: { type: 'string', default: OUTPUTS_FILE },
      config: { type: 'string', default: 'config.ts' },
      endpoint: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return values;
}

async function writeOutputs(flags: Flags, io: CommandIo): Promise<void> {
  const config = await readConfig(resolve(io.cwd, flags.config), flags.config);
  const found: Record<string, Outputs> = {};
  const missing: string[] = [];
  for (const { id: stackName, region } of selectedStacks(config, flags)) {
    const outputs = await describe(stackName, region, flags.endpoint);
    if (outputs) found[stackName] = outputs;
    else missing.push(`${stackName} in ${region}`);
  }
  const names = Object.keys(found);
  if (names.length === 0 || (flags.stage !== undefined && missing.length > 0)) {
    throw new Error(
      `Not deployed, in the account of these credentials: ${missing.join(', ')}. Deploy first: npm run deploy -- --stage <stage>`,
    );
  }
  writeFileSync(resolve(io.cwd, flags.outputs), `${JSON.stringify(found, null, 2)}\n`);
  io.out(`${flags.outputs} has the outputs of ${names.join(', ')}.`);
}

async function readConfig(file: string, name: string): Promise<Config> {
  const module = await import(file).catch((error: unknown) => {
    throw new Error(`The configuration can't be loaded: ${messageOf(error)}`);
  });
  return parseConfig(module.default, name);
}

/** The stacks that are asked for, in all their regions. */
function selectedStacks({ name, stages }: Config, { stage, config }: Flags): StageStack[] {
  const selected = stages.filter((candidate) => stage === undefined || candidate.name === stage);
  if (selected.length > 0) return selected.flatMap((each) => stacksOf(name, each));
  const known = stages.map((candidate) => candidate.name).join(', ');
  throw new Error(`There is no stage ${JSON.stringify(stage)} in ${config}; allowed with --stage: ${known}`);
}

/** What the stack says; `undefined` when there is none. */
async function describe(stackName: string, region: string, endpoint?: string): Promise<Outputs | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient({
    region,
    ...(endpoint !== undefined && { endpoint, credentials: LOCAL_CREDENTIALS }),
  });
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs);
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    // CloudFormation has no error of its own for this.
    if (messageOf(error).includes('does not exist')) return undefined;
    throw new Error(
      `${stackName} in ${region} can't be looked at: ${messageOf(error)}. It takes AWS credentials with the right ` +
        'cloudformation:DescribeStacks.',
    );
  } finally {
    client.destroy();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

if (require.main === module) {
  // The age of this Node is not this command's news. It is the SDK's own switch for its warning; others still show.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  run(process.argv.slice(2), PROCESS_IO).then((status) => {
    process.exitCode = status;
  });
}
