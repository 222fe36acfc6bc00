import type { TopLevelSpec } from 'vega-lite';
import type { MetricProperties } from '../dashboard-body';
import { epochMs, type TimeRange } from '../day/time';
import { type Line, withoutFlatRuns } from '../metrics/lines';
import { COLOR } from '../svg/elements';

type LayerSpec = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];
type Axis = 'left' | 'right';

const HOUR_MS = 3_600_000;
/** From this width on, in pixels, there is room for a time every 3 hours. */
const WIDE = 500;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A graph over time as CloudWatch draws it: times in UTC, a gap where there is no datapoint, lines of its own. */
export function graphSpec(
  properties: MetricProperties,
  lines: readonly Line[],
  range: TimeRange,
  { width, height }: Size,
): TopLevelSpec {
  const sides: readonly Axis[] = lines.some(({ axis }) => axis === 'right') ? ['left', 'right'] : ['left'];
  const stepMs = (width < WIDE ? 6 : 3) * HOUR_MS;
  return {
    width,
    height,
    padding: 0,
    autosize: { type: 'fit', contains: 'padding' },
    background: 'transparent',
    layer: sides.map((side) => sideLayer(properties, lines, range, side, stepMs)),
    resolve: { scale: { y: 'independent' } },
  };
}

function sideLayer(
  properties: MetricProperties,
  lines: readonly Line[],
  range: TimeRange,
  side: Axis,
  stepMs: number,
): LayerSpec {
  const own = lines.filter(({ axis }) => axis === side);
  const rules = (properties.annotations?.horizontal ?? []).filter(({ yAxis = 'left' }) => yAxis === side);
  const { stacked = false } = properties;
  const values = own.flatMap(({ label, points }) =>
    (stacked ? points : withoutFlatRuns(points)).map(({ minute, value }) => ({
      label,
      at: epochMs(minute),
      value: value ?? (stacked ? 0 : null),
    })),
  );
  const encoding = {
    x: xOf(range, stepMs),
    y: yOf(properties, own, side),
    color: {
      field: 'label',
      type: 'nominal' as const,
      scale: { domain: own.map(({ label }) => label), range: own.map(({ color }) => color) },
      legend: null,
    },
  };
  const mark: LayerSpec = stacked
    ? {
        mark: { type: 'area', fillOpacity: 0.85 },
        encoding: { ...encoding, y: { ...encoding.y, stack: 'zero' as const } },
      }
    : { mark: { type: 'line', strokeWidth: 1.4 }, encoding };
  return {
    data: { values },
    resolve: { scale: { color: 'independent' } },
    layer: [
      mark,
      // A datapoint between two gaps is no line.
      ...(stacked
        ? []
        : [{ data: { values: alone(own) }, mark: { type: 'circle' as const, size: 9, opacity: 1 }, encoding }]),
      ...rules.flatMap((rule) => annotation(rule, range)),
    ],
  };
}

const alone = (lines: readonly Line[]) =>
  lines.flatMap(({ label, points }) =>
    points.flatMap(({ minute, value }, index) =>
      value !== undefined && points[index - 1]?.value === undefined && points[index + 1]?.value === undefined
        ? [{ label, at: epochMs(minute), value }]
        : [],
    ),
  );

const xOf = ({ from, to }: TimeRange, stepMs: number) => ({
  field: 'at',
  type: 'temporal' as const,
  scale: { type: 'utc' as const, domain: [epochMs(from), epochMs(to)], nice: false },
  axis: {
    title: null,
    grid: false,
    format: '%H:%M',
    values: Array.from({ length: ((to - from) * 60_000) / stepMs + 1 }, (_, index) => epochMs(from) + index * stepMs),
    labelFlush: true,
    labelOverlap: false,
  },
});

/** Limits that the widget doesn't have are automatic: here those of the values and of the lines across. */
function yOf(properties: MetricProperties, lines: readonly Line[], side: Axis) {
  const { min, max } = properties.yAxis?.[side] ?? {};
  const values = lines.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  const most = Math.max(0, ...values);
  return {
    field: 'value',
    type: 'quantitative' as const,
    scale: {
      zero: false,
      nice: 4,
      ...(min !== undefined && { domainMin: min }),
      // Counts that are all 0 would leave an axis without a length.
      ...(max !== undefined ? { domainMax: max } : most === 0 && { domainMax: 1 }),
    },
    axis: {
      title: null,
      orient: side,
      grid: side === 'left',
      tickCount: 4,
      // Half a call is no mark on a scale of calls.
      ...(values.every(Number.isInteger) && { tickMinStep: 1 }),
      domain: false,
      ticks: false,
      labelPadding: 5,
    },
  };
}

type Rule = NonNullable<MetricProperties['annotations']>['horizontal'][number];

function annotation({ value, label = '', color = COLOR.quiet }: Rule, { from }: TimeRange): LayerSpec[] {
  const y = { field: 'value', type: 'quantitative' } as const;
  const data = { values: [{ value, label, at: epochMs(from) }] };
  return [
    { data, mark: { type: 'rule', color, strokeWidth: 1.2 }, encoding: { y } },
    {
      data,
      mark: { type: 'text', color, align: 'left', baseline: 'top', dx: 4, dy: 4, fontSize: 11 },
      encoding: { x: { field: 'at', type: 'temporal' }, y, text: { field: 'label' } },
    },
  ];
}
