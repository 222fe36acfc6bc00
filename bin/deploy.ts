/**
 * npm run deploy: deploys a stage with the cdk CLI, then writes its URL into manifest.yml.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve as resolvePath } from 'node:path';
import { keepOtherStages, type Outputs } from '../lib/outputs-file';
import { OUTPUTS } from '../lib/stack-outputs';
import { type StageStack, stacksOf } from '../lib/stage-stacks';
import { cliEnvironment } from '../tools/emulator/aws/cli-environment';
import { type CommandIo, EXIT, runAsProgram, wrap } from './command';
import { FAILURES_PAGE, parseDeployArguments, USAGE } from './deploy/arguments';
import {
  type Destination,
  describeFailedStack,
  findFailedStacks,
  unprotect,
  unprotectCommand,
} from './deploy/failed-stacks';
import { hintsFor } from './deploy/hints';
import { run as updateManifest } from './manifest';
import { inGitHead } from './manifest/version-report';
import { MANIFEST_COPY, MANIFEST_FILE, OUTPUTS_COPY, OUTPUTS_FILE, readConfig, selectStages } from './project';
import { confirms, createPrompt, NoAnswer, type Prompt } from './setup/conversation';

/** What the command needs from its surroundings, apart from AWS. */
export interface DeployIo extends CommandIo {
  readonly runProgram: RunProgram;
  /** Opens a prompt. Absent when standard input is no terminal. */
  readonly openPrompt?: () => Prompt;
}

/**
 * Runs a program in this terminal. Resolves to its exit status.
 *
 * @param environment `undefined`: that of this process
 * @param onText also receives what the program writes to standard error
 */
export type RunProgram = (
  program: string,
  programArguments: readonly string[],
  environment: Readonly<Record<string, string>> | undefined,
  onText: (text: string) => void,
) => Promise<number>;

/** An emulated AWS on this machine. Any other endpoint is one of AWS's own, and changes nothing here. */
const EMULATED_AWS = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/?$/;

/** How many characters of the cdk CLI's output to keep. Its errors come last. */
const MOST_KEPT = 200_000;

/**
 * Runs the command.
 *
 * @returns exit status: that of the cdk CLI if it fails, otherwise that of `npm run manifest`; 1 when a failed stack is still
 *   protected, 2 for a wrong command line
 */
