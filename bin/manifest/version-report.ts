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

/** What the manifest means for the app's version. */
export interface VersionReport {
  /** Whether admins must consent, by default; `undefined` when that is not known. */
  readonly major: boolean | undefined;
  /** Why it is not known; absent where it is. */
  readonly unknownReason?: string;
  /** Lines for a person. */
  readonly lines: readonly string[];
}

export interface ReportOptions {
  /** The manifest as it is now. */
  readonly before: ManifestDocument;
  /** The manifest as it is to be deployed. */
  readonly after: ManifestDocument;
  /** File with the manifest that was deployed last. @default - what git's HEAD has */
  readonly deployed: string | undefined;
}

/** Compares the manifest with the one that was deployed last. */
export function reportVersion({ before, after, deployed }: ReportOptions, io: ManifestIo): VersionReport {
  const { file } = before;
  const last = lastDeployed(file, deployed, io);
  const compare = (content: unknown) => versionImpact(content, after.content, io.environment);
  if ('problem' in last) {
    const unknown = `Which manifest was deployed last is not known: ${last.problem}. Name it with --deployed <file>.`;
    // The manifest before this edit is the next best thing to compare with.
    const lines = before === after ? [] : tell(`${file} as it was`, compare(before.content), before.text);
    return {
      major: undefined,
      unknownReason: 'it needs to know which manifest was deployed last: --deployed <file>',
      lines: [unknown, ...lines],
    };
  }
  const content = readLeniently(last.text, last.name);
  if (at(withVariables(content, {}), 'app', 'id') === PLACEHOLDER_APP_ID) {
    const nothing = `app.id of ${last.name} is the placeholder, so no version of the app was deployed before.`;
    return { major: false, lines: [nothing] };
  }
  const changes = compare(content);
  const major = isMajor(changes);
  return {
    major,
    ...(major === undefined && { unknownReason: 'whether this would be a new major version is not known, see above' }),
    lines: [...tell(last.name, changes, last.text), ...valuesFromEnvironment(after.content, io.environment)],
  };
}

function lastDeployed(file: string, deployed: string | undefined, io: ManifestIo): LastDeployed {
  if (deployed === undefined) return (io.committed ?? inGitHead)(resolve(io.cwd, file));
  return {
    text: readText(deployed, io.cwd, 'Give the manifest that was deployed last with --deployed.'),
    name: deployed,
  };
}

/** How Forge brings a major version to the sites, and what changes that. */
const BY_DEFAULT = [
  'by default, sites where it is installed stay on the old version, and call the old URL, until an admin of the site consents.',
  'Rolling releases ("permissions.enforcement: app-managed") bring the code first, and "forge version bulk-upgrade" moves the sites that are eligible.',
];

function tell(name: string, changes: readonly VersionChange[], deployed: string): string[] {
  if (changes.length === 0) return [`Compared with ${name}, nothing has changed that asks an admin for consent.`];
  const major = isMajor(changes);
  return [
    ...(major === true
      ? [`Compared with ${name}, this is a new major version of the app:`, ...BY_DEFAULT]
      : major === false
        ? [`Compared with ${name}, this is a minor version.`]
        : [
            `Compared with ${name}, it is not known whether this is a new major version of the app. If it is:`,
            ...BY_DEFAULT,
          ]),
    ...changes.flatMap(({ impact, what, rule }) => [
      `  ${impact.padEnd('unknown'.length)}  ${what}`,
      `           ${rule}`,
    ]),
    ...(major === true && deployed.includes(PLACEHOLDER_BASE_URL)
      ? ['The placeholder is among the old URLs. If the app was never deployed with it, nobody has to consent.']
      : []),
  ];
}

/** The manifest that Forge has: its text, and what to call it; or why it is not known. */
export type LastDeployed = { readonly text: string; readonly name: string } | { readonly problem: string };

/** What `npm run manifest` needs from its surroundings. */
export interface ManifestIo extends CommandIo {
  /**
   * Whether the URL may be http: on this machine, as in a local run.
   *
   * @default false
   */
  readonly allowLoopback?: boolean;
  /**
   * Finds the text that a file had when it was last committed.
   *
   * @default - git's HEAD
   */
  readonly committed?: (file: string) => LastDeployed;
}

/** Room for a manifest in git's answer, in bytes: more than anybody writes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The text of `file` in the last commit of the branch that is checked out.
 *
 * @param git the program
 */
export function inGitHead(file: string, git = 'git'): LastDeployed {
  const real = realpathSync(file);
  const { error, status, stdout, stderr } = spawnSync(git, ['show', `HEAD:./${basename(real)}`], {
    cwd: dirname(real),
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
    // gitProblem() reads git's messages in English.
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined) return { problem: `git can't be run here (${error.message})` };
  if (status === 0) return { text: stdout, name: `${basename(file)} in git's HEAD` };
  return { problem: gitProblem(stderr, basename(file)) };
}

function gitProblem(said: string, file: string): string {
  if (said.includes('not a git repository')) return 'this folder is in no git repository';
  if (said.includes('invalid object name') || said.includes('bad revision')) return 'nothing is committed yet';
  if (said.includes("in 'HEAD'")) return `git's HEAD has no ${file}`;
  return `git says ${JSON.stringify(said.trim().split('\n')[0])}`;
}
