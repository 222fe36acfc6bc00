// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import type { Job } from './worker/job';

/**
 * Your work: replace this with what your app does on schedule. It runs once for each installation and firing, never
 * twice at a time for one installation. Throw when it fails: it is tried again, and ends in the dead-letter queue when
 * it goes on failing.
 *
 * This one counts the spaces that the app can see, a page at a time.
 */
export const job: Job = async ({ atlassian, log }) => {
  let spaces = 0;
  let next: string | undefined = '/wiki/api/v2/spaces?limit=250';
  while (next !== undefined) {
    const response = await atlassian.fetch(next);
    if (!response.ok) throw new Error(`Confluence answered ${response.status} to ${next}`);
    const page = (await response.json()) as SpacesPage;
    spaces += page.results.length;
    next = page._links.next;
  }
  log.info('Spaces that the app can see', { spaces });
};

/** A page of Confluence's REST API v2, `GET /wiki/api/v2/spaces`. */
interface SpacesPage {
  readonly results: readonly unknown[];
  readonly _links: { readonly next?: string };
}
