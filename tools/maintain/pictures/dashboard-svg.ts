import { readDashboard, type Widget } from './dashboard-body';
import { type Day, liveThroughDay, STORY } from './day/day';
import { refusalRows } from './day/refusals';
import { DAY, epochMs, utc } from './day/time';
import { linesOf } from './metrics/lines';
import { type Box, COLOR, element, escapeText, FONT, label } from './svg/elements';
import { type DrawChart, loadVega } from './svg/vega';
import { drawAlarms } from './widgets/alarm-tiles';
import { drawGraph } from './widgets/graph';
import { drawHeading } from './widgets/heading';
import { drawLogTable } from './widgets/log-table';
import { drawSingleValues } from './widgets/single-values';

/** A dashboard's grid: 24 columns (CloudWatch's documentation). In pixels; how high a row is, it doesn't say. */
const WIDTH = 1200;
const COLUMN = WIDTH / 24;
const ROW = 38;
const MARGIN = 16;
const HEADER = 40;
const GAP = 8;

/** Name of the stack in the simulation, by which its metrics are found. */
const REMOTE_NAME = 'test';

/**
 * The dashboard of the synthesized stack, as CloudWatch would about show it at the end of a simulated day. Each widget is drawn
 * from its own JSON. The same input gives the same bytes.
 *
 * @throws {Error} naming what in the dashboard's JSON is not emulated
 */
export async function drawDashboard(): Promise<string> {
  const [day, drawChart] = await Promise.all([liveThroughDay(), loadVega()]);
  const { widgets } = readDashboard(day.deployment.template);
  const drawn: string[] = [];
  for (const widget of widgets) drawn.push(await drawWidget(widget, day, drawChart));

  const width = WIDTH + 2 * MARGIN;
  const height = HEADER + Math.max(...widgets.map((widget) => bottomOf(widget))) + MARGIN;
  const title = `The dashboard, simulated: ${STORY}`;
  const lines = [
    element('title', {}, escapeText(title)),
    element('rect', { width, height, fill: COLOR.page }),
    label('Forge remote', MARGIN + 2, 28, { size: 18, bold: true }),
    label(`Simulated: ${STORY}. 1 day until ${utc(epochMs(DAY.to)).slice(0, 16)} UTC`, width - MARGIN, 28, {
      size: 12,
      color: COLOR.quiet,
      anchor: 'end',
    }),
    ...drawn,
  ];
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` };
  // A line for each widget, so that a difference says which one it is in.
  return `${element('svg', { ...attributes, role: 'img', 'font-family': FONT }, `\n${lines.join('\n')}\n`)}\n`;
}

const bottomOf = ({ y = 0, height }: Widget): number => (y + height) * ROW;

/** Where a widget is, with a gap to the next ones. */
const boxOf = ({ x = 0, y = 0, width, height }: Widget): Box => ({
  x: MARGIN + x * COLUMN + (x === 0 ? 0 : GAP / 2),
  y: HEADER + y * ROW,
  width: width * COLUMN - (x === 0 ? 0 : GAP / 2) - (x + width === 24 ? 0 : GAP / 2),
  height: height * ROW,
});

async function drawWidget(widget: Widget, { store, stateOf }: Day, drawChart: DrawChart): Promise<string> {
  const box = boxOf(widget);
  switch (widget.type) {
    case 'text':
      return drawHeading(box, widget.properties);
    case 'alarm':
      return drawAlarms(box, widget.properties, stateOf);
    case 'log':
      return drawLogTable(box, widget.properties, refusalRows(store, REMOTE_NAME, DAY));
    case 'metric': {
      const lines = linesOf(widget.properties, store, DAY);
      return widget.properties.view === 'singleValue'
        ? drawSingleValues(box, widget.properties, lines, drawChart)
        : drawGraph(box, widget.properties, lines, DAY, drawChart);
    }
  }
}
