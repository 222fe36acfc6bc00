import type { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Routes } from '../lambda/contract/routes';
import { addFunctionUrl } from './function-url';
import { CERTIFICATE_ARN, CERTIFICATE_ARN_ALLOWED, domainNameProblem, isInZone } from './http-api-rules';
import { ReceiverApi } from './receiver-api';

/** An HTTP API of Amazon API Gateway under a domain of your own. */
export interface HttpApiOptions {
  /** Such as `forge.example.com`: a host name alone, in lower case. */
  readonly domainName: string;
  /** ARN of the certificate for that name, in AWS Certificate Manager, in the stack's own region and account. */
  readonly certificateArn: string;
  /**
   * The public zone of Route 53 in which the name gets its records.
   *
   * @default - none: whoever has the zone creates a CNAME record, as the output `DnsRecord` says
   */
  readonly hostedZone?: HostedZone;
  /**
   * Calls on Forge's routes that are let through. What is more gets 429 from AWS.
   *
   * @default DEFAULT_THROTTLE
   */
  readonly throttle?: Throttle;
  /**
   * Leave the Function URL open as well, for installations that still call it.
   *
   * @default false
   */
  readonly keepFunctionUrl?: boolean;
}

/** A zone of Route 53: its id, and the domain that it is for. */
export interface HostedZone {
  readonly id: string;
  readonly name: string;
}

/** The limits of API Gateway's token bucket. To AWS these are targets, not guarantees. */
export interface Throttle {
  /** Calls a second, on average. */
  readonly rate: number;
  /** Calls at once, beyond the rate. */
  readonly burst: number;
}

/** What is made reachable. */
export interface ExposureTarget {
  readonly function: LambdaFunction;
  /** Time after which the function is stopped. */
  readonly timeout: Duration;
  /** The paths that Forge calls. */
  readonly routes: Routes;
  /** Value of the dimension `Remote` of the metrics. */
  readonly remoteName: string;
  readonly logRetention: RetentionDays;
}

/** What has become of it. */
export interface Exposed {
  /** Where Forge calls: no slash at the end, since Forge appends the route, which begins with one. */
  readonly baseUrl: string;
  /** Absent where the Function URL is the only way in. */
  readonly api?: ReceiverApi;
  /** The Function URL that was kept beside an API. No slash at the end. */
  readonly keptFunctionUrl?: string;
}

/** How the receiver is reached: by which URL, and what stands in between. The function and its events are the same. */
export abstract class Exposure {
  /** The function's own URL, which AWS makes up and which goes with the function. */
  static functionUrl(): Exposure {
    return new FunctionUrlExposure();
  }

  /**
   * An HTTP API, at `https://<domainName>`.
   *
   * @throws {Error} when a name or an ARN can't be one, or the domain name can't be in the zone
   */
  static httpApi(options: HttpApiOptions): Exposure {
    return new HttpApiExposure(options);
  }

  /** Makes `target` reachable; new constructs go into `scope`. */
  abstract expose(scope: Construct, target: ExposureTarget): Exposed;
}

class FunctionUrlExposure extends Exposure {
  override expose(_scope: Construct, target: ExposureTarget): Exposed {
    return { baseUrl: addFunctionUrl(target.function) };
  }
}

class HttpApiExposure extends Exposure {
  readonly #options: HttpApiOptions;

  constructor(options: HttpApiOptions) {
    super();
    const { domainName, certificateArn, hostedZone } = options;
    const allowed = domainNameProblem(domainName);
    if (allowed !== undefined) throw new Error(`domainName is ${domainName}; allowed: ${allowed}`);
    if (!CERTIFICATE_ARN.test(certificateArn)) {
      throw new Error(`certificateArn is ${certificateArn}; allowed: ${CERTIFICATE_ARN_ALLOWED}`);
    }
    if (hostedZone !== undefined && !isInZone(domainName, hostedZone.name)) {
      throw new Error(`hostedZone.name is ${hostedZone.name}; allowed: the end of domainName, which is ${domainName}`);
    }
    this.#options = options;
  }

  /** @throws {Error} when the certificate is in another region or account than the API */
  override expose(scope: Construct, target: ExposureTarget): Exposed {
    const { keepFunctionUrl = false, ...api } = this.#options;
    return {
      baseUrl: `https://${api.domainName}`,
      api: new ReceiverApi(scope, 'Api', { ...api, ...target }),
      ...(keepFunctionUrl && { keptFunctionUrl: addFunctionUrl(target.function) }),
    };
  }
}
