import { Template } from 'aws-cdk-lib/assertions';
import type { z } from 'zod';
import { isRecord } from '../../../lambda/values';
import { bodySchema } from '../../../test/lib/dashboard/body-schema';
import { textOf } from '../test/alarms/evaluator/template-value';

export type DashboardBody = z.infer<typeof bodySchema>;
export type Widget = DashboardBody['widgets'][number];
type PropertiesOf<Type extends Widget['type']> = Extract<Widget, { type: Type }>['properties'];
export type MetricProperties = PropertiesOf<'metric'>;
export type AlarmProperties = PropertiesOf<'alarm'>;
export type LogProperties = PropertiesOf<'log'>;
export type TextProperties = PropertiesOf<'text'>;

/**
 * The JSON of a template's only dashboard. What is known only once deployed is named in it as in the simulated metrics: a
 * function by its logical id.
 *
 * @throws {Error} where the template has no dashboard, or CloudWatch would not take its JSON
 */
export function readDashboard(template: unknown): DashboardBody {
  if (!isRecord(template)) throw new Error('The template is not an object.');
  const [dashboard] = Object.values(Template.fromJSON(template).findResources('AWS::CloudWatch::Dashboard'));
  if (!dashboard) throw new Error('The template has no dashboard to draw.');
  return bodySchema.parse(JSON.parse(textOf(dashboard.Properties.DashboardBody)));
}
