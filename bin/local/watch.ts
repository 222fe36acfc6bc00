/**
 * npm run local -- --watch: bundles lambda/job.ts again when it, or a file in its bundle, changes. Deploys again when
 * config.ts, manifest.yml or lib/ changes.
 */
import { type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { type BuildFailure, context, formatMessages, type Metafile } from 'esbuild';
import type { SlotService } from '../../lambda/contract/slot';
import { bundlingOf, PROJECT_ROOT, refuseNativeAddons } from '../../lib/bundling';
import { isRecord, messageOf } from '../command';
import { CONFIG_FILE, MANIFEST_FILE } from '../project';

/** The files of a function, by name. */
export type Files = Readonly<Record<string, Uint8Array>>;

export interface WatchOptions {
  /** The service that keeps the slots. */
  readonly service: SlotService;
  /** Takes the new bundle of the worker. Its errors are reported like those of bundling. */
  readonly onBundle: (files: Files) => Promise<void>;
  /** The new bundle runs, `ms` after the change was noticed. */
  readonly onDone: (ms: number) => void;
  /** The change can't be bundled or loaded. `lines` say where; the previous bundle keeps running. */
  readonly onProblem: (lines: readonly string[]) => void;
}

/** Wait for further changes, because editors write a file in several steps. */
const SETTLED_MS = 50;

/** Watches the job. Resolves once the first bundle, the deployed one, is made. Returns the function that stops it. */
export async function watchJob({ service, onBundle, onDone, onProblem }: WatchOptions) {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let seenAtMs = 0;
  /** One build at a time. The next one includes what changes meanwhile. */
  let work: Promise<void> = Promise.resolve();
  let last = '';

  const build = await context({
    ...bundlingOf('worker', service),
    outdir: PROJECT_ROOT,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });

  async function bundle(): Promise<Files> {
    const { outputFiles, metafile } = await build.rebuild();
    watchFolders(metafile);
    refuseNativeAddons(metafile);
    return Object.fromEntries(outputFiles.map(({ path: file, contents }) => [path.basename(file), contents]));
  }

  /** Watches folders, because editors replace files. */
  function watchFolders({ inputs }: Metafile): void {
    const own = Object.keys(inputs).filter((file) => !file.includes('node_modules/'));
    for (const folder of new Set(own.map((file) => path.dirname(path.join(PROJECT_ROOT, file))))) {
      if (!watchers.has(folder)) watchers.set(folder, watch(folder, changed));
    }
  }

  function changed(): void {
    if (timer === undefined) seenAtMs = performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      const since = seenAtMs;
      work = work.then(() => renew(since));
    }, SETTLED_MS);
  }

  async function renew(since: number): Promise<void> {
    try {
      const files = await bundle();
      if (identityOf(files) === last) return;
      last = identityOf(files);
      await onBundle(files);
      onDone(performance.now() - since);
    } catch (error) {
      onProblem(await linesOf(error));
    }
  }

  last = identityOf(await bundle());
  return async () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
    await work;
    await build.dispose();
  };
}

const identityOf = (files: Files): string =>
  Object.entries(files)
    .map(([name, contents]) => `${name}:${Buffer.from(contents).toString('base64')}`)
    .join('\n');

/** esbuild's description of a mistake, with file and line. For other errors, the message. */
async function linesOf(error: unknown): Promise<string[]> {
  const { errors } = isRecord(error) ? (error as Partial<BuildFailure>) : {};
  if (!errors?.length) return messageOf(error).split('\n');
  return (await formatMessages(errors, { kind: 'error' })).join('\n').trim().split('\n');
}

/** Files that `cdk deploy` reads, apart from lib/ and the code of the functions. */
const DEPLOYED_FILES = [CONFIG_FILE, MANIFEST_FILE];

export interface DeploymentWatch {
  /** Folder of the project. */
  readonly project: string;
  /** Deploys again. Its errors are reported. */
  readonly onChange: () => Promise<void>;
  readonly onDone: (ms: number) => void;
  /** The change can't be deployed. `lines` say where; the previous version keeps running. */
  readonly onProblem: (lines: readonly string[]) => void;
}

/** Watches the content of config.ts, manifest.yml and lib/, and deploys changes. Returns the function that stops it. */
export function watchDeployment({ project, onChange, onDone, onProblem }: DeploymentWatch): () => Promise<void> {
  const read = () =>
    [
      ...DEPLOYED_FILES,
      ...readdirSync(path.join(project, 'lib'), { recursive: true, encoding: 'utf8' }).map((name) =>
        path.join('lib', name),
      ),
    ]
      .filter((name) => /\.(ts|yml)$/.test(name))
      .map((name) => readFileSync(path.join(project, name), 'utf8'))
      .join('\0');
  let last = read();
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();

  async function renew(): Promise<void> {
    const startedAtMs = performance.now();
    try {
      const now = read();
      if (now === last) return;
      last = now;
      await onChange();
      onDone(performance.now() - startedAtMs);
    } catch (error) {
      onProblem(messageOf(error).trim().split('\n'));
    }
  }
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work.then(renew);
    }, SETTLED_MS);
  };
  const watchers = [
    watch(project, (_event, name) => {
      if (name === null || DEPLOYED_FILES.includes(name)) changed();
    }),
    watch(path.join(project, 'lib'), { recursive: true }, changed),
  ];
  return async () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
    await work;
  };
}
