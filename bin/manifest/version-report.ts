import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { PLACEHOLDER_APP_ID } from '../../lib/manifest/app';
import { PLACEHOLDER_BASE_URL } from '../../lib/manifest/base-url';
import type { ManifestDocument } from '../../lib/manifest/document';
import type { CommandIo } from '../command';
import { readText } from '../project';
import { at, readLeniently, withVariables } from './impact/lenient';
import { isMajor, type VersionChange, valuesFromEnvironment, versionImpact } from './impact/version-impact';

/** What the changed manifest means for the app's version. */
export interface VersionReport {
  /** Whether admins must consent, by default; `undefined` if unknown. */
  readonly major: boolean | undefined;
  /** Why `major` is unknown. */
  readonly unknownReason?: string;
  /** Lines to print. */
  readonly lines: readonly string[];
}

export interface ReportOptions {
  /** The manifest before this command. */
  readonly before: ManifestDocument;
  /** The manifest to deploy. */
  readonly after: ManifestDocument;
  /** File with the manifest that was deployed last. @default the manifest in git's HEAD */
  readonly deployed: string | undefined;
}

/** Compares the manifest with the one that was deployed last. */
export function reportVersion({ before, after, deployed }: ReportOptions, io: ManifestIo): VersionReport {
  const { file } = before;
  const last = lastDeployed(file, deployed, io);
  const compare = (content: unknown) => versionImpact(content, after.content, io.environment);
  if ('problem' in last) {
    const unknown = `The manifest that was deployed last is unknown: ${last.problem}. Name it with --deployed <file>.`;
    // Compare with the manifest before this edit instead.
    const lines = before === after ? [] : impactLines(`${file} as it was`, compare(before.content), before.text);
    return {
      major: undefined,
      unknownReason: 'it needs the manifest that was deployed last: --deployed <file>',
      lines: [unknown, ...lines],
    };
  }
  const content = readLeniently(last.text, last.name);
  if (at(withVariables(content, {}), 'app', 'id') === PLACEHOLDER_APP_ID) {
    const nothing = `app.id of ${last.name} is the placeholder, so no version of the app has been deployed.`;
    return { major: false, lines: [nothing] };
  }
  const changes = compare(content);
  const major = isMajor(changes);
  return {
    major,
    ...(major === undefined && { unknownReason: 'this may be a new major version, see above' }),
    lines: [...impactLines(last.name, changes, last.text), ...valuesFromEnvironment(after.content, io.environment)],
  };
}

function lastDeployed(file: string, deployed: string | undefined, io: ManifestIo): LastDeployed {
  if (deployed === undefined) return (io.committed ?? inGitHead)(resolve(io.cwd, file));
  return {
    text: readText(deployed, io.cwd, 'Give the manifest that was deployed last with --deployed.'),
    name: deployed,
  };
}

/** How a major version reaches the sites. */
const BY_DEFAULT = [
  'by default, a site stays on the old version, and calls the old URL, until one of its admins consents.',
  'With rolling releases ("permissions.enforcement: app-managed"), sites get the code first, and "forge version bulk-upgrade" moves eligible sites.',
];

function impactLines(name: string, changes: readonly VersionChange[], deployed: string): string[] {
  if (changes.length === 0) return [`Compared with ${name}, nothing has changed that needs an admin's consent.`];
  const major = isMajor(changes);
  return [
    ...(major === true
      ? [`Compared with ${name}, this is a new major version of the app:`, ...BY_DEFAULT]
      : major === false
        ? [`Compared with ${name}, this is a minor version.`]
        : [`Compared with ${name}, this may be a new major version of the app. If it is:`, ...BY_DEFAULT]),
    ...changes.flatMap(({ impact, what, rule }) => [
      `  ${impact.padEnd('unknown'.length)}  ${what}`,
      `           ${rule}`,
    ]),
    ...(major === true && deployed.includes(PLACEHOLDER_BASE_URL)
      ? ['One of the old URLs is the placeholder. If the app was never deployed with it, nobody has to consent.']
      : []),
  ];
}

/** The manifest that was deployed last: its text and its name for messages; or why it is unknown. */
export type LastDeployed = { readonly text: string; readonly name: string } | { readonly problem: string };

/** What `npm run manifest` needs from its surroundings. */
export interface ManifestIo extends CommandIo {
  /**
   * Whether the URL may be an http: URL of this machine, as in a local run.
   *
   * @default false
   */
  readonly allowLoopback?: boolean;
  /**
   * Finds the text of a file in the last commit.
   *
   * @default git's HEAD
   */
  readonly committed?: (file: string) => LastDeployed;
}

/** Maximum size of git's output: more than any manifest. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The text of `file` in git's HEAD.
 *
 * @param git name of the git program
 */
export function inGitHead(file: string, git = 'git'): LastDeployed {
  const real = realpathSync(file);
  const { error, status, stdout, stderr } = spawnSync(git, ['show', `HEAD:./${basename(real)}`], {
    cwd: dirname(real),
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
    // gitProblem() expects English messages.
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined) return { problem: `git can't be run (${error.message})` };
  if (status === 0) return { text: stdout, name: `${basename(file)} in git's HEAD` };
  return { problem: gitProblem(stderr, basename(file)) };
}

function gitProblem(said: string, file: string): string {
  if (said.includes('not a git repository')) return 'this folder is not in a git repository';
  if (said.includes('invalid object name') || said.includes('bad revision')) return 'nothing is committed yet';
  if (said.includes("in 'HEAD'")) return `git's HEAD has no ${file}`;
  return `git says ${JSON.stringify(said.trim().split('\n')[0])}`;
}
