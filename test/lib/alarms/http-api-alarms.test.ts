import { HttpApiAlarms } from '../../../lib/alarms/http-api-alarms';
import { Receiver } from '../../../lib/receiver';
import { TokenSlot } from '../../../lib/token-slot';
import { alarmOptions, RECEIVER_PROPS, stageWith } from '../support/fixtures';
import { HTTP_API } from '../support/http-api';
import { templateOf } from '../support/synth';

const template = templateOf((stack) => {
  const slots = new TokenSlot(stack, 'Slot', { remoteKey: 'backend', stage: stageWith() });
  const { exposed } = new Receiver(stack, 'Receiver', {
    ...RECEIVER_PROPS,
    slots,
    stage: stageWith({ exposure: { httpApi: HTTP_API } }),
  });
  if (exposed.api) new HttpApiAlarms(stack, 'Alarms', { ...alarmOptions(stack), api: exposed.api });
});
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const alarmOf = (metric: string) => alarms.find(({ MetricName }) => MetricName === metric);

test('errors of the API have an alarm, over an hour as those of the receiver', () => {
  expect(alarmOf('ApiFailed')).toMatchObject({
    Dimensions: [{ Name: 'Remote', Value: 'forge-remote-dev' }],
    Statistic: 'Sum',
    Period: 3600,
    Threshold: 3,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
});

test('calls that the API throttles have an alarm', () => {
  expect(alarmOf('ApiThrottled')).toMatchObject({
    Dimensions: [{ Name: 'Remote', Value: 'forge-remote-dev' }],
    Statistic: 'Sum',
    Period: 3600,
    Threshold: 1,
    TreatMissingData: 'notBreaching',
  });
});

test('there are no others', () => {
  expect(alarms).toHaveLength(2);
});

describe.each([
  ['ApiThrottled', '{ $.status = "429" && $.route != "$default" }'],
  // What the function itself answers, a stranger can bring about: its own metrics have it, by who is to be believed.
  ['ApiFailed', '{ $.status = "5*" && $.functionStatus != "5*" && $.route != "$default" }'],
])('the metric %s, which AWS has none of', (metric, pattern) => {
  const filter = Object.values(template.findResources('AWS::Logs::MetricFilter'))
    .map(({ Properties }) => Properties)
    .find(({ MetricTransformations: [{ MetricName }] }) => MetricName === metric);
  const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage')).map(({ Properties }) => Properties);
  const format: Record<string, string> = JSON.parse(stage?.AccessLogSettings.Format);

  test('is made of the access log, under the name and the dimension that the alarm has', () => {
    expect(filter?.LogGroupName).toEqual({ Ref: stage?.AccessLogSettings.DestinationArn['Fn::GetAtt'][0] });
    const { Namespace, MetricName, Dimensions } = alarmOf(metric) ?? {};
    const [{ Name, Value }] = Dimensions;
    expect(filter?.MetricTransformations).toEqual([
      {
        MetricNamespace: Namespace,
        MetricName,
        MetricValue: '1',
        Unit: 'Count',
        Dimensions: [{ Key: Name, Value: '$.remote' }],
      },
    ]);
    expect(format.remote).toBe(Value);
  });

  test('counts calls on routes of the manifest, and what a scanner meets on others not', () => {
    expect(filter?.FilterPattern).toBe(pattern);
    expect(format).toMatchObject({
      status: '$context.status',
      route: '$context.routeKey',
      functionStatus: '$context.integration.status',
    });
  });
});
