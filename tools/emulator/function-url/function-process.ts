import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { type FunctionConfig, functionEnvironment } from './function-config';
import { InstancePool } from './instance-pool';
import { ownRuntime } from './own-runtime';
import type { Runtime } from './runtime';

export interface FunctionOptions {
  /** The deployed code. */
  readonly zip: Uint8Array;
  readonly config: FunctionConfig;
  /** URL of the AWS for the function's SDK clients. */
  readonly awsEndpointUrl: string;
  /** Receives each line of the function's log. @default the log is dropped */
  readonly onLog?: (line: string) => void;
  /** Maximum of simultaneous processes. Unlike in Lambda, further events wait. @default 4 */
  readonly maxInstances?: number;
  /** The runtime. @default this Node, with the parts of Lambda's runtime that the functions need */
  readonly runtime?: Runtime;
}

/** A deployed function that runs on this machine in its own processes. */
export interface FunctionProcess {
  /** Size of the unpacked code, in bytes. */
  readonly codeSizeBytes: number;
  /**
   * Invokes the function. Its whole log has been passed on before this settles.
   *
   * @throws {FunctionError} when it throws, exits or times out; the next event then gets a new process
   */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the processes and removes the unpacked code. */
  stop(): Promise<void>;
}

/**
 * Starts deployed code, with the environment that Lambda would give it.
 *
 * @throws {FunctionError} when the code can't be loaded
 */
export async function startFunction(options: FunctionOptions): Promise<FunctionProcess> {
  const { zip, config, awsEndpointUrl, onLog = () => undefined, maxInstances = 4, runtime = ownRuntime } = options;
  const root = mkdtempSync(join(tmpdir(), 'lambda-'));
  const environment = functionEnvironment(config, { root, awsEndpointUrl });
  const timeoutMs = config.timeoutSeconds * 1000;
  const pool = new InstancePool(
    { root, functionArn: config.arn, runtime, environment, timeoutMs, onLog },
    maxInstances,
  );
  const stop = async () => {
    await pool.stop();
    rmSync(root, { recursive: true, force: true });
  };
  try {
    const codeSizeBytes = unpack(zip, root);
    await pool.warmUp();
    return { codeSizeBytes, invoke: (event) => pool.invoke(event), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Zips code for a deployment. */
export const zipOf = (files: Readonly<Record<string, Uint8Array>>): Uint8Array => zipSync({ ...files }, { level: 0 });

/** @returns number of bytes */
function unpack(zip: Uint8Array, root: string): number {
  let bytes = 0;
  for (const [name, content] of Object.entries(unzipSync(zip))) {
    const path = join(root, name);
    if (!path.startsWith(root + sep)) throw new Error(`The deployed zip has an entry outside its folder: ${name}`);
    if (name.endsWith('/')) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    bytes += content.length;
  }
  return bytes;
}
