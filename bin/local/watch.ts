/**
 * npm run local -- --watch: bundles lambda/job.ts again when it, or a file in its bundle, changes. Deploys again when
 * config.ts, manifest.yml or lib/ changes.
 */
import { type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { type BuildContext, type BuildFailure, context, formatMessages, type Metafile } from 'esbuild';
import type { SlotService } from '../../lambda/contract/slot';
import { bundlingOf, PROJECT_ROOT, refuseNativeAddons } from '../../lib/bundling';
import { isRecord, messageOf } from '../command';
import { CONFIG_FILE, MANIFEST_FILE } from '../project';

/** The files of a function, by name. */
export type Files = Readonly<Record<string, Uint8Array>>;

export interface WatchOptions {
  /** Folder of the project. */
  readonly project: string;
  /** The job to watch. @default only deployments are watched */
  readonly job?: {
    /** The service that keeps the slots. */
    readonly service: SlotService;
    /** Replaces the worker's bundle. Its errors are reported like those of bundling. */
    readonly replace: (files: Files) => Promise<void>;
  };
  /** Deploys config.ts, manifest.yml, lib/ and the job again. Its errors are reported. */
  readonly deploy: () => Promise<void>;
  /** Prints a line. */
  readonly write: (line: string) => void;
}

/** Wait for further changes, because editors write a file in several steps. */
const SETTLED_MS = 50;

/** Watches the project. Resolves once the job's first bundle, the deployed one, is made, to the function that stops it. */
export async function watchProject({ project, job, deploy, write }: WatchOptions): Promise<() => Promise<void>> {
  const watchers: FSWatcher[] = [];
  /** One change at a time. Changes made meanwhile are applied afterwards, so the newest code wins. */
  let work: Promise<void> = Promise.resolve();
  const timers = new Set<NodeJS.Timeout>();

  /** Calls `apply` when changes have stopped, with the time of the first one. */
  function whenSettled(apply: (seenAtMs: number) => Promise<void>): () => void {
    let timer: NodeJS.Timeout | undefined;
    let seenAtMs = 0;
    return () => {
      if (timer) timers.delete(timer);
      else seenAtMs = performance.now();
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (timer) timers.delete(timer);
        timer = undefined;
        const since = seenAtMs;
        work = work.then(() => apply(since));
      }, SETTLED_MS);
      timers.add(timer);
    };
  }
  const fail = (headline: string, lines: readonly string[]) => {
    write(`✗ ${headline}; the previous version keeps running`);
    for (const line of lines) write(`    ${line}`);
  };

  let deployed = readDeployed(project);
  /** Whether the last deployment failed, so that it should be tried again. */
  let hasFailed = false;
  async function deployChange(): Promise<void> {
    const now = readDeployed(project);
    if (now === deployed && !hasFailed) return;
    deployed = now;
    const startedAtMs = performance.now();
    write('– Deploying a change');
    // The deployment bundles the job as well, so which code runs afterwards is unknown.
    code?.forget();
    try {
      hasFailed = true;
      await deploy();
      hasFailed = false;
      write(`✓ Change deployed in ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`);
    } catch (error) {
      fail('The change can not be deployed', messageOf(error).trim().split('\n'));
    }
  }

  const code = job && (await createJobBundle(job.service, whenSettled(replaceJob), watchers));
  async function replaceJob(seenAtMs: number): Promise<void> {
    if (!job || !code) return;
    try {
      const files = await code.changed();
      if (!files) return;
      await job.replace(files);
      code.setRunning(files);
      write(`✓ Changed job loaded in ${Math.round(performance.now() - seenAtMs)} ms`);
    } catch (error) {
      code.forget();
      fail('The changed job can not be loaded', await linesOf(error));
      return;
    }
    // The change may have fixed the reason of a failed deployment, such as a trigger that the job didn't handle.
    if (hasFailed) await deployChange();
  }

  const stackChanged = whenSettled(deployChange);
  watchers.push(
    watch(project, (_event, name) => {
      if (name === null || DEPLOYED_FILES.includes(name)) stackChanged();
    }),
    // Not one recursive watch, which loses files that an editor replaces.
    ...foldersBelow(path.join(project, 'lib')).map((folder) => watch(folder, stackChanged)),
  );
  write('Watching lambda/job.ts and what it imports, config.ts, manifest.yml and lib/.');

  return async () => {
    for (const timer of timers) clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
    await work;
    await code?.dispose();
  };
}

/** Files that `cdk deploy` reads, apart from lib/ and the code of the functions. */
const DEPLOYED_FILES = [CONFIG_FILE, MANIFEST_FILE];

/** The folder and all folders in it. */
const foldersBelow = (folder: string): string[] => [
  folder,
  ...readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name)),
];

function readDeployed(project: string): string {
  const inLib = readdirSync(path.join(project, 'lib'), { recursive: true, encoding: 'utf8' });
  return [...DEPLOYED_FILES, ...inLib.map((name) => path.join('lib', name))]
    .filter((name) => /\.(ts|yml)$/.test(name))
    .map((name) => readFileSync(path.join(project, name), 'utf8'))
    .join('\0');
}

/** Bundles the job, and remembers which bundle runs. */
interface JobBundle {
  /** The new bundle; `undefined` if it is the running one. @throws {Error} when it can't be bundled */
  changed(): Promise<Files | undefined>;
  setRunning(files: Files): void;
  /** Forgets which bundle runs, so that the next one counts as changed. */
  forget(): void;
  dispose(): Promise<void>;
}

async function createJobBundle(service: SlotService, onChange: () => void, watchers: FSWatcher[]): Promise<JobBundle> {
  const build: BuildContext<{ metafile: true; write: false }> = await context({
    ...bundlingOf('worker', service),
    outdir: PROJECT_ROOT,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const watched = new Set<string>();

  async function bundle(): Promise<Files> {
    // First: a file with a mistake is in no metafile.
    watchFolders(foldersBelow(path.join(PROJECT_ROOT, 'lambda')));
    const { outputFiles, metafile } = await build.rebuild();
    watchFolders(foldersOf(metafile));
    refuseNativeAddons(metafile);
    return Object.fromEntries(outputFiles.map(({ path: file, contents }) => [path.basename(file), contents]));
  }

  /** Watches folders, because editors replace files. */
  function watchFolders(folders: readonly string[]): void {
    for (const folder of folders) {
      if (watched.has(folder)) continue;
      watched.add(folder);
      watchers.push(watch(folder, onChange));
    }
  }

  let running: string | undefined = identityOf(await bundle());
  return {
    async changed() {
      const files = await bundle();
      return identityOf(files) === running ? undefined : files;
    },
    setRunning(files) {
      running = identityOf(files);
    },
    forget() {
      running = undefined;
    },
    dispose: () => build.dispose(),
  };
}

/** Folders of the team's own files in a bundle. */
const foldersOf = ({ inputs }: Metafile): string[] =>
  Object.keys(inputs)
    .filter((file) => !file.includes('node_modules/'))
    .map((file) => path.dirname(path.join(PROJECT_ROOT, file)));

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
