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
import { type CommandIo, EXIT, runAsProgram, wrap } from './command';
import { describeFailedStack, findFailedStacks, unprotect, unprotectCommand } from './deploy/failed-stacks';
import { hintsFor } from './deploy/hints';
import { run as updateManifest } from './manifest';
import { CONFIG_FILE, OUTPUTS_FILE } from './project';
import { confirms } from './setup/ask';
import { createPrompt, NoAnswer, type Prompt } from './setup/prompt';

/** What the command has to do with the world, apart from AWS. */
export interface DeployIo extends CommandIo {
  readonly runProgram: RunProgram;
  /** Somebody to ask. Absent: nobody is there. */
  readonly openPrompt?: () => Prompt;
}

/**
 * Runs a program to its end with our own terminal; resolves to its exit status.
 *
 * @param environment `undefined`: ours
 * @param onText takes what it writes to its standard error, which is shown as well
 */
export type RunProgram = (
  program: string,
  programArguments: readonly string[],
  environment: Readonly<Record<string, string>> | undefined,
  onText: (text: string) => void,
) => Promise<number>;

/** What a first deployment may run into, and what to do then. */
const FAILURES_PAGE = 'docs/first-deployment.md';

const USAGE = `Usage: npm run deploy -- --stage <name> [--unprotect-failed] [arguments of cdk deploy]

Deploys every stack of a stage, then writes its URL into manifest.yml. ${OUTPUTS_FILE} keeps what the other stages'
deploys have written there. For example:

  npm run deploy -- --stage dev --require-approval never

A stack whose first deployment failed is empty, and made anew. Where termination protection forbids that, the command asks
whether to switch it off first; --unprotect-failed says yes. Why deployments fail: ${FAILURES_PAGE}

A rehearsal: with AWS_ENDPOINT_URL at an emulated AWS on this machine, such as awsEndpointUrl of "npm run local -- --serve",
it deploys there, with no credentials of yours, and manifest.yml gets a URL of this machine.`;

/** An AWS on this machine; any other endpoint is AWS's own business. */
const EMULATED_AWS = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/?$/;

/** The most of what the cdk CLI writes that is kept: its errors come last. */
const MOST_KEPT = 200_000;

/**
 * Runs the command.
 *
 * @returns exit status: that of the cdk CLI where it failed, else that of `npm run manifest`; 1 where a stack can't be
 *   deployed as it is, 2 for a wrong command line
 */
export async function run(argv: readonly string[], io: DeployIo): Promise<number> {
  const { stage, cdkArguments, help, ownOutputsFile, hasProgress, ...given } = parseDeployArguments(argv);
  if (help) {
    io.out(USAGE);
    return EXIT.ok;
  }
  if (stage === undefined || stage === '' || stage.startsWith('-')) {
    io.err(`--stage is missing: the name of a stage in config.ts.\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (ownOutputsFile) {
    io.err(`--outputs-file can't be given: the URL is read from ${OUTPUTS_FILE}.\n\n${USAGE}`);
    return EXIT.usage;
  }
  const { AWS_ENDPOINT_URL: endpoint = '' } = io.environment;
  const isRehearsal = EMULATED_AWS.test(endpoint);
  if (isRehearsal) io.err(`A rehearsal: ${endpoint} stands for AWS. Take manifest.yml back afterwards.`);
  const { configFile = CONFIG_FILE, profile, unprotectFailed } = given;
  const destination = {
    ...{ stage, configFile, cwd: io.cwd },
    ...(isRehearsal && { endpoint }),
    ...(profile !== undefined && { profile }),
  };
  const protectedOnes = (await findFailedStacks(destination)).filter(({ isProtected }) => isProtected);
  if (protectedOnes.length > 0) {
    for (const stack of protectedOnes) io.err(wrap(describeFailedStack(stack), { width: 120 }));
    if (!unprotectFailed && !(await mayUnprotect(io))) {
      const byHand = protectedOnes.map((stack) => `  ${unprotectCommand(stack)}`).join('\n');
      io.err(`Nothing is changed. Run it again with --unprotect-failed, or switch it off by hand:\n${byHand}`);
      return EXIT.failed;
    }
    await unprotect(protectedOnes);
    io.err('Its protection is off. cdk deploy makes it anew, protected again:');
  }

  const outputsFile = resolvePath(io.cwd, OUTPUTS_FILE);
  const before = textOf(outputsFile);
  let printed = '';
  const status = await io.runProgram(
    process.execPath,
    [
      require.resolve('aws-cdk/bin/cdk'),
      'deploy',
      '--all',
      '-c',
      `stage=${stage}`,
      '--outputs-file',
      OUTPUTS_FILE,
      ...(hasProgress ? [] : ['--progress', 'events']),
      ...cdkArguments,
    ],
    isRehearsal ? rehearsalEnvironment(endpoint, io.environment) : undefined,
    (text) => {
      printed = (printed + text).slice(-MOST_KEPT);
    },
  );
  const after = textOf(outputsFile);
  if (before !== '' && after !== before) {
    const isOwn = (outputs: Outputs) => outputs[OUTPUTS.stage] === stage;
    writeFileSync(outputsFile, keepOtherStages(before, after, { isOwn, failed: status !== 0 }));
  }
  if (status !== 0) {
    io.err(`\ncdk deploy ended with status ${status}; manifest.yml is as it was.`);
    for (const { name, region, status: state } of await findFailedStacks(destination)) {
      const left =
        state === 'ROLLBACK_COMPLETE' ? 'all that was made is taken back' : 'some of it could not be taken back';
      io.err(`${name} in ${region} is ${state}: ${left}. Mend what failed, and run the same command: it is made anew.`);
    }
    for (const { cause, fix } of hintsFor(printed)) {
      io.err(`\n${wrap(`Most likely: ${cause}`, { width: 120 })}\n${wrap(`To do: ${fix}`, { width: 120 })}`);
    }
    io.err(`\nWhat deployments fail of, and what to do: ${FAILURES_PAGE}`);
    return status;
  }
  return updateManifest(['--stage', stage, '--outputs', OUTPUTS_FILE], { ...io, allowLoopback: isRehearsal });
}

/** Whether somebody is there and says yes. */
async function mayUnprotect({ openPrompt, err }: DeployIo): Promise<boolean> {
  const prompt = openPrompt?.();
  if (!prompt) return false;
  try {
    return await confirms('Switch its termination protection off?', prompt, err);
  } catch (error) {
    if (error instanceof NoAnswer) return false;
    throw error;
  } finally {
    prompt.close();
  }
}

/**
 * The environment of a deployment into an emulated AWS: ours, which config.ts and manifest.yml may read, without what
 * could lead to a real account, or past this machine.
 */
function rehearsalEnvironment(endpoint: string, ours: CommandIo['environment']): Record<string, string> {
  const kept = Object.entries(ours).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^AWS_|_PROXY$/i.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...cliEnvironment(endpoint, ours) };
}