export async function run(argv: readonly string[], io: DeployIo): Promise<number> {
  const { stage, help, ownOutputsFile, configFile, profile, ...given } = parseDeployArguments(argv);
  if (help) {
    io.out(USAGE);
    return EXIT.ok;
  }
  if (stage === undefined || stage === '' || stage.startsWith('-')) {
    io.err(`--stage is missing; allowed: the name of a stage in config.ts.\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (ownOutputsFile) {
    io.err(`--outputs-file can't be used: the URL is read from ${OUTPUTS_FILE}.\n\n${USAGE}`);
    return EXIT.usage;
  }
  const { AWS_ENDPOINT_URL: endpoint = '' } = io.environment;
  const isRehearsal = EMULATED_AWS.test(endpoint);
  if (isRehearsal)
    io.err(`Rehearsal: deploys to ${endpoint}, and writes ${MANIFEST_COPY} instead of ${MANIFEST_FILE}.`);
  const destination: Destination = {
    stacks: stacksOfStage(stage, configFile, io.cwd),
    ...(isRehearsal && { endpoint }),
    ...(profile !== undefined && { profile }),
  };
  if (!(await unprotectFailedStacks(destination, given, io))) return EXIT.failed;
  const { status, printed } = await runCdk(stage, given.cdkArguments, destination, io);
  if (status === EXIT.ok)
    return isRehearsal
      ? rehearseManifest(stage, io)
      : updateManifest(['--stage', stage, '--outputs', OUTPUTS_FILE], io);
  await explainFailure(status, printed, destination, io);
  return status;
}

/** Empty when the stage or the configuration can't be read: the cdk CLI reports that better. */
function stacksOfStage(stage: string, configFile: string, cwd: string): StageStack[] {
  try {
    const config = readConfig(configFile, cwd);
    return selectStages(config, stage, configFile).flatMap((each) => stacksOf(config.name, each));
  } catch {
    return [];
  }
}

/** Switches off, if the user agrees, the protection of stacks that a failed first deployment left. @returns whether to go on */
async function unprotectFailedStacks(
  destination: Destination,
  { unprotectFailed }: { readonly unprotectFailed: boolean },
  io: DeployIo,
): Promise<boolean> {
  const stacks = (await findFailedStacks(destination)).filter(({ isProtected }) => isProtected);
  if (stacks.length === 0) return true;
  for (const stack of stacks) io.err(wrap(describeFailedStack(stack), { width: 120 }));
  if (!unprotectFailed && !(await mayUnprotect(io))) {
    const byHand = stacks.map((stack) => `  ${unprotectCommand(stack)}`).join('\n');
    io.err(
      `Nothing was changed. Run the command again with --unprotect-failed, or switch the protection off by hand:\n${byHand}`,
    );
    return false;
  }
  await unprotect(stacks);
  io.err('The protection is off. cdk deploy creates the stack again, with protection:');
  return true;
}

/** Whether there is somebody to ask who agrees. */
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

/** Deploys, and keeps the outputs of other stages in the outputs file. */
async function runCdk(
  stage: string,
  cdkArguments: readonly string[],
  { stacks, endpoint }: Destination,
  { runProgram, cwd, environment }: DeployIo,
): Promise<{ readonly status: number; readonly printed: string }> {
  const outputsName = endpoint === undefined ? OUTPUTS_FILE : OUTPUTS_COPY;
  const outputsFile = resolvePath(cwd, outputsName);
  const before = textOf(outputsFile);
  const cdkHome = endpoint === undefined ? undefined : mkdtempSync(join(tmpdir(), 'forge-remote-cdk-'));
  const options = { parent: environment, region: stacks[0]?.region, cdkHome };
  let printed = '';
  const status = await runProgram(
    process.execPath,
    [
      require.resolve('aws-cdk/bin/cdk'),
      'deploy',
      '--all',
      '-c',
      `stage=${stage}`,
      '--outputs-file',
      outputsName,
      ...cdkArguments,
    ],
    endpoint === undefined ? undefined : { ...withoutAws(environment), ...cliEnvironment(endpoint, options) },
    (text) => {
      printed = (printed + text).slice(-MOST_KEPT);
    },
  ).finally(() => cdkHome !== undefined && rmSync(cdkHome, { recursive: true, force: true }));
  const after = textOf(outputsFile);
  if (before !== '' && after !== before) {
    const isOwn = (outputs: Outputs) => outputs[OUTPUTS.stage] === stage;
    writeFileSync(outputsFile, keepOtherStages(before, after, { isOwn, failed: status !== 0 }));
  }
  return { status, printed };
}

/** Writes the URL into a copy of the manifest, because it is a URL of this machine. */
function rehearseManifest(stage: string, io: DeployIo): number {
  const copy = resolvePath(io.cwd, MANIFEST_COPY);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(resolvePath(io.cwd, MANIFEST_FILE), copy);
  return updateManifest(['--stage', stage, '--outputs', OUTPUTS_COPY, '--manifest', MANIFEST_COPY], {
    ...io,
    allowLoopback: true,
    committed: () => inGitHead(resolvePath(io.cwd, MANIFEST_FILE)),
  });
}

/** The environment without AWS and proxy settings, which could lead to a real account or away from this machine. */
const withoutAws = (environment: CommandIo['environment']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^AWS_|_PROXY$/i.test(entry[0]),
    ),
  );

/** The text of the file; empty if it doesn't exist. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Prints what a failed deployment left, the likely cause, and what to do. */
async function explainFailure(status: number, printed: string, destination: Destination, { err }: DeployIo) {
  err(`\ncdk deploy failed with status ${status}; manifest.yml is unchanged.`);
  for (const { name, region, status: state } of await findFailedStacks(destination)) {
    const left = state === 'ROLLBACK_COMPLETE' ? 'everything was rolled back' : 'some of it could not be rolled back';
    err(
      `${name} in ${region} is ${state}: ${left}. Fix the cause and run the same command; it creates the stack again.`,
    );
  }
  for (const { cause, fix } of hintsFor(printed)) {
    err(`\n${wrap(`Most likely: ${cause}`, { width: 120 })}\n${wrap(`To do: ${fix}`, { width: 120 })}`);
  }
  err(`\nWhy deployments fail, and what to do: ${FAILURES_PAGE}`);
}

/** Runs a program without a shell, and passes signals on to it. */
const runInTerminal: RunProgram = (program, programArguments, environment, onText) =>
  new Promise((resolve, reject) => {
    const { isTTY } = process.stderr;
    const child = spawn(program, programArguments, {
      stdio: ['inherit', 'inherit', 'pipe'],
      // Standard error is a pipe, so the program would print no colours.
      env: {
        ...(isTTY && process.stdout.isTTY && !process.env.NO_COLOR && { FORCE_COLOR: '1' }),
        ...(environment ?? process.env),
      },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      onText(text);
    });
    // The terminal sends Ctrl-C to the child as well: only wait for it to clean up.
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
