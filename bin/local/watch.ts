/**
 * npm run local -- --watch: a change of lambda/job.ts, or of whatever its bundle includes, is bundled at once; one of
 * config.ts, manifest.yml or lib/ is deployed.
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
  /** Where the slots are. */
  readonly service: SlotService;
  /** Takes another bundle of the worker. What it throws is told like an error of the bundle. */
  readonly onBundle: (files: Files) => Promise<void>;
  /** The new bundle is in force, so many milliseconds after the change was seen. */
  readonly onDone: (ms: number) => void;
  /** The change can't be bundled or loaded: lines for a person, with file and line. What worked before goes on. */
  readonly onProblem: (lines: readonly string[]) => void;
}

/** An editor writes a file in several steps. */
const SETTLED_MS = 50;

/** Watches the job. Answers once the first bundle is made, which is the one that was deployed. */
export async function watchJob({ service, onBundle, onDone, onProblem }: WatchOptions) {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let seenAtMs = 0;
  /** One build at a time: what changes meanwhile is in the next one. */
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

  /** Folders, not files: editors put a new file in the place of the old one. */
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

/** What esbuild says of a mistake, with the line that it is in; of any other error, its message. */
async function linesOf(error: unknown): Promise<string[]> {
  const { errors } = isRecord(error) ? (error as Partial<BuildFailure>) : {};
  if (!errors?.length) return messageOf(error).split('\n');
  return (await formatMessages(errors, { kind: 'error' })).join('\n').trim().split('\n');
}

/** What `cdk deploy` reads beside the code of the functions, by name in the project's folder. */
const DEPLOYED_FILES = [CONFIG_FILE, MANIFEST_FILE];

export interface DeploymentWatch {
  /** Folder of the project. */
  readonly project: string;
  /** Deploys anew. What it throws is told. */
  readonly onChange: () => Promise<void>;
  readonly onDone: (ms: number) => void;
  /** It can't be deployed: lines for a person, with file and line. What worked before goes on. */
  readonly onProblem: (lines: readonly string[]) => void;
}

/** Watches config.ts, manifest.yml and lib/: a change of what is in them is deployed. Answers with what ends it. */
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
