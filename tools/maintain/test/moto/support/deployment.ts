import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deployLocally } from '../../../../../bin/local/deploy';
import type { Strategy } from '../../../../../bin/local/stage';
import { run as runManifest } from '../../../../../bin/manifest';
import { RECEIVER_ENV } from '../../../../../lambda/contract/receiver-settings';
import { readAppId } from '../../../../../lib/manifest/app';
import { parseManifest } from '../../../../../lib/manifest/document';
import { readManifest } from '../../../../../lib/manifest/read';
import { DEFAULT_REGION } from '../../../../../lib/manifest/regions';
import { findStage, type StackOutputs } from '../../../../../lib/stack-outputs';
import { startAtlassian } from '../../../../emulator/atlassian/atlassian';
import { LOCAL_ACCOUNT } from '../../../../emulator/aws/account';
import { type EndpointCall, type SimulatedForge, startForge } from '../../../../emulator/forge/forge';
import { startFunction } from '../../../../emulator/function-url/function-process';
import { startFunctionUrl } from '../../../../emulator/function-url/server';
import { type DeployedInMoto, functionsIn } from '../../../moto/deployed';
import { requiredMoto } from './required-moto';

export const ROOT = path.join(__dirname, '../../../../..');

/** What was deployed into moto, and the Forge that calls it. */
export interface Deployment {
  /** Of moto. */
  readonly url: string;
  readonly folder: string;
  readonly forge: SimulatedForge;
  readonly outputs: StackOutputs;
  /** Lines that the functions have logged. */
  readonly log: readonly string[];
  /** Runs a deployed function, with moto for its AWS. */
  running(is: (deployed: DeployedInMoto) => boolean): ReturnType<typeof startFunction>;
  /** The command that people run, on a copy of the manifest. @returns its exit status */
  manifest(...flags: string[]): number;
  /** What Forge calls, once the manifest has the deployed URL. */
  scheduledCall(): EndpointCall;
  stop(): Promise<void>;
}

/** Deploys into a moto of its own, with the real CLI. */
export async function startDeployment(strategy: Strategy): Promise<Deployment> {
  const ending: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of ending.reverse()) await end();
  };
  const folder = mkdtempSync(path.join(tmpdir(), 'moto-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  const manifestFile = path.join(folder, 'manifest.yml');
  copyFileSync(path.join(ROOT, 'manifest.yml'), manifestFile);
  const appId = readAppId(parseManifest(readFileSync(manifestFile, 'utf8'), manifestFile));

  const { url: functionUrl, ...server } = await startFunctionUrl();
  ending.push(server.stop);
  const moto = await requiredMoto(functionUrl);
  ending.push(moto.stop);
  const atlassian = await startAtlassian({ isValid: (token, cloudId) => forge.isValid(token, cloudId) });
  ending.push(atlassian.stop);
  const forge: SimulatedForge = await startForge({ appId, apiOrigin: atlassian.url });
  ending.push(forge.stop);

  const { signal } = new AbortController();
  const { jwksUrl } = forge;
  const { url: apiOrigin } = atlassian;
  const target = {
    awsEndpointUrl: moto.url,
    stage: 'dev',
    regions: { [DEFAULT_REGION]: LOCAL_ACCOUNT.region },
    strategy,
  };
  const outputsFile = await deployLocally({
    project: ROOT,
    ...target,
    manifestFile,
    folder,
    signal,
    jwksUrl,
    apiOrigin,
  });
  const functions = await functionsIn(moto.url);
  const log: string[] = [];

  async function running(is: (deployed: DeployedInMoto) => boolean) {
    const deployed = functions.find(is);
    if (!deployed) throw new Error(`There is no such function; deployed are ${functions.map(({ name }) => name)}.`);
    const options = { zip: deployed.zip, config: deployed, awsEndpointUrl: moto.url };
    const started = await startFunction({ ...options, onLog: (line) => log.push(line) });
    ending.push(started.stop);
    return started;
  }
  server.attach((await running(({ environment }) => RECEIVER_ENV.jwksUrl in environment)).invoke);

  return {
    url: moto.url,
    folder,
    forge,
    outputs: findStage(readFileSync(outputsFile, 'utf8'), { appId, file: outputsFile }),
    log,
    running,
    manifest: (...flags) =>
      runManifest(['--manifest', manifestFile, '--outputs', outputsFile, ...flags], {
        out: () => undefined,
        err: () => undefined,
        cwd: ROOT,
        environment: {},
        allowLoopback: true,
      }),
    scheduledCall() {
      const text = readFileSync(manifestFile, 'utf8');
      const { remote, endpoints } = readManifest(parseManifest(text, manifestFile), { allowLoopback: true });
      const endpoint = endpoints.find(({ kind }) => kind === 'scheduledTrigger');
      if (!endpoint) throw new Error('manifest.yml has no scheduled trigger.');
      return { endpointKey: endpoint.key, url: `${remote.baseUrl}${endpoint.path}`, systemToken: endpoint.systemToken };
    },
    stop,
  };
}
