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
 * Calls beside Forge's routes that are let through: enough for the function to say and log why it refuses them, and a
 * limit of their own, so that a scanner doesn't use up Forge's.
 */
const STRANGERS_THROTTLE = { rate: 5, burst: 10 };

/**
 * How much longer than the function's own timeout the API waits. The caller then gets what became of the function, and
 * not a guess of the API; a cold start, which the timeout doesn't count, is in it. AWS allows 30 s (API Gateway's quotas).
 */
const SPARE_TIME = Duration.seconds(5);

export interface ReceiverApiProps {
  readonly settings: HttpApiSettings;
  /** What is called. */
  readonly function: LambdaFunction;
  /** Time after which the function is stopped. */
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
  /** What a CNAME record for the domain has to point to, where no hosted zone was given. */
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
      // One door: nobody comes in past the domain.
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
    throttleStrangers(this.#stage, defaultRoute);

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

  /** IPv6 as well, as a Function URL has it, where the region can do that. */
  private addressType(): { readonly ipAddressType?: IpAddressType } {
    return WITHOUT_DUAL_STACK.includes(Stack.of(this).region) ? {} : { ipAddressType: IpAddressType.DUAL_STACK };
  }

  /** @returns the route for whatever is none of Forge's */
  #addRoutes(api: HttpApi, { function: lambda, routes, timeout }: ReceiverApiProps): CfnRoute {
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: lambda.functionArn,
      // What a Function URL sends as well.
      payloadFormatVersion: '2.0',
      timeoutInMillis: timeout.plus(SPARE_TIME).toMilliseconds(),
    });
    lambda.addPermission('Permission', {
      scope: this,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      // Any stage and any route of this API: it has one stage, and no route that isn't below. CDK's own integration
      // writes "*/*/*" for this, which leaves out the default route, since that has no method.
      sourceArn: Stack.of(this).formatArn({ service: 'execute-api', resource: api.apiId, resourceName: '*/*' }),
    });
    const addRoute = (id: string, routeKey: string) => {
      const route = new CfnRoute(this, id, { apiId: api.apiId, routeKey, target: `integrations/${integration.ref}` });
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          "Forge can't sign requests for AWS; the receiver verifies each call's invocation token before all else.",
      });
      return route;
    };
    for (const [path, route] of Object.entries(routes)) {
      addRoute(`Route ${encodeURIComponent(path)}`, `${methodOf(route)} ${path}`);
    }
    // Without it AWS would say 404 to whatever else is called, with no line in the receiver's log and no reason: an
    // endpoint that is in the manifest, and not deployed yet, would be hard to find.
    return addRoute('OtherRoute', DEFAULT_ROUTE);
  }

  #addRecords(domain: DomainName, recordName: string, { id, name }: NonNullable<HttpApiSettings['hostedZone']>): void {
    const record = {
      zone: PublicHostedZone.fromPublicHostedZoneAttributes(this, 'Zone', { hostedZoneId: id, zoneName: name }),
      // As a text that CDK can read: at the end of a name that is known only once deployed, it repeats the zone's.
      recordName,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
      ),
    };
    new ARecord(this, 'Record', record);
    new AaaaRecord(this, 'RecordV6', record);
  }
}

/** CDK's own stage has no settings for a single route, CloudFormation's has. */
function throttleStrangers(stage: HttpStage, defaultRoute: CfnRoute): void {
  const resource = stage.node.defaultChild;
  if (!(resource instanceof CfnStage)) throw new Error(`${stage.node.path} is made of something else than a CfnStage`);
  resource.routeSettings = {
    [DEFAULT_ROUTE]: { ThrottlingRateLimit: STRANGERS_THROTTLE.rate, ThrottlingBurstLimit: STRANGERS_THROTTLE.burst },
  };
  // API Gateway refuses settings of a route that isn't there yet ("Unable to find Route by key").
  resource.node.addDependency(defaultRoute);
}
