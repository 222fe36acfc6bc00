import { basename } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { strToU8, zipSync } from 'fflate';
import { receiverVariables } from '../../lambda/contract/settings';
import { DEFAULT_KEEP_DAYS, type SlotLocation, type SlotService } from '../../lambda/contract/slot';
import { BUNDLE_FILE, bundlingOf, type FunctionFolder, PROJECT_ROOT } from '../../lib/bundling';
import type { Credentials } from '../../tools/emulator/aws/account';
import { type FunctionProcess, startFunction } from '../../tools/emulator/function-url/function-process';
import { APP_ID, PATH } from './forge-call';

export { BUNDLE_FILE };

/** A function as it is deployed. */
export interface Bundle {
  /** Files of the deployed zip by name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Which modules are in them, and which imports which. */
  readonly metafile: Metafile;
}

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
  const { outputFiles, metafile } = await build({
    ...bundlingOf(folder, service),
    // As lib/bundling.ts has it: source maps name files as seen from there.
    outdir: PROJECT_ROOT,
    metafile: true,
    write: false,
    plugins,
  });
  const files = Object.fromEntries(outputFiles.map(({ path: file, contents }) => [basename(file), contents]));
  return { files, metafile };
}

/** What esbuild's metafile calls a file of a bundle. */
export const bundlePath = (file: string): string => file;

/** A bundle inside of another handler, whose module imports the bundle's own handler from `./observed.mjs`. */
export const observe = ({ files }: Bundle, observer: string): Bundle['files'] => ({
  ...files,
  'observed.mjs': files[BUNDLE_FILE] ?? missing(BUNDLE_FILE),
  [BUNDLE_FILE]: strToU8(observer),
});

/** Bytes of all files. */
export const sizeOf = ({ files }: Bundle): number =>
  Object.values(files).reduce((sum, { byteLength }) => sum + byteLength, 0);

function missing(file: string): never {
  throw new Error(`The bundle has no ${file}.`);
}

export interface BundleRun {
  /** Files of the deployed zip by name; `index.mjs` exports the handler. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The function's environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly awsEndpointUrl: string;
  /** Of the function's role. @default those of the administrator of an emulated AWS */
  readonly credentials?: Credentials;
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

/** The environment of a receiver without a worker. */
export const receiverEnvironment = ({ jwksUrl, slots }: { readonly jwksUrl: string; readonly slots: SlotLocation }) =>
  receiverVariables({
    ...COMMON_SETTINGS,
    jwksUrl,
    slots,
    ...('table' in slots && { keepDays: DEFAULT_KEEP_DAYS }),
    routes: {
      [PATH]: { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } },
      [UNINSTALL_PATH]: { kind: 'preUninstall' },
    },
  });

/** Runs a bundle in processes of its own, as Lambda would. */
export function startBundle(run: BundleRun): Promise<FunctionProcess> {
  const { files, environment, awsEndpointUrl, credentials, onLog } = run;
  const { name = 'receiver', timeoutSeconds = 5, maxInstances } = run;
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
      ...(credentials && { credentials }),
    },
    awsEndpointUrl,
    ...(onLog && { onLog }),
    ...(maxInstances !== undefined && { maxInstances }),
  });
}
