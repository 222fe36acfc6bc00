/**
 * Calls that an HTTP API lets through on Forge's routes: a second, and at once beyond that. Far above what Forge makes:
 * 10,000 installations within the hour are 3 calls a second, and 33 with the interval `fiveMinute`. Far below what hurts:
 * a flood at this rate costs $10 a day ($1 for a million requests to the API and $0.20 for as many runs; AWS's prices in
 * us-east-1), beside the time that the runs take.
 */
export const DEFAULT_THROTTLE = { rate: 100, burst: 200 } as const;

/** What AWS lets all APIs of an account do in a region, by default; in some regions it is a quarter (API Gateway's quotas). */
export const MOST_THROTTLE = { rate: 10_000, burst: 5_000 } as const;

const DOMAIN_EXAMPLE = "such as 'forge.example.com'";

/** What a domain name must be, in words. */
export const DOMAIN_NAME_ALLOWED = `a host name in lower case and nothing else, ${DOMAIN_EXAMPLE}`;

/** Labels of 1 to 63 characters, at least two, and the last one not a number: no IP address (RFC 1035). */
const DOMAIN_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** What is allowed in place of `text`, by what is wrong with it; `undefined` when it is a domain name. */
export function domainNameProblem(text: string): string | undefined {
  if (DOMAIN_NAME.test(text)) return undefined;
  if (text.includes('://')) return `a host name without "https://", ${DOMAIN_EXAMPLE}; the URL is made of it`;
  if (text.includes('/')) {
    return `a host name without a slash or a path, ${DOMAIN_EXAMPLE}; the paths are the routes of manifest.yml`;
  }
  if (DOMAIN_NAME.test(text.toLowerCase())) {
    return `a host name in lower case, ${DOMAIN_EXAMPLE}; manifest.yml and AWS must spell it alike`;
  }
  return DOMAIN_NAME_ALLOWED;
}

/** Whether a record for `domainName` can be in the zone `zoneName`. */
export const isInZone = (domainName: string, zoneName: string): boolean =>
  domainName === zoneName || domainName.endsWith(`.${zoneName}`);

/** What a certificate's ARN must be, in words. */
export const CERTIFICATE_ARN_ALLOWED =
  "a certificate's ARN in AWS Certificate Manager, such as " +
  "'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012'";

export const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):(\d{12}):certificate\/[0-9a-f-]{36}$/;

/**
 * What is allowed in place of a certificate that can't be used there; `undefined` when it can.
 *
 * @param place where the API is; what isn't known of it isn't compared
 */
export function certificateProblem(
  arn: string,
  place: { readonly region?: string | undefined; readonly account?: string | undefined },
): string | undefined {
  const [, region, account] = CERTIFICATE_ARN.exec(arn) ?? [];
  if (region === undefined) return CERTIFICATE_ARN_ALLOWED;
  if (place.region !== undefined && region !== place.region) {
    return (
      `a certificate in ${place.region}, where the API is; this one is in ${region}, and API Gateway takes none of ` +
      `another region. Request one for the same name in AWS Certificate Manager in ${place.region}`
    );
  }
  if (place.account !== undefined && account !== place.account) {
    return `a certificate of the account ${place.account}, where the API is; this one is of ${account}`;
  }
  return undefined;
}
