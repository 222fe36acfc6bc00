import type { Git } from './git';
import { compareVersions } from './merge-json';
import { parseTemplate, TEMPLATE_FILE, type Template } from './template';

/** Where the template's tags are kept: a fork has tags of its own, and they may have the same names. */
export const TAGS = 'refs/template';

export interface Versions {
  /** What the fork says of itself; `undefined` for one that was made before there were versions. */
  readonly own: Template | undefined;
  readonly target: Template;
  /** Commits of the template: the one that the fork has, and the one that it gets. */
  readonly base: string;
  readonly next: string;
}

/** The fork's own template.json, as committed. */
export function ownTemplate(git: Git): Template | undefined {
  const text = git.ask(['show', `HEAD:${TEMPLATE_FILE}`]);
  return text === undefined ? undefined : parseTemplate(text);
}

/** @throws {Error} when git can't fetch */
export const fetchTags = (git: Git, from: string): void => {
  git(['fetch', '--quiet', '--no-tags', '--prune', '--', from, `+refs/tags/v*:${TAGS}/v*`]);
};

/**
 * @param to tag or version that is wanted. @default the highest
 * @returns `undefined` when the fork has it already
 * @throws {Error} when there is no such version, or nothing that both sides come from
 */
export function findVersions(git: Git, from: string, to?: string): Versions | undefined {
  const own = ownTemplate(git);
  const names = git(['for-each-ref', '--format=%(refname)', TAGS]).split('\n');
  const released = names.flatMap((name) => /\/v(\d+\.\d+\.\d+)$/.exec(name)?.[1] ?? []).sort(compareVersions);
  const wanted = to?.replace(/^v/, '') ?? released.at(-1);
  if (wanted === undefined || !released.includes(wanted)) {
    const known = released.length === 0 ? 'none' : released.map((version) => `v${version}`).join(', ');
    throw new Error(
      `${from} has no ${to === undefined ? 'tag of a version' : `tag v${wanted}`}. Its versions: ${known}.`,
    );
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
 * What both sides come from: the later of what the fork is stamped with and what its history says. A copy has no
 * history; one whose upgrades were squashed or rebased has an old one; one that was made between two versions has more
 * than its stamp says.
 */
function findBase(git: Git, next: string, from: string, own: Template | undefined): string {
  const stamped = own && git.ask(['rev-parse', '--verify', '--quiet', `${TAGS}/v${own.version}^{commit}`]);
  const shared = git.ask(['merge-base', 'HEAD', next]);
  if (!stamped && !shared) {
    throw new Error(
      own
        ? `${from} has no tag v${own.version}, which ${TEMPLATE_FILE} says this is based on, and no history in common.`
        : `There is no ${TEMPLATE_FILE}, and no history in common with ${from}: nothing says what this is based on. Take ${TEMPLATE_FILE} back from your own history, or from the version that you copied.`,
    );
  }
  if (!stamped || !shared) return stamped || shared || '';
  return git.ask(['merge-base', '--is-ancestor', stamped, shared]) === undefined ? stamped : shared;
}

/** What CHANGELOG.md says between two versions, the newest first, without the first and with the last. */
export function changesBetween(changelog: string, after: string, to: string): string {
  const sections = changelog.split(/^(?=## )/m).filter((section) => {
    const version = /^## \[?(\d+\.\d+\.\d+)/.exec(section)?.[1];
    return version !== undefined && compareVersions(version, after) > 0 && compareVersions(version, to) <= 0;
  });
  return sections.join('').trim();
}
