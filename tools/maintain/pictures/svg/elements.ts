/** The fonts of the AWS console, as far as somebody has them. */
export const FONT = "'Amazon Ember', 'Helvetica Neue', Helvetica, Arial, sans-serif";

export const COLOR = {
  page: '#f2f3f3',
  panel: '#ffffff',
  border: '#d5dbdb',
  text: '#16191f',
  quiet: '#545b64',
  grid: '#eaeded',
} as const;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const escapeText = (text: string): string => text.replaceAll(/[&<>"]/g, (special) => ESCAPES[special] ?? '');

/** @param content markup, not text: see {@link label} for that */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(String(value))}"`);
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`;
}

/** A place of its own in the picture: what is drawn beyond it is cut. */
export const nested = ({ x, y, width, height }: Box, content: string): string =>
  element('svg', { x, y, width, height }, content);

export interface LabelStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** As wide as it may be: a longer text ends with "…". */
  readonly maxWidth?: number;
}

/** A line of text, whose base line is at `y`. */
export function label(text: string, x: number, y: number, style: LabelStyle): string {
  const { size, bold = false, color = COLOR.text, anchor, maxWidth = Number.POSITIVE_INFINITY } = style;
  const fitting = cut(text, size, bold, maxWidth);
  return element(
    'text',
    { x, y, 'font-size': size, fill: color, 'font-weight': bold ? 700 : undefined, 'text-anchor': anchor },
    escapeText(fitting),
  );
}

/** Widths of Helvetica's characters, in em, by kinds of them; no character of a kind is wider. */
const WIDTHS: readonly (readonly [kind: RegExp, em: number])[] = [
  [/[il.,:;'|!]/, 0.28],
  [/[ftjrI()[\]{}/\- ]/, 0.35],
  [/[mwMW@%]/, 0.89],
  [/[A-Z&]/, 0.7],
];
const USUAL_WIDTH = 0.556;

/** About how wide a text is. Whoever looks at the picture may have another font. */
export function widthOf(text: string, size: number, bold = false): number {
  const em = [...text].reduce(
    (sum, character) => sum + (WIDTHS.find(([kind]) => kind.test(character))?.[1] ?? USUAL_WIDTH),
    0,
  );
  return em * size * (bold ? 1.08 : 1);
}

function cut(text: string, size: number, bold: boolean, maxWidth: number): string {
  if (widthOf(text, size, bold) <= maxWidth) return text;
  let fitting = text;
  while (fitting !== '' && widthOf(`${fitting}…`, size, bold) > maxWidth) fitting = fitting.slice(0, -1);
  return `${fitting.trimEnd()}…`;
}

/** To a tenth of a pixel. */
export const round = (value: number): string => String(Number(value.toFixed(1)));
