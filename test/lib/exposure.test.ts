import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { StageInput } from '../../lib/config';
import { ForgeRemote } from '../../lib/forge-remote';
import { REMOTE_PROPS, remoteProps } from './support/fixtures';
import { HOSTED_ZONE, HTTP_API, type HttpApiInput } from './support/http-api';
import { rightsOf } from './support/rights';
import { onlyIdOf, templateOf, testApp } from './support/synth';

const exposedBy = (exposure: StageInput['exposure'] = 'functionUrl') =>
  templateOf((stack) => {
    new ForgeRemote(stack, 'Remote', {
      ...remoteProps({ exposure }),
      routes: { ...REMOTE_PROPS.routes, '/move/status': { kind: 'dataResidency', hook: 'status' } },
    });
  });
const underDomain = (options: Partial<HttpApiInput> = {}) => exposedBy({ httpApi: { ...HTTP_API, ...options } });

const propertiesOf = (template: Template, type: string) =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties);

/** The receiver, by its logical id. */
function receiverIn(template: Template): string {
  const [id = ''] = Object.keys(template.findResources('AWS::Lambda::Function')).filter((name) =>
    name.startsWith('RemoteReceiver'),
  );
  return id;
}

const functionUrl = exposedBy();
const template = underDomain();
const api = { Ref: onlyIdOf(template, 'AWS::ApiGatewayV2::Api') };
const functionArn = { 'Fn::GetAtt': [receiverIn(template), 'Arn'] };

describe('a Function URL', () => {
  test('is the default, with nothing of an API', () => {
    expect(functionUrl.toJSON()).toEqual(exposedBy('functionUrl').toJSON());
    functionUrl.resourceCountIs('AWS::Lambda::Url', 1);
    expect(JSON.stringify(functionUrl.toJSON())).not.toContain('ApiGateway');
  });
});

describe('an HTTP API', () => {
  test('has one door: its own address is closed, and there is no Function URL', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'HTTP',
      DisableExecuteApiEndpoint: true,
      CorsConfiguration: Match.absent(),
    });
    template.resourceCountIs('AWS::Lambda::Url', 0);
  });

  test('has a route for each of the manifest, by the method that Forge uses, and one for whatever else is called', () => {
    const target = {
      'Fn::Join': ['', ['integrations/', { Ref: onlyIdOf(template, 'AWS::ApiGatewayV2::Integration') }]],
    };
    expect(propertiesOf(template, 'AWS::ApiGatewayV2::Route')).toEqual(
      ['POST /forge/token', 'GET /move/status', '$default'].map((RouteKey) => ({
        ApiId: api,
        RouteKey,
        Target: target,
      })),
    );
  });

  test('hands the call to the function in the format of a Function URL, and waits longer than that runs', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn,
      PayloadFormatVersion: '2.0',
    });
    const [integration] = propertiesOf(template, 'AWS::ApiGatewayV2::Integration');
    const timeoutMs = template.findResources('AWS::Lambda::Function')[receiverIn(template)]?.Properties.Timeout * 1000;
    expect(integration?.TimeoutInMillis).toBeGreaterThan(timeoutMs);
    expect(integration?.TimeoutInMillis).toBeLessThanOrEqual(30_000);
  });

  test('may run the receiver, as this API and no other, and nobody else may', () => {
    const receivers = (from: Template) =>
      propertiesOf(from, 'AWS::Lambda::Permission').filter(
        ({ FunctionName }) => FunctionName['Fn::GetAtt'][0] === receiverIn(from),
      );
    const [before, after] = ['arn:aws:execute-api:us-east-1:', '/*/*'];
    expect(receivers(template)).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: functionArn,
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Join': ['', [before, { Ref: 'AWS::AccountId' }, ':', api, after]] },
      },
    ]);
  });

  test('gives the receiver no right that it has not with a Function URL', () => {
    const rights = (from: Template) => {
      const role = from.findResources('AWS::Lambda::Function')[receiverIn(from)]?.Properties.Role['Fn::GetAtt'][0];
      return rightsOf(from, role);
    };
    expect(rights(template)).toEqual(rights(functionUrl));
  });

  test("lets through more than Forge calls, and a stranger's paths don't use that up", () => {
    template.hasResource('AWS::ApiGatewayV2::Stage', {
      Properties: {
        StageName: '$default',
        AutoDeploy: true,
        DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
        RouteSettings: { $default: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 } },
      },
      // API Gateway refuses settings of a route that isn't there yet.
      DependsOn: [
        Object.entries(template.findResources('AWS::ApiGatewayV2::Route')).find(
          ([, { Properties }]) => Properties.RouteKey === '$default',
        )?.[0],
      ],
    });
    underDomain({ throttle: { rate: 7, burst: 9 } }).hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 },
    });
  });

  test('logs each call as JSON into a group of its own, which is kept as long as the others', () => {
    const [stage] = propertiesOf(template, 'AWS::ApiGatewayV2::Stage');
    const logGroup = stage?.AccessLogSettings.DestinationArn['Fn::GetAtt'][0];
    template.templateMatches({
      Resources: { [logGroup]: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30 } } },
    });
    // A name that needs no statement of its own in the region's policy for the delivery of logs.
    const names = propertiesOf(template, 'AWS::Logs::LogGroup').flatMap(({ LogGroupName = [] }) => LogGroupName);
    expect(names).toEqual([expect.stringMatching(/^\/aws\/vendedlogs\/apigateway\/[\w-]+$/)]);
    expect(Object.keys(JSON.parse(stage?.AccessLogSettings.Format))).toEqual([
      'requestId',
      'time',
      'sourceIp',
      'method',
      'route',
      'status',
      'latencyMs',
      'functionRequestId',
      'functionStatus',
      'functionLatencyMs',
      'error',
      'remote',
    ]);
  });

  test('and logs nothing that has a token in it, or that a stranger may write as they like', () => {
    const [stage] = propertiesOf(template, 'AWS::ApiGatewayV2::Stage');
    const variables: string[] = stage?.AccessLogSettings.Format.match(/\$context\.[\w.]+/g);
    expect(variables.length).toBeGreaterThan(5);
    expect(variables.filter((name) => /header|authorizer|path|query|userAgent|protocol/i.test(name))).toEqual([]);
  });
});

