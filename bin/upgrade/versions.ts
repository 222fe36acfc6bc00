import type { Git } from './git';
import { compareVersions } from './merge-json';
import { parseTemplate, TEMPLATE_FILE, type Template } from './template';

/** Keeps the template's tags apart from the fork's, which may have the same names. */
const TAGS = 'refs/template';

export interface Versions {
  /** The fork's template.json; `undefined` for a fork from before 1.0.0. */
  readonly own: Template | undefined;
  readonly target: Template;
  /** Commits of the template: the fork's, and the new one. */
  readonly base: string;
  readonly next: string;
}

/** The fork's template.json in HEAD. */
function ownTemplate(git: Git): Template | undefined {
  const text = git.ask(['show', `HEAD:${TEMPLATE_FILE}`]);
  return text === undefined ? undefined : parseTemplate(text);
}

/** @throws {Error} when git can't fetch */
export const fetchTags = (git: Git, from: string): void => {
  git(['fetch', '--quiet', '--no-tags', '--prune', '--', from, `+refs/tags/v*:${TAGS}/v*`]);
};

/**
 * @param to tag or version to upgrade to. @default the highest
 * @returns `undefined` if the fork already has it
 * @throws {Error} when the version doesn't exist, or the two sides have no common base
 */
export function findVersions(git: Git, from: string, to?: string): Versions | undefined {
  const own = ownTemplate(git);
  const names = git(['for-each-ref', '--format=%(refname)', TAGS]).split('\n');
  const released = names.flatMap((name) => /\/v(\d+\.\d+\.\d+)$/.exec(name)?.[1] ?? []).sort(compareVersions);
  const wanted = to?.replace(/^v/, '') ?? released.at(-1);
  if (wanted === undefined || !released.includes(wanted)) {
    const known = released.length === 0 ? 'none' : released.map((version) => `v${version}`).join(', ');
    throw new Error(`${from} has no ${to === undefined ? 'version tag' : `tag v${wanted}`}. Its versions: ${known}.`);
  }
  if (own && compareVersions(own.version, wanted) >= 0) return undefined;
  const next = git(['rev-parse', `${TAGS}/v${wanted}^{commit}`]).trim();
  return {
    own,
    target: parseTemplate(git(['show', `${next}:${TEMPLATE_FILE}`])),
    next,
    base: findBase(git, next, from, own),
  };
}

/**
 * The common base of both sides: the version in template.json, or the last common commit, whichever is later. A copy has no
 * common history. Squashed or rebased upgrades leave an old one. A fork made between two versions has more than its version.
 */
function findBase(git: Git, next: string, from: string, own: Template | undefined): string {
  const stamped = own && git.ask(['rev-parse', '--verify', '--quiet', `${TAGS}/v${own.version}^{commit}`]);
  const shared = git.ask(['merge-base', 'HEAD', next]);
  if (!stamped && !shared) {
    throw new Error(
      own
        ? `${from} has neither a tag v${own.version}, the version in ${TEMPLATE_FILE}, nor a common history.`
        : `There is neither a ${TEMPLATE_FILE} nor a common history with ${from}, so the base version is unknown. Restore ${TEMPLATE_FILE} from your own history, or from the version that you copied.`,
    );
  }
  if (!stamped || !shared) return stamped || shared || '';
  return git.ask(['merge-base', '--is-ancestor', stamped, shared]) === undefined ? stamped : shared;
}

/** The sections of CHANGELOG.md after version `after`, up to and including `to`. */
export function changesBetween(changelog: string, after: string, to: string): string {
  const sections = changelog.split(/^(?=## )/m).filter((section) => {
    const version = /^## \[?(\d+\.\d+\.\d+)/.exec(section)?.[1];
    return version !== undefined && compareVersions(version, after) > 0 && compareVersions(version, to) <= 0;
  });
  return sections.join('').trim();
}
