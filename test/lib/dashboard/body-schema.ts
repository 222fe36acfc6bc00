import { z } from 'zod';

/**
 * What CloudWatch takes for a dashboard, as far as its documentation says it ("Dashboard Body Structure and Syntax") and
 * this dashboard uses it. A property that isn't in it is an error.
 */
const place = {
  x: z.int().min(0).max(23).optional(),
  y: z.int().min(0).optional(),
  width: z.int().min(1).max(24),
  height: z.int().min(1).max(1000),
};
const title = { title: z.string().optional(), region: z.string().optional() };
const axis = z.strictObject({
  label: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  showUnits: z.boolean().optional(),
});

const rendering = {
  label: z.string().optional(),
  id: z
    .string()
    .regex(/^[a-z]\w*$/)
    .optional(),
  visible: z.boolean().optional(),
  stat: z.string().optional(),
  period: z.int().multipleOf(60).optional(),
  yAxis: z.enum(['left', 'right']).optional(),
  color: z.string().optional(),
  region: z.string().optional(),
  accountId: z.string().optional(),
};
const expression = z.tuple([
  z.strictObject({
    expression: z
      .string()
      .min(1)
      .max(1024 * 10),
    ...rendering,
  }),
]);
/** Namespace, name, then pairs of a dimension and its value, then how it is drawn. */
const metric = z.array(z.union([z.string(), z.strictObject(rendering)])).refine(
  (parts) => {
    const texts = parts.filter((part) => typeof part === 'string');
    const options = parts.length - texts.length;
    return (
      texts.length >= 2 && texts.length % 2 === 0 && options <= 1 && (options === 0 || typeof parts.at(-1) === 'object')
    );
  },
  { error: 'namespace, name, pairs of dimension and value, options' },
);

const graph = z.strictObject({
  type: z.literal('metric'),
  ...place,
  properties: z.strictObject({
    ...title,
    region: z.string(),
    view: z.enum(['timeSeries', 'singleValue']),
    metrics: z
      .array(z.union([expression, metric]))
      .min(1)
      .max(500),
    stacked: z.boolean().optional(),
    sparkline: z.boolean().optional(),
    legend: z.strictObject({ position: z.enum(['bottom', 'right', 'hidden']) }).optional(),
    annotations: z
      .strictObject({
        horizontal: z.array(
          z.strictObject({
            value: z.number(),
            label: z.string().optional(),
            color: z
              .string()
              .regex(/^#[0-9a-f]{6}$/)
              .optional(),
            yAxis: z.enum(['left', 'right']).optional(),
          }),
        ),
      })
      .optional(),
    yAxis: z.strictObject({ left: axis.optional(), right: axis.optional() }).optional(),
    period: z.int().optional(),
    stat: z.string().optional(),
  }),
});
const alarms = z.strictObject({
  type: z.literal('alarm'),
  ...place,
  properties: z.strictObject({ ...title, alarms: z.array(z.string()).min(1).max(100) }),
});
const log = z.strictObject({
  type: z.literal('log'),
  ...place,
  properties: z.strictObject({
    ...title,
    region: z.string(),
    view: z.enum(['table', 'timeSeries', 'bar', 'pie']),
    query: z.string().regex(/^SOURCE '/),
  }),
});
const text = z.strictObject({
  type: z.literal('text'),
  ...place,
  properties: z.strictObject({
    markdown: z.string().min(1),
    background: z.enum(['solid', 'transparent']).optional(),
  }),
});

export const bodySchema = z.strictObject({
  start: z.string().regex(/^-P/).optional(),
  widgets: z
    .array(z.discriminatedUnion('type', [graph, alarms, log, text]))
    .min(1)
    .max(500),
});
