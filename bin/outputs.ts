/**
 * npm run outputs: fetches the outputs of deployed stacks, for a machine that hasn't deployed them, such as CI's. It only
 * reads from AWS.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stacksOf } from '../lib/stage-stacks';
import { LOCAL_CREDENTIALS } from '../tools/emulator/aws/account';
import { type CommandIo, EXIT, messageOf, parseOptions, reportError, runAsProgram } from './command';
import { CONFIG_FILE, OUTPUTS_FILE, readConfig, selectStages } from './project';

const USAGE = `Usage: npm run outputs -- [options]

Writes the outputs of deployed stacks into ${OUTPUTS_FILE}, which "npm run manifest" reads.

  --stage <name>    only this stage, which must be deployed (default: all deployed stages of config.ts)
  --outputs <file>  file to write (default: ${OUTPUTS_FILE})
  --config <file>   configuration (default: config.ts)
  --endpoint <url>  read from an emulated AWS
  --help            show this text`;

/** Outputs of a stack by their names. */
type Outputs = Readonly<Record<string, string>>;

/**
 * Runs the command.
 *
 * @returns exit status: 0 when the file is written, 1 for an error, 2 for a wrong command line
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const flags = parseFlags(argv);
    if (flags.help) io.out(USAGE);
    else await writeOutputs(flags, io);
    return EXIT.ok;
  } catch (error) {
    return reportError(error, USAGE, io);
  }
}

const parseFlags = (argv: readonly string[]) =>
  parseOptions(argv, {
    stage: { type: 'string' },
    outputs: { type: 'string', default: OUTPUTS_FILE },
    config: { type: 'string', default: CONFIG_FILE },
    endpoint: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  });

async function writeOutputs(flags: ReturnType<typeof parseFlags>, io: CommandIo): Promise<void> {
  const config = readConfig(flags.config, io.cwd);
  const stages = selectStages(config, flags.stage, flags.config);
  const found: Record<string, Outputs> = {};
  const missing: string[] = [];
  for (const { id: stackName, region } of stages.flatMap((stage) => stacksOf(config.name, stage))) {
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

/** The outputs of a stack; `undefined` if it doesn't exist. */
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
    // CloudFormation has no error code for a missing stack.
    if (messageOf(error).includes('does not exist')) return undefined;
    throw new Error(
      `Can't describe ${stackName} in ${region}: ${messageOf(error)}. Use AWS credentials with the right ` +
        'cloudformation:DescribeStacks.',
    );
  } finally {
    client.destroy();
  }
}

if (require.main === module) void runAsProgram(run);
