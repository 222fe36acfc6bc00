import { build, type Metafile, type Plugin } from 'esbuild';
import { zipSync } from 'fflate';
import { receiverVariables } from '../../lambda/contract/receiver-settings';
import type { SlotService } from '../../lambda/contract/slot-location';
import { ALIASES, BUNDLING, defineService, entryOf, type FunctionFolder } from '../../lib/bundling';
import { type FunctionProcess, startFunction } from '../../local/function-url/function-process';
import { APP_ID, PATH } from './forge-call';

/** A function in one file, as it is deployed. */
export interface Bundle {
  readonly code: Uint8Array;
  /** Which modules are in it, and which imports which. */
  readonly metafile: Metafile;
}

/** Name of the bundle in the deployed zip, which Lambda's handler `index.handler` leads to. */
export const BUNDLE_FILE = 'index.mjs';

/** The route of {@link receiverEnvironment} that is called once an installation goes. */
export const UNINSTALL_PATH = '/forge/uninstall';

/** Bundles the receiver as CDK does. */
export const bundleReceiver = (plugins?: Plugin[]): Promise<Bundle> => bundleFunction('receiver', plugins);

/** Bundles a function as CDK does, with CDK's settings. */
export async function bundleFunction(
  folder: FunctionFolder,
  plugins: Plugin[] = [],
  service: SlotService = 'secretsmanager',
): Promise<Bundle> {
  const { format, target, minify, mainFields, externalModules, sourceMap } = BUNDLING;
  const { outputFiles, metafile } = await build({
    entryPoints: [entryOf(folder)],
    outfile: BUNDLE_FILE,
    bundle: true,
    platform: 'node',
    format,
    target,
    minify,
    mainFields,
    external: externalModules,
    alias: ALIASES,
    define: defineService(service),
    sourcemap: sourceMap,
    metafile: true,
    write: false,
    logLevel: 'warning',
    plugins,
  });
  const [output, ...others] = outputFiles;
  if (!output || others.length > 0) throw new Error(`Expected one bundle, got ${outputFiles.length} files.`);
  return { code: output.contents, metafile };
}

export interface BundleRun {
  /** Files of the deployed zip by name; `index.mjs` exports the handler. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The function's environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly awsEndpointUrl: string;
  /** Gets each line of the function's log. @default the log is dropped */
  readonly onLog?: (line: string) => void;
  /** @default 'receiver' */
  readonly name?: FunctionFolder;
  /** How long one invocation may take, in seconds. @default 5 */
  readonly timeoutSeconds?: number;
  /** Processes that may run at once. @default 4 */
  readonly maxInstances?: number;
}

/** Settings of a receiver that serves DEVELOPMENT, as far as all tests agree on them. */
export const COMMON_SETTINGS = {
  app: 'test',
  stage: 'test',
  appId: APP_ID,
  environments: ['DEVELOPMENT'],
  trustKeysForHours: 24,
  remoteName: 'test',
} as const;

/** The environment of a receiver with one slot and no worker. */
export const receiverEnvironment = ({ jwksUrl, slotArn }: { readonly jwksUrl: string; readonly slotArn: string }) =>
  receiverVariables({
    ...COMMON_SETTINGS,
    jwksUrl,
    slots: { secretArn: slotArn },
    routes: { [PATH]: { kind: 'scheduledTrigger', everyMinutes: 60 }, [UNINSTALL_PATH]: { kind: 'preUninstall' } },
  });

/** Runs a bundle in processes of its own, as Lambda would. */
export function startBundle(run: BundleRun): Promise<FunctionProcess> {
  const { files, environment, awsEndpointUrl, onLog, name = 'receiver', timeoutSeconds = 5, maxInstances } = run;
  return startFunction({
    zip: zipSync({ ...files }),
    config: {
      name,
      arn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      timeoutSeconds,
      memorySizeMb: 512,
      environment,
      logGroupName: `/${name}`,
      logFormat: 'JSON',
    },
    awsEndpointUrl,
    ...(onLog && { onLog }),
    ...(maxInstances !== undefined && { maxInstances }),
  });
}
