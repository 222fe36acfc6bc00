import type { AlarmState } from '../../test/alarms/evaluator/missing-data';
import { shortName } from '../../test/alarms/world/deployment';
import type { AlarmProperties } from '../dashboard-body';
import { type Box, COLOR, element, label } from '../svg/elements';
import { insideOf, panel } from './panel';

const COLUMNS = 7;
const GAP = 6;

const LOOKS: Readonly<Record<AlarmState, { text: string; ink: string; fill: string }>> = {
  OK: { text: 'OK', ink: '#1d8102', fill: '#f2f8f0' },
  ALARM: { text: 'In alarm', ink: '#d13212', fill: '#fdf3f1' },
  INSUFFICIENT_DATA: { text: 'Insufficient data', ink: '#687078', fill: '#fafafa' },
};

/** A tile for each alarm, under the name that it has in the runbook, in the colour of its state. */
export function drawAlarms(box: Box, properties: AlarmProperties, stateOf: (alarm: string) => AlarmState): string {
  const inside = insideOf(box);
  const rows = Math.ceil(properties.alarms.length / COLUMNS);
  const width = (inside.width - GAP * (COLUMNS - 1)) / COLUMNS;
  const height = (inside.height - GAP * (rows - 1)) / rows;
  const tiles = properties.alarms.map((arn, index) => {
    const alarm = arn.replace(/\.Arn$/, '');
    const x = inside.x + (index % COLUMNS) * (width + GAP);
    const y = inside.y + Math.floor(index / COLUMNS) * (height + GAP);
    return drawTile({ x, y, width, height }, shortName(alarm), stateOf(alarm));
  });
  return panel(box, properties.title ?? '', tiles.join(''));
}

function drawTile({ x, y, width, height }: Box, name: string, state: AlarmState): string {
  const { text, ink, fill } = LOOKS[state];
  const frame = { x: x + 0.5, y: y + 0.5, width: width - 1, height: height - 1, rx: 3, fill, stroke: ink };
  const middle = y + height / 2;
  return [
    element('rect', { ...frame, 'stroke-opacity': state === 'ALARM' ? 1 : 0.35 }),
    drawSign(x + 15, middle, state, ink),
    label(name, x + 28, middle - 3, { size: 12, bold: true, maxWidth: width - 34 }),
    label(text, x + 28, middle + 11, { size: 11, color: state === 'ALARM' ? ink : COLOR.quiet }),
  ].join('');
}

/** The state once more, for those who can't tell the colours apart. */
function drawSign(x: number, y: number, state: AlarmState, ink: string): string {
  if (state === 'ALARM')
    return element('path', { d: `M${x - 7} ${y + 6}L${x} ${y - 7}L${x + 7} ${y + 6}Z`, fill: ink });
  const stroke = { fill: 'none', stroke: ink, 'stroke-width': 1.5 };
  const ring = element('circle', { cx: x, cy: y, r: 6, ...stroke });
  const mark =
    state === 'OK' ? `M${x - 3} ${y}L${x - 1} ${y + 2.5}L${x + 3} ${y - 2.5}` : `M${x - 2.5} ${y}H${x + 2.5}`;
  return ring + element('path', { d: mark, ...stroke });
}
