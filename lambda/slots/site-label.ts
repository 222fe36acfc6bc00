import { createHash } from 'node:crypto';
import type { InstallationContext } from '../contract/slot';

/**
 * Staging labels that say of which sites a version's token is, so that a reinstall on the same site can be told from an
 * installation on another one without reading the token. A label is on one version only: it moves to the newest.
 */
export const siteLabels = (contexts: readonly InstallationContext[]): string[] =>
  sitesIn(contexts).map((site) => `SITE_${shortHash(site)}`);

/**
 * The same for a secret of its own: a tag's value, with a space between two sites. Installations of two environments
 * share a site without following each other, so the environment's id is part of what is hashed.
 */
export const siteTag = (whose: { contexts: readonly InstallationContext[]; environmentId?: string }): string =>
  sitesIn(whose.contexts)
    .map((site) => shortHash(`${whose.environmentId ?? ''} ${site}`))
    .join(' ');

/** A version has at most 20 labels, a tag 256 characters (AWS's quotas). An installation covers one or two products. */
const MOST_SITES = 4;

const sitesIn = (contexts: readonly InstallationContext[]): string[] =>
  contexts.flatMap(({ siteAri }) => siteAri ?? []).slice(0, MOST_SITES);

const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 20);
