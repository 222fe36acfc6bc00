/**
 * npm run local -- --watch: a change of lambda/job.ts, or of whatever its bundle includes, is bundled at once; one of
 * config.ts, manifest.yml or lib/ is deployed.
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
  /** The job that runs here. @default none does, and only deployments are watched */
  readonly job?: {
    /** Where the slots are. */
    readonly service: SlotService;
    /** Puts another bundle in the worker's place. What it throws is told like an error of the bundle. */
    readonly replace: (files: Files) => Promise<void>;
  };
  /** Deploys config.ts, manifest.yml, lib/ and the job as they are now. What it throws is told. */
  readonly deploy: () => Promise<void>;
  /** Takes lines for a person. */
  readonly write: (line: string) => void;
}

/** An editor writes a file in several steps. */
const SETTLED_MS = 50;

/** Watches the project. Answers once the job's first bundle is made, which is the one that was deployed. */
export async function watchProject({ project, job, deploy, write }: WatchOptions): Promise<() => Promise<void>> {
  const watchers: FSWatcher[] = [];
  /** One change at a time. What changes meanwhile is looked at afterwards, so the newest code is what stays. */
  let work: Promise<void> = Promise.resolve();
  const timers = new Set<NodeJS.Timeout>();

  /** Calls `look` once nothing changes any more, with the time at which the first change was seen. */
  function whenSettled(look: (seenAtMs: number) => Promise<void>): () => void {
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
        work = work.then(() => look(since));
      }, SETTLED_MS);
      timers.add(timer);
    };
  }
  const fail = (headline: string, lines: readonly string[]) => {
    write(`✗ ${headline}; what was there before goes on`);
    for (const line of lines) write(`    ${line}`);
  };

  /** What was deployed last, and whether another try is due, since the last one failed. */
  let deployed = readDeployed(project);
  let isDue = false;
  async function deployChange(): Promise<void> {
    const now = readDeployed(project);
    if (now === deployed && !isDue) return;
    deployed = now;
    const startedAtMs = performance.now();
    write('– A change is being deployed');
    // The deployment bundles the job as well, at a moment that nobody here knows.
    code?.forget();
    try {
      isDue = true;
      await deploy();
      isDue = false;
      write(`✓ The change is deployed, after ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`);
    } catch (error) {
      fail('The change is not deployed', messageOf(error).trim().split('\n'));
    }
  }

  const code = job && (await createJobBundle(job.service, whenSettled(replaceJob), watchers));
  async function replaceJob(seenAtMs: number): Promise<void> {
    if (!job || !code) return;
    try {
      const files = await code.changed();
      if (!files) return;
      await job.replace(files);
      code.isInForce(files);
      write(`✓ The change of the job is in force, after ${Math.round(performance.now() - seenAtMs)} ms`);
    } catch (error) {
      code.forget();
      fail('The change of the job is not in force', await linesOf(error));
      return;
    }
    // What the deployment failed for may be what was mended just now: a trigger that the job had no work for.
    if (isDue) await deployChange();
  }

  const stackChanged = whenSettled(deployChange);
  watchers.push(
    watch(project, (_event, name) => {
      if (name === null || DEPLOYED_FILES.includes(name)) stackChanged();
    }),
    // Each folder by itself: a recursive watch loses files that an editor replaces.
    ...foldersBelow(path.join(project, 'lib')).map((folder) => watch(folder, stackChanged)),
  );
  write('Changes of lambda/job.ts and what it imports are watched, and of config.ts, manifest.yml and lib/.');

  return async () => {
    for (const timer of timers) clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
    await work;
    await code?.dispose();
  };
}

/** What `cdk deploy` reads beside the code of the functions, by name in the project's folder. */
const DEPLOYED_FILES = [CONFIG_FILE, MANIFEST_FILE];

/** The folder and all below it. */
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

/** The job's bundle, which knows what is in force. */
interface JobBundle {
  /** The bundle as it is now. Nothing when it is the one in force. @throws {Error} when it can't be bundled */
  changed(): Promise<Files | undefined>;
  isInForce(files: Files): void;
  /** What is in force isn't known: whatever is bundled next is a change. */
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

  /** Folders, not files: editors put a new file in the place of the old one. */
  function watchFolders(folders: readonly string[]): void {
    for (const folder of folders) {
      if (watched.has(folder)) continue;
      watched.add(folder);
      watchers.push(watch(folder, onChange));
    }
  }

  let inForce: string | undefined = identityOf(await bundle());
  return {
    async changed() {
      const files = await bundle();
      return identityOf(files) === inForce ? undefined : files;
    },
    isInForce(files) {
      inForce = identityOf(files);
    },
    forget() {
      inForce = undefined;
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

/** What esbuild says of a mistake, with the line that it is in; of any other error, its message. */
async function linesOf(error: unknown): Promise<string[]> {
  const { errors } = isRecord(error) ? (error as Partial<BuildFailure>) : {};
  if (!errors?.length) return messageOf(error).split('\n');
  return (await formatMessages(errors, { kind: 'error' })).join('\n').trim().split('\n');
}
