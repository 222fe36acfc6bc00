import type { TopLevelSpec } from 'vega-lite';
import type { MetricProperties } from '../dashboard-body';
import { epochMs } from '../day/time';
import { type Line, withoutFlatRuns } from '../metrics/lines';
import { type Box, COLOR, label, nested } from '../svg/elements';
import type { DrawChart } from '../svg/vega';
import { insideOf, panel } from './panel';

const COLUMNS = 2;
const GAP = 14;
const SPARKLINE_HEIGHT = 26;

/** The latest value of each metric, above its course where the widget shows it. */
export async function drawSingleValues(
  box: Box,
  properties: MetricProperties,
  lines: readonly Line[],
  drawChart: DrawChart,
): Promise<string> {
  const inside = insideOf(box);
  const width = (inside.width - GAP * (COLUMNS - 1)) / COLUMNS;
  const height = inside.height / Math.ceil(lines.length / COLUMNS);
  const values = await Promise.all(
    lines.map(async (line, index) => {
      const x = inside.x + (index % COLUMNS) * (width + GAP);
      const y = inside.y + Math.floor(index / COLUMNS) * height;
      const latest = line.points.findLast(({ value }) => value !== undefined)?.value;
      const place = { x, y: y + height - SPARKLINE_HEIGHT - 7, width, height: SPARKLINE_HEIGHT };
      return [
        label(latest === undefined ? '--' : latest.toLocaleString('en-US'), x, y + 34, { size: 32 }),
        label(line.label, x, y + 52, { size: 12, color: COLOR.quiet, maxWidth: width }),
        properties.sparkline ? nested(place, await drawChart(sparkline(line, place))) : '',
      ].join('');
    }),
  );
  return panel(box, properties.title ?? '', values.join(''));
}

const sparkline = ({ points, color }: Line, { width, height }: Box): TopLevelSpec => ({
  width,
  height,
  padding: 0,
  autosize: 'none',
  background: 'transparent',
  data: { values: withoutFlatRuns(points).map(({ minute, value = null }) => ({ at: epochMs(minute), value })) },
  mark: { type: 'area', color, fillOpacity: 0.15, line: { color, strokeWidth: 1.4 }, interpolate: 'step-after' },
  encoding: {
    x: { field: 'at', type: 'temporal', scale: { type: 'utc', nice: false }, axis: null },
    y: {
      field: 'value',
      type: 'quantitative',
      // From 0, and with room for the width of the line.
      scale: { domain: [0, Math.max(1, ...points.map(({ value = 0 }) => value))], range: [height - 1, 2] },
      axis: null,
    },
  },
});
