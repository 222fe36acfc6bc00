import { Template } from 'aws-cdk-lib/assertions';
import { shortName } from '../test/alarms/world/deployment';
import { dashboardBody } from '../test/lib/dashboard/body';
import { type Annotation, drawChart } from './charts';
import { sampleDay } from './sample-day';
import { linesOf, type MetricJson } from './widget-lines';

interface Widget {
  readonly type: 'metric' | 'alarm' | 'log' | 'text';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly MetricJson[];
    readonly view?: string;
    readonly stacked?: boolean;
    readonly query?: string;
    readonly annotations?: { readonly horizontal: readonly Annotation[] };
  };
}

/** A dashboard has 24 columns (CloudWatch's documentation). */
const COLUMN = 50;
const ROW = 42;
const COLORS: Readonly<Record<string, string>> = { OK: '#3c9a4e', ALARM: '#d13212', INSUFFICIENT_DATA: '#a3a9b0' };

/** The deployed dashboard, as SVG, with a simulated day in it. Each widget is drawn from its own JSON. */
export async function drawDashboard(): Promise<string> {
  const { deployment, states, ...range } = await sampleDay();
  const { widgets } = dashboardBody(Template.fromJSON(deployment.template)) as { readonly widgets: readonly Widget[] };
  const drawnWidgets = await Promise.all(
    widgets.map(async (widget) => {
      const { type, x, y, width, height } = widget;
      const size = { width: width * COLUMN - 8, height: height * ROW - 8 };
      const inside =
        type === 'metric'
          ? await metricWidget(widget, size, range)
          : type === 'alarm'
            ? alarmWidget(widget, size, states)
            : type === 'log'
              ? logWidget(widget, size)
              : text(4, 28, (widget.properties.markdown ?? '').replace(/^#+ /, ''), 20, '#16191f', 'bold');
      const frame =
        type === 'text'
          ? ''
          : `<rect width="${size.width}" height="${size.height}" fill="white" stroke="#d5dbdb" rx="4"/>`;
      return `<g transform="translate(${x * COLUMN + 4},${y * ROW + 4})">${frame}${inside}</g>`;
    }),
  );
  const bottom = Math.max(...widgets.map(({ y, height }) => y + height)) * ROW + 8;
  const total = 24 * COLUMN;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${bottom}" width="${total}" height="${bottom}" ` +
    `font-family="Helvetica, Arial, sans-serif"><rect width="100%" height="100%" fill="#f4f5f6"/>\n${drawnWidgets.join('\n')}\n</svg>\n`
  );
}

type Size = Readonly<Record<'width' | 'height', number>>;
type Day = Omit<Awaited<ReturnType<typeof sampleDay>>, 'deployment' | 'states'>;

async function metricWidget({ properties }: Widget, { width, height }: Size, range: Day): Promise<string> {
  const { title = '', metrics = [], view, stacked = false, annotations } = properties;
  const lines = linesOf(metrics, range);
  const heading = text(
    12,
    20,
    title.length > width / 8 ? `${title.slice(0, Math.floor(width / 8))}…` : title,
    13,
    '#16191f',
    'bold',
  );
  if (view === 'singleValue') {
    const numbers = lines.map(({ label, values }, index) => {
      const last = values.findLast((value) => value !== undefined);
      const [column, row] = [index % 2, Math.floor(index / 2)];
      return (
        text(20 + column * 180, 90 + row * 85, last === undefined ? '--' : String(last), 34, '#16191f') +
        text(20 + column * 180, 112 + row * 85, label, 13, '#545b64')
      );
    });
    return heading + numbers.join('');
  }
  const chart = await drawChart({
    lines,
    width,
    height: height - 26,
    stacked,
    annotations: annotations?.horizontal ?? [],
  });
  return `${heading}${chart.replace('<svg ', '<svg y="24" ')}`;
}

function alarmWidget(
  { properties: { alarms = [] } }: Widget,
  { width }: Size,
  states: ReadonlyMap<string, string>,
): string {
  const columns = 7;
  const tile = (width - 24) / columns;
  const tiles = alarms.map((reference, index) => {
    const name = shortName(reference.replace(/[<>]/g, ''));
    const state = states.get(name) ?? 'INSUFFICIENT_DATA';
    const [x, y] = [12 + (index % columns) * tile, 32 + Math.floor(index / columns) * 40];
    return (
      `<rect x="${x.toFixed(1)}" y="${y}" width="${(tile - 6).toFixed(1)}" height="34" rx="3" fill="${COLORS[state] ?? COLORS.INSUFFICIENT_DATA}"/>` +
      text(x + 8, y + 22, name, 13, 'white')
    );
  });
  return text(12, 20, 'Alarms', 13, '#16191f', 'bold') + tiles.join('');
}

/** What the log's rows are is not part of the simulated metrics: only the columns of the query are shown. */
function logWidget({ properties: { title = '', query = '' } }: Widget, { width }: Size): string {
  const columns = (/fields ([^\n|]+)/.exec(query)?.[1] ?? '').split(',').map((field) => field.trim());
  const rows = [
    ['23:54:02', 'route-unknown', 'path "/.env"', '–', '–'],
    ['23:49:41', 'route-unknown', 'path "/wp"', '–', '–'],
    ['22:04:10', 'signature-inv…', '–', '–', '463ac35c…'],
    ['09:58:07', 'environment-n…', 'DEVELOP…', '0f5a7e0c…', '9be1d20f…'],
  ];
  const step = (width - 20) / columns.length;
  const cells = (row: readonly string[], y: number, weight: string) =>
    row.map((cell, index) => text(12 + index * step, y, cell, 10.5, '#16191f', weight)).join('');
  return (
    text(12, 20, title, 13, '#16191f', 'bold') +
    cells(columns, 46, 'bold') +
    rows.map((row, index) => cells(row, 70 + index * 22, 'normal')).join('')
  );
}

const text = (x: number, y: number, content: string, size: number, fill: string, weight = 'normal'): string =>
  `<text x="${x.toFixed(1)}" y="${y}" font-size="${size}" fill="${fill}" font-weight="${weight}">${escaped(content)}</text>`;

const escaped = (content: string) =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
