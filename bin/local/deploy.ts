import { spawn } from 'node:child_process';
import path from 'node:path';
import { cliEnvironment } from '../../tools/emulator/aws/cli-environment';
import { MANIFEST_FILE } from '../project';

export interface LocalDeployment {
  /** Folder of the project to deploy. */
  readonly project: string;
  readonly awsEndpointUrl: string;
  /** Name of the stage in config.ts. */
  readonly stage: string;
  readonly manifestFile: string;
  readonly jwksUrl: string;
  /** Origin of a simulated Atlassian API. @default Atlassian's own */
  readonly apiOrigin?: string;
  /** AWS regions by Forge's region keys. */
  readonly regions: Readonly<Record<string, string>>;
  /** @default the strategy of the stage */
  readonly strategy?: string;
  /** The only Forge environment to serve. @default those of the stage */
  readonly environment?: string;
  /** Folder for what the CLI writes. */
  readonly folder: string;
  /** Ends the CLI. */
  readonly signal: AbortSignal;
}

/** Deploys the stacks with the real CDK CLI into the emulated AWS. Returns the name of the outputs file. */
export async function deployLocally(deployment: LocalDeployment): Promise<string> {
  const { project, awsEndpointUrl, manifestFile, jwksUrl, apiOrigin, regions, folder, signal, stage } = deployment;
  const { strategy, environment: served } = deployment;
  const outputsFile = path.join(folder, 'cdk-outputs.json');
  const context = {
    stage,
    manifest: manifestFile,
    jwksUrl,
    regions: JSON.stringify(regions),
    ...(strategy !== undefined && { strategy }),
    ...(served !== undefined && { environment: served }),
    ...(apiOrigin !== undefined && { apiOrigin }),
  };
  const cli = [
    require.resolve('aws-cdk/bin/cdk'),
    ...['deploy', '--all', '--require-approval', 'never'],
    ...['--app', `"${process.execPath}" --import tsx bin/local/app.ts`],
    ...['--output', path.join(folder, 'cdk.out'), '--outputs-file', outputsFile],
    ...Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]),
  ];
  // CDK's template validation takes longer than everything else, and the tests run it.
  const cdkHome = path.join(folder, 'cdk-home');
  const [region] = Object.values(regions);
  const environment = {
    ...cliEnvironment(awsEndpointUrl, { cdkHome, region }),
    CDK_VALIDATION: 'false',
  };

  await new Promise<void>((resolve, reject) => {
    // A process group of its own, so that an early end also stops the processes that the CLI started.
    const child = spawn(process.execPath, cli, { cwd: project, env: environment, detached: true });
    const stop = () => {
      if (child.pid === undefined) return;
      // Windows has no process groups.
      if (process.platform === 'win32') child.kill();
      else process.kill(-child.pid, 'SIGTERM');
    };
    signal.addEventListener('abort', stop);
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (code === 0) resolve();
      else reject(new Error(`"cdk deploy" into the emulated AWS failed:\n\n${withOwnNames(output, deployment)}`));
    });
  });
  return outputsFile;
}

/** The CLI's output with the name of manifest.yml, which the developer edits, instead of the deployed copy's. */
function withOwnNames(output: string, { project, manifestFile }: LocalDeployment): string {
  return output
    .replaceAll(manifestFile, MANIFEST_FILE)
    .replaceAll(path.relative(project, manifestFile), MANIFEST_FILE)
    .replace(/^.*Subprocess exited with error.*$/m, '')
    .trim();
}
