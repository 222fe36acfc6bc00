import { Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  ApiMapping,
  CfnIntegration,
  CfnRoute,
  CfnStage,
  DomainName,
  HttpApi,
  HttpStage,
  IpAddressType,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { AaaaRecord, ARecord, PublicHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { methodOf, type Routes } from '../lambda/contract/routes';
import { AccessLog, DEFAULT_ROUTE } from './access-log';
import type { HttpApiSettings } from './config';
import { WITHOUT_DUAL_STACK } from './config/aws-regions';
import type { LogSettings } from './log-group';

/**
 * Limit for calls to any other route. It is high enough for the function to log why it refuses them, and separate from
 * the limit of Forge's routes, so that a scanner doesn't use that up.
 */
const DEFAULT_ROUTE_THROTTLE = { rate: 5, burst: 10 };

/**
 * The API waits this much longer than the function's timeout, so that the caller gets the function's result instead of
 * the API's own timeout. It includes a cold start, which the function's timeout doesn't count. AWS allows 30 s in all
 * (API Gateway's quotas).
 */
const TIMEOUT_MARGIN = Duration.seconds(5);

export interface ReceiverApiProps {
  readonly settings: HttpApiSettings;
  /** The function that the API calls. */
  readonly function: LambdaFunction;
  /** The function's timeout. */
  readonly timeout: Duration;
  /** The paths that Forge calls. */
  readonly routes: Routes;
  /** Value of the dimension `Remote` of the metrics. */
  readonly remoteName: string;
  readonly log: LogSettings;
}

/** The HTTP API in front of the receiver, with its domain. */
export class ReceiverApi extends Construct {
  readonly domainName: string;
  /** Target of the domain's CNAME record. Absent if config.ts has a hosted zone. */
  readonly cnameTarget?: string;
  readonly accessLog: AccessLog;
  readonly #stage: HttpStage;

  constructor(scope: Construct, id: string, props: ReceiverApiProps) {
    super(scope, id);
    const { domainName, hostedZone, throttle } = props.settings;
    this.domainName = domainName;
    const domain = this.#addDomain(props.settings);
    const api = new HttpApi(this, 'Api', {
      apiName: props.remoteName,
      description: "Forge's calls to the receiver",
      createDefaultStage: false,
      // The domain is the only way in.
      disableExecuteApiEndpoint: true,
      ...this.addressType(),
    });
    const defaultRoute = this.#addRoutes(api, props);

    this.accessLog = new AccessLog(this, 'AccessLog', {
      remoteName: props.remoteName,
      log: props.log,
    });
    this.#stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst },
      accessLogSettings: this.accessLog.settings,
    });
    const mapping = new ApiMapping(this, 'Mapping', { api, domainName: domain, stage: this.#stage });
    mapping.node.addDependency(this.#stage);
    throttleDefaultRoute(this.#stage, defaultRoute);

    if (hostedZone === undefined) this.cnameTarget = domain.regionalDomainName;
    else this.#addRecords(domain, domainName, hostedZone);
  }

  #addDomain({ domainName, certificateArn }: HttpApiSettings): DomainName {
    return new DomainName(this, 'Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
      ...this.addressType(),
    });
  }

  /** IPv4 and IPv6, like a Function URL, where the region supports it. */
  private addressType(): { readonly ipAddressType?: IpAddressType } {
    return WITHOUT_DUAL_STACK.includes(Stack.of(this).region) ? {} : { ipAddressType: IpAddressType.DUAL_STACK };
  }

  /** @returns the route for all other calls */
  #addRoutes(api: HttpApi, { function: lambda, routes, timeout }: ReceiverApiProps): CfnRoute {
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: lambda.functionArn,
      // The format of Function URLs.
      payloadFormatVersion: '2.0',
      timeoutInMillis: timeout.plus(TIMEOUT_MARGIN).toMilliseconds(),
    });
    lambda.addPermission('Permission', {
      scope: this,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      // Any stage and any route of this API: it has one stage, and only the routes below. CDK's own integration writes
      // "*/*/*", which doesn't match the default route, because that has no method.
      sourceArn: Stack.of(this).formatArn({ service: 'execute-api', resource: api.apiId, resourceName: '*/*' }),
    });
    const addRoute = (id: string, routeKey: string) => {
      const route = new CfnRoute(this, id, { apiId: api.apiId, routeKey, target: `integrations/${integration.ref}` });
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: "Forge can't sign requests for AWS; the receiver verifies each call's invocation token first.",
      });
      return route;
    };
    for (const [path, route] of Object.entries(routes)) {
      addRoute(`Route ${encodeURIComponent(path)}`, `${methodOf(route)} ${path}`);
    }
    // Without it AWS would answer 404 to other calls, with no line in the receiver's log and no reason. An endpoint
    // that is in the manifest but not deployed yet would be hard to find.
    return addRoute('OtherRoute', DEFAULT_ROUTE);
  }

  #addRecords(domain: DomainName, recordName: string, { id, name }: NonNullable<HttpApiSettings['hostedZone']>): void {
    const record = {
      zone: PublicHostedZone.fromPublicHostedZoneAttributes(this, 'Zone', { hostedZoneId: id, zoneName: name }),
      // A plain string: if it were a token, CDK would append the zone's name a second time.
      recordName,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
      ),
    };
    new ARecord(this, 'Record', record);
    new AaaaRecord(this, 'RecordV6', record);
  }
}

/** On the CloudFormation resource: CDK's HttpStage has no settings for a single route. */
function throttleDefaultRoute(stage: HttpStage, defaultRoute: CfnRoute): void {
  const resource = stage.node.defaultChild;
  if (!(resource instanceof CfnStage)) throw new Error(`${stage.node.path} has no CfnStage`);
  resource.routeSettings = {
    [DEFAULT_ROUTE]: {
      ThrottlingRateLimit: DEFAULT_ROUTE_THROTTLE.rate,
      ThrottlingBurstLimit: DEFAULT_ROUTE_THROTTLE.burst,
    },
  };
  // API Gateway refuses settings for a route that doesn't exist yet ("Unable to find Route by key").
  resource.node.addDependency(defaultRoute);
}
