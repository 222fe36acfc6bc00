import type { LogProperties } from '../dashboard-body';
import type { LogRow } from '../day/refusals';
import { type Box, COLOR, element, label, widthOf } from '../svg/elements';
import { insideOf, panel } from './panel';

const SIZE = 10;
const ROW_HEIGHT = 19;
const GAP = 8;

/** The columns of a query, and how many rows it may have at the most. */
interface Query {
  readonly columns: readonly string[];
  readonly limit: number;
}

/** @throws {Error} for a query that is not one of rows, the latest first */
export function readQuery(text: string): Query {
  const [, ...commands] = text.split(/\s*\|\s*/);
  const argumentOf = (command: string): string | undefined =>
    commands.find((line) => line.startsWith(`${command} `))?.slice(command.length + 1);
  const columns = argumentOf('fields')?.split(/,\s*/);
  const limit = Number(argumentOf('limit'));
  if (!columns || argumentOf('sort') !== '@timestamp desc' || !Number.isInteger(limit)) {
    throw new Error(`Only queries with fields, sort @timestamp desc and limit are drawn, not ${JSON.stringify(text)}.`);
  }
  return { columns, limit };
}

/** A query's rows, as many as there is room for. */
export function drawLogTable(box: Box, properties: LogProperties, rows: readonly LogRow[]): string {
  const { columns, limit } = readQuery(properties.query);
  const inside = insideOf(box);
  const fitting = rows.slice(0, Math.min(limit, Math.floor(inside.height / ROW_HEIGHT) - 1));
  const widths = columnWidths(columns, fitting, inside.width);
  const cells = columns.map((column, index) => {
    const x = inside.x + widths.slice(0, index).reduce((sum, width) => sum + width + GAP, 0);
    const maxWidth = widths[index] ?? 0;
    const head = label(column, x, inside.y + 13, { size: SIZE, bold: true, color: COLOR.quiet, maxWidth });
    const values = fitting.map((row, at) =>
      label(row[column] ?? '', x, inside.y + (at + 1) * ROW_HEIGHT + 13, { size: SIZE, maxWidth }),
    );
    return head + values.join('');
  });
  const rules = [...fitting.keys()].map((at) => {
    const y = inside.y + (at + 1) * ROW_HEIGHT;
    return element('path', { d: `M${inside.x} ${y}H${inside.x + inside.width}`, stroke: COLOR.grid });
  });
  return panel(box, properties.title ?? '', rules.join('') + cells.join(''));
}

/** As wide as what is in them; the widest gives up what is too much. */
function columnWidths(columns: readonly string[], rows: readonly LogRow[], width: number): number[] {
  const wanted = columns.map((column) =>
    Math.max(widthOf(column, SIZE, true), ...rows.map((row) => widthOf(row[column] ?? '', SIZE))),
  );
  const excess = wanted.reduce((sum, column) => sum + column + GAP, -GAP) - width;
  const widest = wanted.indexOf(Math.max(...wanted));
  return wanted.map((column, index) => (index === widest ? column - Math.max(0, excess) : column));
}
