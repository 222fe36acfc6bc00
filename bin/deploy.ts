/**
 * npm run deploy: deploys a stage with the cdk CLI, then writes its URL into manifest.yml.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { parseArgs } from 'node:util';
import { keepOtherStages, type Outputs } from '../lib/outputs-file';
import { OUTPUTS } from '../lib/stack-outputs';
import { cliEnvironment } from '../tools/emulator/aws/cli-environment';
import { type CommandIo, messageOf, PROCESS_IO } from './command';
import { run as updateManifest } from './manifest';
import { OUTPUTS_FILE } from './project';

/**
 * Runs a program to its end with our own terminal; resolves to its exit status.
 *
 * @param environment `undefined`: ours
 */
export type RunProgram = (
  program: string,
  programArguments: readonly string[],
  environment?: Readonly<Record<string, string>>,
) => Promise<number>;

const USAGE = `Usage: npm run deploy -- --stage <name> [arguments of cdk deploy]

Deploys every stack of a stage, then writes its URL into manifest.yml. ${OUTPUTS_FILE} keeps what the other stages'
deploys have written there. For example:

  npm run deploy -- --stage dev --require-approval never

A rehearsal: with AWS_ENDPOINT_URL at an emulated AWS on this machine, such as awsEndpointUrl of "npm run local -- --serve",
it deploys there, with no credentials of yours, and manifest.yml gets a URL of this machine.`;

/** An AWS on this machine; any other endpoint is AWS's own business. */
const EMULATED_AWS = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/?$/;

/**
 * Runs the command.
 *
 * @returns exit status: that of the cdk CLI where it failed, else that of `npm run manifest`; 2 for a wrong command line
 */
export async function run(argv: readonly string[], io: CommandIo, runProgram: RunProgram): Promise<number> {
  const { stage, cdkArguments, help, ownOutputsFile } = parseDeployArguments(argv);
  if (help) {
    io.out(USAGE);
    return 0;
  }
  if (stage === undefined || stage === '' || stage.startsWith('-')) {
    io.err(`--stage is missing: the name of a stage in config.ts.\n\n${USAGE}`);
    return 2;
  }
  if (ownOutputsFile) {
    io.err(`--outputs-file can't be given: the URL is read from ${OUTPUTS_FILE}.\n\n${USAGE}`);
    return 2;
  }
  const { AWS_ENDPOINT_URL: endpoint = '' } = io.environment;
  const isRehearsal = EMULATED_AWS.test(endpoint);
  if (isRehearsal) io.err(`A rehearsal: ${endpoint} stands for AWS. Take manifest.yml back afterwards.`);
  const outputsFile = resolvePath(io.cwd, OUTPUTS_FILE);
  const before = textOf(outputsFile);
  const status = await runProgram(
    process.execPath,
    [
      require.resolve('aws-cdk/bin/cdk'),
      'deploy',
      '--all',
      '-c',
      `stage=${stage}`,
      '--outputs-file',
      OUTPUTS_FILE,
      ...cdkArguments,
    ],
    isRehearsal ? cliEnvironment(endpoint, io.environment) : undefined,
  );
  const after = textOf(outputsFile);
  if (before !== '' && after !== before) {
    const isOwn = (outputs: Outputs) => outputs[OUTPUTS.stage] === stage;
    writeFileSync(outputsFile, keepOtherStages(before, after, { isOwn, failed: status !== 0 }));
  }
  if (status !== 0) {
    io.err(`cdk deploy ended with status ${status}; manifest.yml is as it was.`);
    return status;
  }
  return updateManifest(['--stage', stage, '--outputs', OUTPUTS_FILE], { ...io, allowLoopback: isRehearsal });
}

/** The text of the file; empty when there is none. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Takes what is ours out of the command line; the rest is for the cdk CLI, untouched. */
function parseDeployArguments(argv: readonly string[]) {
  const { tokens } = parseArgs({
    args: [...argv],
    options: { stage: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
  });
  const options = tokens.filter((token) => token.kind === 'option');
  const stages = options.filter(({ name }) => name === 'stage');
  const ours = new Set(stages.flatMap(({ index, inlineValue }) => (inlineValue ? [index] : [index, index + 1])));
  return {
    stage: stages.at(-1)?.value,
    cdkArguments: argv.filter((_, index) => !ours.has(index)),
    help: options.some(({ name }) => name === 'help'),
    ownOutputsFile: options.some(({ name }) => name === 'outputs-file' || name === 'O'),
  };
}

/** Runs a program without a shell, and passes on the signals that would end us. */
const runInTerminal: RunProgram = (program, programArguments, environment) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { stdio: 'inherit', ...(environment && { env: environment }) });
    // Ctrl-C reaches the child by itself, from the terminal: we only wait for it to clean up.
    const ignore = () => {};
    const terminate = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore).on('SIGTERM', terminate);
    const stopListening = () => process.off('SIGINT', ignore).off('SIGTERM', terminate);
    child.once('error', (error) => {
      stopListening();
      reject(error);
    });
    child.once('exit', (code) => {
      stopListening();
      resolve(code ?? 1);
    });
  });

if (require.main === module) {
  run(process.argv.slice(2), PROCESS_IO, runInTerminal).then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      PROCESS_IO.err(`cdk deploy can't be started: ${messageOf(error)}`);
      process.exitCode = 1;
    },
  );
}
