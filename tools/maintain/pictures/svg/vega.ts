import type { TopLevelSpec } from 'vega-lite';
import { COLOR, FONT, round } from './elements';

/** Draws a chart: markup of an `<svg>` of the size that the spec has. */
export type DrawChart = (spec: TopLevelSpec) => Promise<string>;

/** Vega is published as ES modules only, hence the way it is loaded. */
export async function loadVega(): Promise<DrawChart> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const config = {
    // The picture as a whole has a title; a role for each line would double its size.
    aria: false,
    font: FONT,
    view: { stroke: null },
    axis: {
      domainColor: COLOR.border,
      tickColor: COLOR.border,
      gridColor: COLOR.grid,
      labelColor: COLOR.quiet,
      labelFontSize: 11,
    },
  };
  return async (spec) => {
    const view = new vega.View(vega.parse(compile(spec, { config }).spec), { renderer: 'none' });
    return tidy(await view.toSVG());
  };
}

/** Tenths of a pixel are enough, and the same on every machine. */
const tidy = (svg: string): string =>
  svg
    .replaceAll(/ (?:d|transform)="[^"]*"/g, (attribute) =>
      attribute.replaceAll(/-?\d+\.\d+(?:e-?\d+)?/g, (number) => round(Number(number))),
    )
    .replaceAll(/ (?:xmlns(?::\w+)?|version|class|font-family|role|aria-\w+)="[^"]*"/g, '');
