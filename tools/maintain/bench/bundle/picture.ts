import type { TopLevelSpec } from 'vega-lite';
import { MOMENTS, type Part } from './parts';

const kilobytes = (bytes: number) => Math.round(bytes / 1024);

const sumOf = (parts: readonly Part[]) => kilobytes(parts.reduce((sum, { bytes }) => sum + bytes, 0));

/**
 * What the receiver's bundle is made of, as SVG: the same text for the same parts. In whole kilobytes, so that the picture
 * changes only with what can be seen in it.
 *
 * Vega is published as ES modules with a top-level await, which only `import()` loads from CommonJS.
 */
export async function drawBundle(parts: readonly Part[]): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const svg = await new View(parse(compile(chartOf(parts)).spec), { renderer: 'none' }).toSVG();
  return `${svg}\n`;
}

function chartOf(parts: readonly Part[]): TopLevelSpec {
  const first = sumOf(parts.filter(({ moment }) => moment === MOMENTS[0]));
  const values = parts
    .map(({ name, moment, bytes }) => ({ name, moment, kb: kilobytes(bytes) }))
    .filter(({ kb }) => kb > 0);
  const kbOf = (name: string) => values.reduce((sum, value) => sum + (value.name === name ? value.kb : 0), 0);
  const names = [...new Set(values.map(({ name }) => name))].sort((one, other) => kbOf(other) - kbOf(one));
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    width: 520,
    title: `The receiver's bundle, minified: ${sumOf(parts)} KB, of which every call reads ${first}`,
    data: { values },
    encoding: {
      y: { field: 'name', type: 'nominal', title: null, sort: names, axis: { labelLimit: 260 } },
      x: { field: 'kb', type: 'quantitative', title: 'KB', axis: { tickCount: 6 } },
    },
    layer: [
      {
        mark: 'bar',
        encoding: {
          color: {
            field: 'moment',
            type: 'nominal',
            title: 'read',
            sort: [...MOMENTS],
            scale: { domain: [...MOMENTS], range: ['#0b5cad', '#c9c9c9'] },
            legend: { orient: 'bottom-right', labelLimit: 300 },
          },
        },
      },
      {
        transform: [{ aggregate: [{ op: 'sum', field: 'kb', as: 'kb' }], groupby: ['name'] }],
        mark: { type: 'text', align: 'left', dx: 4 },
        encoding: { text: { field: 'kb', type: 'quantitative' } },
      },
    ],
    config: { font: 'Helvetica, Arial, sans-serif', view: { stroke: '#e4e4e4' } },
  };
}
