/** A URL of your own for the backend. Only for a stage in one region: a domain name leads to one API. */
export interface ExposureInput {
  httpApi: HttpApiInput;
}

/**
 * An HTTP API of Amazon API Gateway in front of the receiver. Its URL is `https://<domainName>`, which outlives the
 * function, the stack and the account: whatever is deployed under the name next has the same URL.
 *
 * It takes at most 10,240 bytes of request line and headers (API Gateway's quotas), and Forge sends two tokens in them: a
 * call with more never reaches the receiver.
 */
export interface HttpApiInput {
  /** Such as `forge.example.com`: a host name alone, in lower case. No other API in the region may have it. */
  domainName: string;
  /** ARN of the certificate for that name, in AWS Certificate Manager, in the stage's own region and account. */
  certificateArn: string;
  /**
   * The zone of Amazon Route 53 in which the name gets its records.
   *
   * @default - none: the output `DnsRecord` says which record to create
   */
  hostedZone?: HostedZoneInput;
  /**
   * Calls that are let through. What is more gets 429 from AWS, and Forge tries it again.
   *
   * @default {} - the defaults of ThrottleInput
   */
  throttle?: ThrottleInput;
  /**
   * Leave the Function URL open as well, for the installations that still call it: they do until an admin of their site
   * consents to the new URL. Remove it when nobody calls it any more.
   *
   * @default false
   */
  keepFunctionUrl?: boolean;
}

/** A public zone of Amazon Route 53 in the stage's account. */
export interface HostedZoneInput {
  /** Such as `Z0123456789ABCDEFGHIJ`. */
  id: string;
  /** Such as `example.com`: the domain name, or its end. */
  name: string;
}

/** How many calls an HTTP API lets through on the routes of manifest.yml. To AWS these are targets, not guarantees. */
export interface ThrottleInput {
  /**
   * Calls a second, on average: 1 to 10,000, which is what AWS allows an account in most regions (API Gateway's quotas).
   * 10,000 installations that call within the hour are 3 a second, and 33 with the interval `fiveMinute`.
   *
   * @default 100
   */
  rate?: number;
  /**
   * Calls at once, beyond the rate: 1 to 5,000 (API Gateway's quotas).
   *
   * @default 200
   */
  burst?: number;
}