/** The text of the file; empty when there is none. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Takes what is ours out of the command line; the rest is for the cdk CLI, untouched. What both need is only looked at. */
function parseDeployArguments(argv: readonly string[]) {
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: 'string' },
      'unprotect-failed': { type: 'boolean' },
      profile: { type: 'string' },
      context: { type: 'string', short: 'c' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    tokens: true,
  });
  const options = tokens.filter((token) => token.kind === 'option');
  const ours = options
    .filter(({ name }) => name === 'stage' || name === 'unprotect-failed')
    .flatMap(({ index, inlineValue, value }) =>
      inlineValue !== false || value === undefined ? [index] : [index, index + 1],
    );
  const last = (name: string) => options.findLast((option) => option.name === name)?.value;
  const contexts = options.filter(({ name }) => name === 'context').map(({ value }) => value ?? '');
  return {
    stage: last('stage'),
    configFile: contexts.findLast((text) => text.startsWith('config='))?.slice('config='.length),
    profile: last('profile'),
    unprotectFailed: options.some(({ name }) => name === 'unprotect-failed'),
    cdkArguments: argv.filter((_, index) => !ours.includes(index)),
    help: options.some(({ name }) => name === 'help'),
    // What it shows otherwise, a bar, needs the terminal itself.
    hasProgress: options.some(({ name }) => name === 'progress'),
    ownOutputsFile: options.some(({ name }) => name === 'outputs-file' || name === 'O'),
  };
}

/** Runs a program without a shell, and passes on the signals that would end us. */
const runInTerminal: RunProgram = (program, programArguments, environment, onText) =>
  new Promise((resolve, reject) => {
    const { isTTY } = process.stderr;
    const child = spawn(program, programArguments, {
      stdio: ['inherit', 'inherit', 'pipe'],
      // A pipe has no colours by itself.
      env: {
        ...(isTTY && process.stdout.isTTY && !process.env.NO_COLOR && { FORCE_COLOR: '1' }),
        ...(environment ?? process.env),
      },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      onText(text);
    });
    // Ctrl-C reaches the child by itself, from the terminal: we only wait for it to clean up.
    const ignore = () => {};
    const terminate = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore).on('SIGTERM', terminate);
    const stopListening = () => process.off('SIGINT', ignore).off('SIGTERM', terminate);
    child.once('error', (error) => {
      stopListening();
      reject(new Error(`cdk deploy can't be started: ${error.message}`));
    });
    child.once('close', (code) => {
      stopListening();
      resolve(code ?? 1);
    });
  });

if (require.main === module) {
  const openPrompt = () => createPrompt(process.stdin, process.stderr, true);
  void runAsProgram((argv, io) =>
    run(argv, { ...io, runProgram: runInTerminal, ...(process.stdin.isTTY && { openPrompt }) }),
  );
}
