import type { TextProperties } from '../dashboard-body';
import { type Box, label, nested } from '../svg/elements';

const HEADING = /^## ([^\n*_`[\]]+)$/;

/**
 * A heading of a row.
 *
 * @throws {Error} for other Markdown, which is not emulated
 */
export function drawHeading(box: Box, { markdown }: TextProperties): string {
  const text = HEADING.exec(markdown)?.[1];
  if (text === undefined) {
    throw new Error(`A text widget with ${JSON.stringify(markdown)}; only a heading "## …" is drawn.`);
  }
  return nested(box, label(text, 2, box.height - 10, { size: 17, bold: true }));
}
