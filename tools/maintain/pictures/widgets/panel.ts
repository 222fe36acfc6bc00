import { type Box, COLOR, element, label, nested, widthOf } from '../svg/elements';

const PADDING = 12;
const TITLE_HEIGHT = 30;
/** A title that is too long is set smaller, and cut only then. */
const TITLE_SIZE = 13;
const LEAST_TITLE_SIZE = 10;

/** What is left of a widget for what it shows. */
export const insideOf = ({ width, height }: Pick<Box, 'width' | 'height'>): Box => ({
  x: PADDING,
  y: TITLE_HEIGHT,
  width: width - 2 * PADDING,
  height: height - TITLE_HEIGHT - 8,
});

/** A widget's frame and title, and `content` in its place. */
export function panel(box: Box, title: string, content: string): string {
  const { width, height } = box;
  const frame = element('rect', {
    x: 0.5,
    y: 0.5,
    width: width - 1,
    height: height - 1,
    rx: 4,
    fill: COLOR.panel,
    stroke: COLOR.border,
  });
  const maxWidth = width - 2 * PADDING;
  const size = Math.min(
    TITLE_SIZE,
    Math.max(LEAST_TITLE_SIZE, TITLE_SIZE * ((0.99 * maxWidth) / widthOf(title, TITLE_SIZE, true))),
  );
  const heading = label(title, PADDING, 20, { size, bold: true, maxWidth });
  return nested(box, frame + heading + content);
}
