import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const SERVER = path.join(__dirname, 'server.py');

/** The oldest Python that it runs with: moto 5.2 asks for the same. */
const PYTHON_AT_LEAST = '3.10';

/** A Python that can run moto. */
export interface MotoInstallation {
  readonly python: string;
  readonly pythonVersion: string;
  readonly motoVersion: string;
}

const PROBE = `
import sys, moto
from moto.moto_server import werkzeug_app
assert sys.version_info >= (${PYTHON_AT_LEAST.replace('.', ', ')})
print(sys.version.split()[0], moto.__version__)
`;

/** Looks for a Python of at least 3.10 with moto and its server. @returns `undefined` when there is none */
export function findMoto(): MotoInstallation | undefined {
  for (const python of ['python3', 'python']) {
    const { status, stdout } = spawnSync(python, ['-c', PROBE], { encoding: 'utf8' });
    const [pythonVersion, motoVersion] = status === 0 ? stdout.trim().split(' ') : [];
    if (pythonVersion && motoVersion) return { python, pythonVersion, motoVersion };
  }
  return undefined;
}

export interface Moto {
  /** For `AWS_ENDPOINT_URL`, without a slash at its end. */
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

export interface MotoOptions {
  readonly installation: MotoInstallation;
  /** What every deployed Function URL is. @default one that leads nowhere */
  readonly functionUrl?: string;
}

/**
 * Starts moto in a process of its own: an AWS that somebody else has written, in Python.
 *
 * @throws {Error} when it ends before it is up, with what it said
 */
export async function startMoto({ installation, functionUrl }: MotoOptions): Promise<Moto> {
  const child = spawn(installation.python, ['-B', SERVER], {
    // Nothing that could lead it to an AWS account.
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...(functionUrl !== undefined && { FORGE_REMOTE_FUNCTION_URL: functionUrl }),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const { port, moto } = await new Promise<{ port: number; moto: string }>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    child.once('error', reject);
    ended.then(() => reject(new Error(`moto ended before it was up. It said:\n${said.trim()}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    version: moto,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
