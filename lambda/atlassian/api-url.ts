import { quote } from '../values';
import { PathNotAllowed } from './errors';

/** A segment of one or two dots, even percent-encoded or before an encoded slash, which a server may decode. */
const DOT_SEGMENT = /(^|\/|\\|%2f|%5c)(\.|%2e){1,2}(?=$|\/|\\|%2f|%5c)/i;

/** Characters that URL parsers drop or read as a slash. */
const MISREAD = /[\s\p{Cc}\\]/u;

/**
 * The URL of `path` under an installation's API base URL.
 *
 * The installation's live token may go only to URLs under the base, so a path that any parser could lead elsewhere is
 * refused.
 *
 * @param path starts with a slash; may have a query
 * @throws {PathNotAllowed}
 */
export function apiUrl(apiBaseUrl: string, path: string): URL {
  const problem = problemOf(path);
  if (problem) throw new PathNotAllowed(quote(path), problem);

  const base = new URL(apiBaseUrl.replace(/\/+$/, ''));
  const url = new URL(`${base.origin}${base.pathname.replace(/\/$/, '')}${path}`);
  const isUnderBase = url.origin === base.origin && url.pathname.startsWith(base.pathname);
  if (!isUnderBase) throw new PathNotAllowed(quote(path), `leads out of ${base.href}`);
  return url;
}

function problemOf(path: string): string | undefined {
  if (typeof path !== 'string') return 'is not a string';
  if (!path.startsWith('/')) return 'does not start with a slash';
  if (MISREAD.test(path)) return 'has white space, a control character or a backslash in it';
  const [withoutQuery = ''] = path.split(/[?#]/);
  if (withoutQuery.includes('//')) return 'has an empty segment ("//")';
  if (DOT_SEGMENT.test(withoutQuery)) return 'has a segment "." or ".."';
  return undefined;
}

/** Method and URL for messages, without the query, which may have what users wrote. */
export const describeRequest = (method: string, url: URL) => `${method} ${url.origin}${url.pathname}`;
