import type { TopLevelSpec } from 'vega-lite';
import type { Line } from './widget-lines';

export interface Annotation {
  readonly value: number;
  readonly label?: string;
}

export interface Chart {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
  readonly stacked: boolean;
  readonly annotations: readonly Annotation[];
}

const LEGEND_HEIGHT = 44;

/**
 * A graph as SVG: the same text for the same lines.
 *
 * Vega is published as ES modules with a top-level await, which only `import()` loads from CommonJS.
 */
export async function drawChart(chart: Chart): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  return new View(parse(compile(specOf(chart)).spec), { renderer: 'none' }).toSVG();
}

function specOf({ lines, width, height, stacked, annotations }: Chart): TopLevelSpec {
  const values = lines.flatMap(({ label, periodMinutes, values: points }) =>
    points.flatMap((value, index) =>
      value === undefined ? [] : [{ hour: (index * periodMinutes) / 60, value: Number(value.toFixed(3)), of: label }],
    ),
  );
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    width: width - 80,
    height: height - 40 - LEGEND_HEIGHT,
    autosize: { type: 'none' },
    padding: { left: 55, top: 10, right: 20, bottom: 30 + LEGEND_HEIGHT },
    layer: [
      {
        data: { values },
        mark: stacked ? { type: 'bar', width: 3 } : { type: 'line', strokeWidth: 1.5 },
        encoding: {
          x: {
            field: 'hour',
            type: 'quantitative',
            scale: { domain: [0, 24], nice: false },
            axis: { title: null, values: [0, 6, 12, 18, 24], labelExpr: "datum.value + ':00'", grid: false },
          },
          y: {
            field: 'value',
            type: 'quantitative',
            axis: { title: null, tickCount: 4, format: '~s' },
            ...(stacked ? { stack: 'zero' as const } : { stack: null }),
          },
          color: {
            field: 'of',
            type: 'nominal',
            sort: lines.map(({ label }) => label),
            scale: { range: ['#1f77b4', '#ff7f0e', '#2ca02c', '#9467bd', '#8c564b'] },
            legend: lines.length > 0 ? { orient: 'bottom', title: null, columns: 2, labelLimit: 190 } : null,
          },
        },
      },
      ...annotations.map(({ value, label }) => ({
        data: { values: [{ value, label: label ?? '' }] },
        layer: [
          {
            mark: { type: 'rule' as const, color: '#d62728', strokeDash: [5, 3] },
            encoding: { y: { field: 'value', type: 'quantitative' as const } },
          },
          {
            mark: { type: 'text' as const, color: '#d62728', align: 'left' as const, dy: -6, x: 6 },
            encoding: { y: { field: 'value', type: 'quantitative' as const }, text: { field: 'label' } },
          },
        ],
      })),
    ],
    config: { font: 'Helvetica, Arial, sans-serif', view: { stroke: '#e4e4e4' } },
  };
}
