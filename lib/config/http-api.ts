import type { z } from 'zod';
import {
  type ByRegion,
  byRegion,
  checkedText,
  flag,
  isByRegion,
  matching,
  strict,
  valueOr,
  wholeNumber,
} from './fields';

// The options of the backend's own domain, and their rules.

const DOMAIN_EXAMPLE = "such as 'forge.example.com'";

/** A domain name, in words. */
const DOMAIN_NAME_ALLOWED = `a host name in lower case and nothing else, ${DOMAIN_EXAMPLE}`;

/**
 * At least two labels of 1 to 63 characters; the last one starts with a letter, so IP addresses don't match (RFC 1035).
 */
const DOMAIN_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** What is allowed instead of `text`; `undefined` if it is a domain name. */
function domainNameProblem(text: string): string | undefined {
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

const domainName = checkedText(domainNameProblem, DOMAIN_NAME_ALLOWED);

const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):(\d{12}):certificate\/[0-9a-f-]{36}$/;

const hostedZone = strict({
  /** Such as `Z0123456789ABCDEFGHIJ`. */
  id: matching(/^Z[A-Z0-9]{1,31}$/, "a hosted zone's id in Route 53, such as 'Z0123456789ABCDEFGHIJ'"),
  /** Such as `example.com`: the domain name, or its last part. */
  name: domainName,
});

const throttle = strict({
  /**
   * Calls a second, on average. AWS allows 10,000 for all APIs of an account in most regions, and a quarter of that in
   * some (API Gateway's quotas). 10,000 installations with hourly calls need 3 a second, and 33 with the interval
   * `fiveMinute`. A flood at the default rate costs $10 a day ($1 per million requests to the API and $0.20 per million
   * runs; AWS's prices in us-east-1), plus the time of the runs.
   *
   * @default 100
   */
  rate: wholeNumber('calls a second', 1, 10_000).default(100),
  /**
   * Calls at once, beyond the rate (at most 5,000: API Gateway's quotas).
   *
   * @default 200
   */
  burst: wholeNumber('calls', 1, 5_000).default(200),
});

export const httpApi = strict({
  /** Such as `forge.example.com`: only a host name, in lower case. No other API in the region may have it. */
  domainName,
  /** ARN of the certificate for this name, in AWS Certificate Manager, in the stage's own region and account. */
  certificateArn: matching(
    CERTIFICATE_ARN,
    "a certificate's ARN in AWS Certificate Manager, such as " +
      "'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012'",
  ),
  /**
   * The public hosted zone of Amazon Route 53 for the DNS records, in the stage's account.
   *
   * @default - none: the output `DnsRecord` says which record to create
   */
  hostedZone: hostedZone.exactOptional(),
  /**
   * Limits for calls to the routes in manifest.yml. AWS treats them as targets, not as guarantees. AWS answers other
   * calls with 429, and Forge retries them.
   *
   * @default {}
   */
  throttle: throttle.prefault({}),
  /**
   * Keeps the Function URL open too, for installations that still call it: they do until an admin of their site
   * consents to the new URL. Remove this when nobody calls it any more.
   *
   * @default false
   */
  keepFunctionUrl: flag().default(false),
}).superRefine((api, context) => {
  // An invalid name is reported by its own field.
  if (api.hostedZone === undefined || !DOMAIN_NAME.test(api.domainName)) return;
  const { name } = api.hostedZone;
  if (api.domainName === name || api.domainName.endsWith(`.${name}`)) return;
  context.addIssue({
    code: 'custom',
    path: ['hostedZone', 'name'],
    message: `the end of domainName, which is '${api.domainName}': a zone can only contain names that end with its own`,
  });
});

/** The exposure of one stack. */
const oneExposure = valueOr(
  'functionUrl',
  strict(
    {
      /**
       * An HTTP API of Amazon API Gateway in front of the receiver. Its URL is `https://<domainName>`, which stays when
       * the function, the stack or the account changes.
       *
       * It accepts at most 10,240 bytes of request line and headers (API Gateway's quotas), including Forge's two
       * tokens: a larger call never reaches the receiver.
       */
      httpApi,
    },
    "'functionUrl', or ",
  ),
);

/** The setting `exposure` of a stage: one for all regions, or one for each. */
export const exposure = byRegion(oneExposure);

/** The checked exposure of one stack. */
export type Exposure = z.output<typeof oneExposure>;

/** All exposures in the setting. */
export function exposuresIn(setting: z.output<typeof exposure>): Exposure[] {
  return isByRegion(setting) ? Object.values(setting as ByRegion<Exposure>) : [setting];
}

/** The checked options of an HTTP API, with all defaults filled in. */
export type HttpApiSettings = z.output<typeof httpApi>;

/**
 * What is allowed instead of this certificate; `undefined` if it can be used.
 *
 * @param place of the API; an unknown account isn't compared
 */
export function certificateProblem(
  arn: string,
  place: { readonly region: string; readonly account?: string | undefined },
): string | undefined {
  const [, region, account] = CERTIFICATE_ARN.exec(arn) ?? [];
  // A malformed ARN is reported by its own field.
  if (region === undefined) return undefined;
  if (region !== place.region) {
    return (
      `a certificate in ${place.region}, where the API is; this one is in ${region}, and API Gateway only ` +
      `accepts its own region's. Request one for the same name in AWS Certificate Manager in ${place.region}`
    );
  }
  if (place.account !== undefined && account !== place.account) {
    return `a certificate of the account ${place.account}, where the API is; this one is of ${account}`;
  }
  return undefined;
}
