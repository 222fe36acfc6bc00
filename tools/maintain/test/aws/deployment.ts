import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deployLocally } from '../../../../bin/local/deploy';
import type { Strategy } from '../../../../bin/local/stage';
import { run as runManifest } from '../../../../bin/manifest';
import { RECEIVER_ENV } from '../../../../lambda/contract/settings';
import { readAppId } from '../../../../lib/manifest/app';
import { parseManifest } from '../../../../lib/manifest/document';
import { readManifest } from '../../../../lib/manifest/read';
import { DEFAULT_REGION } from '../../../../lib/manifest/regions';
import { findStage, type StackOutputs } from '../../../../lib/stack-outputs';
import { startAtlassian } from '../../../emulator/atlassian/atlassian';
import { LOCAL_ACCOUNT } from '../../../emulator/aws/account';
import { type EndpointCall, type SimulatedForge, startForge } from '../../../emulator/forge/forge';
import { startFunction } from '../../../emulator/function-url/function-process';
import { startFunctionUrl } from '../../../emulator/function-url/server';
import { type Deployed, functionsIn } from './deployed';
import type { OtherAws } from './endpoint';

export const ROOT = path.join(__dirname, '../../../..');

/** What was deployed into another AWS, and the Forge that calls it. */
export interface Deployment {
  /** Of that AWS. */
  readonly url: string;
  readonly folder: string;
  readonly forge: SimulatedForge;
  readonly outputs: StackOutputs;
  /** Of Forge's keys, as the stack was last told. */
  readonly jwksUrl: string;
  /** Lines that the functions have logged. */
  readonly log: readonly string[];
  /** Runs a deployed function on this machine, with the other AWS for its own. */
  running(is: (deployed: Deployed) => boolean): ReturnType<typeof startFunction>;
  /** The command that people run, on a copy of the manifest. @returns its exit status */
  manifest(...flags: string[]): number;
  /** Deploys once more, with another URL of Forge's keys. */
  update(): Promise<void>;
  /** What Forge calls, once the manifest has the deployed URL. */
  scheduledCall(): EndpointCall;
  stop(): Promise<void>;
}

/**
 * Deploys with the real CLI.
 *
 * @param start the AWS. It may be told the URL of functions that run on this machine
 */
export async function startDeployment(
  strategy: Strategy,
  start: (functionUrl: string) => Promise<OtherAws>,
): Promise<Deployment> {
  const ending: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of ending.reverse()) await end();
  };
  const folder = mkdtempSync(path.join(tmpdir(), 'other-aws-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  const manifestFile = path.join(folder, 'manifest.yml');
  copyFileSync(path.join(ROOT, 'manifest.yml'), manifestFile);
  const appId = readAppId(parseManifest(readFileSync(manifestFile, 'utf8'), manifestFile));

  const { url: functionUrl, ...server } = await startFunctionUrl();
  ending.push(server.stop);
  const aws = await start(functionUrl);
  ending.push(aws.stop);
  const atlassian = await startAtlassian({ isValid: (token, cloudId) => forge.isValid(token, cloudId) });
  ending.push(atlassian.stop);
  const forge: SimulatedForge = await startForge({ appId, apiOrigin: atlassian.url });
  ending.push(forge.stop);

  const { signal } = new AbortController();
  const { url: apiOrigin } = atlassian;
  let { jwksUrl } = forge;
  let outputs: StackOutputs;
  let receiver: Awaited<ReturnType<typeof running>> | undefined;
  const log: string[] = [];

  async function deploy(): Promise<void> {
    const outputsFile = await deployLocally({
      project: ROOT,
      awsEndpointUrl: aws.url,
      stage: 'dev',
      regions: { [DEFAULT_REGION]: LOCAL_ACCOUNT.region },
      strategy,
      manifestFile,
      folder,
      signal,
      jwksUrl,
      apiOrigin,
    });
    outputs = findStage(readFileSync(outputsFile, 'utf8'), { appId, file: outputsFile });
    if (aws.runsFunctions) return;
    await receiver?.stop();
    receiver = await running(({ environment }) => RECEIVER_ENV.routes in environment);
    server.attach(receiver.invoke);
  }

  async function running(is: (deployed: Deployed) => boolean) {
    const functions = await functionsIn(aws.url);
    const deployed = functions.find(is);
    if (!deployed) throw new Error(`There is no such function; deployed are ${functions.map(({ name }) => name)}.`);
    const options = { zip: deployed.zip, config: deployed, awsEndpointUrl: aws.url };
    const started = await startFunction({ ...options, onLog: (line) => log.push(line) });
    ending.push(started.stop);
    return started;
  }
  await deploy();

  return {
    url: aws.url,
    folder,
    forge,
    get outputs() {
      return outputs;
    },
    get jwksUrl() {
      return jwksUrl;
    },
    log,
    running,
    manifest: (...flags) =>
      runManifest(['--manifest', manifestFile, '--outputs', path.join(folder, 'cdk-outputs.json'), ...flags], {
        out: () => undefined,
        err: () => undefined,
        cwd: ROOT,
        environment: {},
        allowLoopback: true,
      }),
    async update() {
      // The key server answers under any path.
      jwksUrl = new URL('/later/jwks.json', jwksUrl).href;
      await deploy();
    },
    scheduledCall() {
      const text = readFileSync(manifestFile, 'utf8');
      const { remote, endpoints } = readManifest(parseManifest(text, manifestFile), { allowLoopback: true });
      const endpoint = endpoints.find(({ kind }) => kind === 'scheduledTrigger');
      if (!endpoint) throw new Error('manifest.yml has no scheduled trigger.');
      const baseUrl = aws.runsFunctions ? remote.baseUrl : functionUrl.replace(/\/$/, '');
      return { endpointKey: endpoint.key, url: `${baseUrl}${endpoint.path}`, systemToken: endpoint.systemToken };
    },
    stop,
  };
}
