/** Page sizes from Atlassian's documentation of Confluence's REST API, version 2. */
const PAGE_SIZE = { byDefault: 25, min: 1, max: 250 };

const PATH = '/wiki/api/v2/spaces';

/** A page of "Get spaces", or the status of an invalid request. */
export type SpacesReply =
  | { readonly status: 200; readonly body: object; readonly next: string | undefined }
  | { readonly status: 400; readonly body: object };

/**
 * Answers "Get spaces" on a site with `count` spaces. The next page's URL begins with `/wiki`, so a client has to append it to
 * the API base URL.
 */
export function getSpaces(query: URLSearchParams, count: number): SpacesReply {
  const limit = Number(query.get('limit') ?? PAGE_SIZE.byDefault);
  if (!Number.isInteger(limit) || limit < PAGE_SIZE.min || limit > PAGE_SIZE.max) {
    return invalid(`limit is ${query.get('limit')}; allowed: ${PAGE_SIZE.min} to ${PAGE_SIZE.max}`);
  }
  const start = readCursor(query.get('cursor'));
  if (start === undefined) return invalid('the cursor is not one that was handed out');
  const end = Math.min(start + limit, count);
  const next = end < count ? `${PATH}?limit=${limit}&cursor=${formatCursor(end)}` : undefined;
  const results = Array.from({ length: Math.max(0, end - start) }, (_, index) => space(start + index + 1));
  const links = { ...(next !== undefined && { next }), base: 'https://example.atlassian.net/wiki' };
  return { status: 200, body: { results, _links: links }, next };
}

const space = (number: number) => ({
  id: String(1000 + number),
  key: `SPACE${number}`,
  name: `Space ${number}`,
  type: 'global',
  status: 'current',
  homepageId: String(2000 + number),
  _links: { webui: `/spaces/SPACE${number}` },
});

const formatCursor = (position: number) => Buffer.from(JSON.stringify({ position })).toString('base64url');

/** @returns `undefined` for an invalid cursor */
function readCursor(cursor: string | null): number | undefined {
  if (cursor === null) return 0;
  try {
    const { position } = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Number.isInteger(position) && position >= 0 ? position : undefined;
  } catch {
    return undefined;
  }
}

const invalid = (title: string): SpacesReply => ({
  status: 400,
  body: { errors: [{ status: 400, code: 'INVALID_REQUEST_PARAMETER', title }] },
});
