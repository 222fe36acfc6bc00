import { AwsError } from './aws-error';

/** Default of items on a page (AWS's documentation of ListSecrets). */
const DEFAULT_PAGE_SIZE = 100;

/** Paging members of a request. */
export interface Paging {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  /** `undefined` on the last page. */
  readonly nextToken: string | undefined;
}

/**
 * A page of `items`. The token is the number of items before it.
 *
 * @throws {AwsError} InvalidNextTokenException, and InvalidParameterException for a page size outside 1 to 100
 */
export function page<Item>(items: readonly Item[], { MaxResults = DEFAULT_PAGE_SIZE, NextToken }: Paging): Page<Item> {
  if (!Number.isInteger(MaxResults) || MaxResults < 1 || MaxResults > 100) {
    throw new AwsError('InvalidParameterException', `MaxResults is ${MaxResults}; allowed: 1 to 100.`);
  }
  const start = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isInteger(start) || start < 0 || NextToken === '') {
    throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
  }
  const end = start + MaxResults;
  return { items: items.slice(start, end), nextToken: end < items.length ? String(end) : undefined };
}
