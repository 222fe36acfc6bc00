import type { Template } from 'aws-cdk-lib/assertions';

/**
 * The dashboard's JSON as CloudFormation hands it to CloudWatch: what is known only once deployed stands in it as
 * `<logical id>`, as part of a text or as a text.
 */
export function dashboardBody(template: Template): unknown {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  return JSON.parse(textOf(dashboard?.Properties.DashboardBody));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    if ('Ref' in value) return `<${value.Ref}>`;
    if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return `<${value['Fn::GetAtt'][0]}>`;
    if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) return value['Fn::Join'][1].map(textOf).join('');
  }
  throw new Error(`Not a text: ${JSON.stringify(value)}`);
}