test('in a region whose HTTP APIs have IPv4 alone, nothing else is asked for', () => {
  const region = 'ap-southeast-7';
  const certificateArn = HTTP_API.certificateArn.replace('us-east-1', region);
  const props = remoteProps({ region, exposure: { httpApi: { ...HTTP_API, certificateArn } } });
  const there = templateOf((stack) => new ForgeRemote(stack, 'Remote', props), region);
  there.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
  expect(JSON.stringify(there.toJSON())).not.toContain('IpAddressType');
});

describe('its domain', () => {
  test('is regional, speaks TLS 1.2, has the certificate, and leads to the API with no path in front', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'forge.example.com',
      DomainNameConfigurations: [
        {
          CertificateArn: HTTP_API.certificateArn,
          EndpointType: 'REGIONAL',
          SecurityPolicy: 'TLS_1_2',
          IpAddressType: 'dualstack',
        },
      ],
    });
    template.hasResource('AWS::ApiGatewayV2::ApiMapping', {
      Properties: Match.exact({
        ApiId: api,
        DomainName: { Ref: onlyIdOf(template, 'AWS::ApiGatewayV2::DomainName') },
        Stage: '$default',
      }),
      DependsOn: [onlyIdOf(template, 'AWS::ApiGatewayV2::Stage')],
    });
  });

  test('has the URL that is known before anything is deployed', () => {
    const stack = new Stack(testApp(), 'test', { env: { region: 'us-east-1' } });
    const remote = new ForgeRemote(stack, 'Remote', remoteProps({ exposure: { httpApi: HTTP_API } }));
    expect(remote.baseUrl).toBe('https://forge.example.com');
  });

  test.each([
    ['forge.example.com', 'example.com'],
    ['example.com', 'example.com'],
  ])('%s gets an alias in its zone %s, for either kind of address', (domainName, name) => {
    const withZone = underDomain({ domainName, hostedZone: { ...HOSTED_ZONE, name } });
    const domain = onlyIdOf(withZone, 'AWS::ApiGatewayV2::DomainName');
    expect(propertiesOf(withZone, 'AWS::Route53::RecordSet')).toEqual(
      ['A', 'AAAA'].map((Type) => ({
        Name: `${domainName}.`,
        Type,
        HostedZoneId: HOSTED_ZONE.id,
        AliasTarget: {
          DNSName: { 'Fn::GetAtt': [domain, 'RegionalDomainName'] },
          HostedZoneId: { 'Fn::GetAtt': [domain, 'RegionalHostedZoneId'] },
        },
      })),
    );
  });

  test('has no record where nobody gave its zone', () => {
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
  });
});

test('the Function URL can be kept, as it was, until every admin has consented', () => {
  const both = underDomain({ keepFunctionUrl: true });
  expect(both.findResources('AWS::Lambda::Url')).toEqual(functionUrl.findResources('AWS::Lambda::Url'));
  both.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
  const callers = propertiesOf(both, 'AWS::Lambda::Permission')
    .filter(({ FunctionName }) => FunctionName['Fn::GetAtt'][0] === receiverIn(both))
    .map(({ Action, Principal }) => `${Principal} ${Action}`);
  expect(callers.sort()).toEqual([
    '* lambda:InvokeFunction',
    '* lambda:InvokeFunctionUrl',
    'apigateway.amazonaws.com lambda:InvokeFunction',
  ]);
});
