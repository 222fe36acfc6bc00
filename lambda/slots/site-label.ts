import { createHash } from 'node:crypto';
import type { InstallationContext } from '../contract/slot';

/**
 * Staging labels that say of which sites a version's token is, so that a reinstall on the same site can be told from an
 * installation on another one without reading the token. A label is on one version only: it moves to the newest.
 */
export const siteLabels = (contexts: readonly InstallationContext[]): string[] =>
  contexts.flatMap(({ siteAri }) => (siteAri === undefined ? [] : [labelOf(siteAri)])).slice(0, MOST_SITES);

/** A version has at most 20 labels (AWS Secrets Manager's quotas). An installation covers one or two products. */
const MOST_SITES = 4;

const labelOf = (siteAri: string) => `SITE_${createHash('sha256').update(siteAri).digest('hex').slice(0, 20)}`;
