import type { Line } from '../metrics/lines';
import { type Box, element, label, widthOf } from '../svg/elements';

const SIZE = 11;
const ROW_HEIGHT = 15;
const SWATCH = 14;
const GAP = 14;

interface Entry {
  readonly line: Line;
  readonly x: number;
  readonly row: number;
}

/** The names of the lines, in as many rows as they need, at the bottom of `box`. */
export interface Legend {
  readonly height: number;
  readonly markup: string;
}

export function drawLegend(lines: readonly Line[], { x: left, y, width, height }: Box): Legend {
  const entries: Entry[] = [];
  let [x, row] = [0, 0];
  for (const line of lines) {
    const wide = SWATCH + widthOf(line.label, SIZE);
    if (x > 0 && x + wide > width) [x, row] = [0, row + 1];
    entries.push({ line, x, row });
    x += wide + GAP;
  }
  const legendHeight = (row + 1) * ROW_HEIGHT;
  const markup = entries.map((entry) => {
    const baseLine = y + height - legendHeight + entry.row * ROW_HEIGHT + 12;
    const swatch = { x: left + entry.x, y: baseLine - 8, width: 9, height: 9, rx: 1, fill: entry.line.color };
    return element('rect', swatch) + label(entry.line.label, left + entry.x + SWATCH, baseLine, { size: SIZE });
  });
  return { height: legendHeight, markup: markup.join('') };
}
