import type { MetricProperties } from '../dashboard-body';
import type { TimeRange } from '../day/time';
import type { Line } from '../metrics/lines';
import { type Box, nested } from '../svg/elements';
import type { DrawChart } from '../svg/vega';
import { graphSpec } from './graph-spec';
import { drawLegend } from './legend';
import { insideOf, panel } from './panel';

/** Lines over time, and their names where the widget shows them. */
export async function drawGraph(
  box: Box,
  properties: MetricProperties,
  lines: readonly Line[],
  range: TimeRange,
  drawChart: DrawChart,
): Promise<string> {
  const inside = insideOf(box);
  const hidden = properties.legend?.position === 'hidden';
  const legend = hidden ? { height: 0, markup: '' } : drawLegend(lines, inside);
  const place = { ...inside, height: inside.height - legend.height - (hidden ? 0 : 4) };
  const chart = await drawChart(graphSpec(properties, lines, range, place));
  return panel(box, properties.title ?? '', nested(place, chart) + legend.markup);
}
