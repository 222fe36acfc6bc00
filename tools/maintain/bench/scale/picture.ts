import type { TopLevelSpec } from 'vega-lite';
import type { Figures } from './figures';
import { STRATEGY } from './table';

const LINES = {
  'perInstallation, fiveMinute': '#b4560c',
  'perInstallation, hour': '#0b5cad',
  'of it, the secrets': '#6b6b6b',
  'dynamodb, fiveMinute': '#e2a56f',
  'dynamodb, hour': '#6fb1e2',
} as const;

/**
 * Monthly cost by fleet size, as SVG: the same text for the same figures.
 *
 * Vega is published as ES modules with a top-level await, which only `import()` loads from CommonJS.
 */
export async function drawCost(figures: readonly Figures[]): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const { spec } = compile(costChart(figures));
  const svg = await new View(parse(spec), { renderer: 'none' }).toSVG();
  return `${svg}\n`;
}

function costChart(figures: readonly Figures[]): TopLevelSpec {
  const lines = figures.map(({ installations, intervalMinutes, store, cost }) => ({
    installations,
    dollars: cost.total,
    of: `${STRATEGY[store]}, ${intervalMinutes === 5 ? 'fiveMinute' : 'hour'}`,
  }));
  const hourly = figures.filter(({ intervalMinutes, store }) => intervalMinutes === 60 && store === 'secrets');
  const secrets = hourly.map(({ installations, cost }) => ({
    installations,
    dollars: cost.slots,
    of: 'of it, the secrets',
  }));
  const crossing = crossingOf(hourly);
  const colour = {
    field: 'of',
    type: 'nominal',
    title: null,
    sort: Object.keys(LINES),
    scale: { domain: Object.keys(LINES), range: Object.values(LINES) },
    legend: { orient: 'top-left', labelLimit: 300 },
  } as const;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    width: 640,
    height: 360,
    title: 'Dollars a month by number of installations (us-east-1, without free tiers)',
    encoding: {
      x: {
        field: 'installations',
        type: 'quantitative',
        scale: { type: 'log' },
        title: 'installations',
        axis: { format: ',d' },
      },
      y: {
        field: 'dollars',
        type: 'quantitative',
        scale: { type: 'log' },
        title: 'dollars a month',
        axis: { format: ',' },
      },
    },
    layer: [
      { data: { values: [...lines, ...secrets] }, mark: { type: 'line', point: true }, encoding: { color: colour } },
      ...hourly
        .filter(({ installations }) => installations === 1)
        .map(({ cost }) => ({
          data: { values: [{ installations: 1, dollars: cost.total }] },
          mark: { type: 'text' as const, text: 'single', align: 'left' as const, dx: 4, dy: -12 },
        })),
      ...(crossing === undefined
        ? []
        : [
            {
              data: { values: [{ installations: crossing }] },
              mark: { type: 'rule' as const, strokeDash: [4, 4], color: LINES['of it, the secrets'] },
              encoding: { y: { value: 0 }, y2: { value: 360 } },
            },
            {
              data: { values: [{ installations: crossing }] },
              mark: {
                type: 'text' as const,
                text: `from ${crossing.toLocaleString('en-US')} on, the secrets are most of it`,
                align: 'left' as const,
                dx: 6,
              },
              encoding: { y: { value: 340 } },
            },
          ]),
    ],
  };
}

/**
 * The size from which the secrets cost more than all else together, to two digits: between two sizes, the rest is taken
 * to grow evenly. `undefined` when they never do.
 */
export function crossingOf(figures: readonly Pick<Figures, 'installations' | 'cost'>[]): number | undefined {
  const excess = figures
    .map(({ installations, cost }) => ({ installations, dollars: 2 * cost.slots - cost.total }))
    .sort((one, other) => one.installations - other.installations);
  const after = excess.findIndex(({ dollars }) => dollars > 0);
  const [low, high] = [excess[after - 1], excess[after]];
  if (!low || !high) return undefined;
  const share = -low.dollars / (high.dollars - low.dollars);
  return Number((low.installations + share * (high.installations - low.installations)).toPrecision(2));
}
