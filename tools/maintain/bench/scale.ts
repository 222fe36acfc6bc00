/**
 * npm run bench -- --scale: a simulated day of small and large fleets, through the functions' own decision code. Shows
 * AWS's calls beside its quotas, and what a month costs. Needs no network.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Figures, figuresOf } from './scale/figures';
import { liveOneDay } from './scale/live-one-day';
import type { Store } from './scale/lived-installation';
import { drawCost } from './scale/picture';
import { formatBreaks, formatFigures, formatLimits, STRATEGY } from './scale/table';
import { type Section, UsageError } from './section';

const USAGE = `Usage: npm run bench -- --scale [options]

Simulates a day of fleets with a slot for each installation, in Secrets Manager and in DynamoDB, and shows calls, quotas
and costs.

  --installations <list>  sizes, with commas between (default: 10,1000,100000)
  --burst <seconds>       seconds of its minute in which a call comes, 1 to 60 (default: 60)
  --json                  print one JSON object in place of the table
  --write                 simulate the sizes of the picture, and write pictures/scale.json and pictures/scale.svg
  --picture               print the picture that pictures/scale.json makes, and simulate nothing
  --help                  show this text`;

const FOLDER = path.join(__dirname, '../../../docs/pictures');
const FIGURES_FILE = path.join(FOLDER, 'scale.json');
const PICTURE_FILE = path.join(FOLDER, 'scale.svg');

const STORES: readonly Store[] = ['secrets', 'table'];
const INTERVALS_MINUTES = [60, 5];
const PICTURE_SIZES = [1, 10, 100, 1_000, 10_000, 100_000];
const MOST_INSTALLATIONS = 500_000;

function readFlags(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      installations: { type: 'string', default: '10,1000,100000' },
      burst: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      picture: { type: 'boolean', default: false },
    },
  });
  const sizes = values.installations.split(',').map(Number);
  const isSize = (size: number) => Number.isInteger(size) && size >= 1 && size <= MOST_INSTALLATIONS;
  if (!sizes.every(isSize)) {
    throw new UsageError(
      `--installations is ${values.installations}; allowed: numbers from 1 to ${MOST_INSTALLATIONS}, with commas between`,
    );
  }
  const burstSeconds = Number(values.burst);
  if (!Number.isInteger(burstSeconds) || burstSeconds < 1 || burstSeconds > 60) {
    throw new UsageError(`--burst is ${values.burst}; allowed: a number from 1 to 60`);
  }
  return { ...values, sizes, burstSeconds };
}

async function simulate(sizes: readonly number[], burstSeconds: number): Promise<Figures[]> {
  const all: Figures[] = [];
  for (const store of STORES) {
    for (const intervalMinutes of INTERVALS_MINUTES) {
      for (const installations of sizes) {
        all.push(figuresOf(await liveOneDay({ installations, intervalMinutes, store, burstSeconds })));
      }
    }
  }
  return all;
}

async function run(argv: readonly string[]): Promise<void> {
  const { sizes, burstSeconds, json, write, picture } = readFlags(argv);
  if (picture) {
    process.stdout.write(await drawCost(JSON.parse(readFileSync(FIGURES_FILE, 'utf8'))));
    return;
  }
  const figures = await simulate(write ? PICTURE_SIZES : sizes, burstSeconds);
  if (write) {
    writeFileSync(FIGURES_FILE, `${JSON.stringify(figures, null, 2)}\n`);
    writeFileSync(PICTURE_FILE, await drawCost(figures));
  }
  if (json) return console.log(JSON.stringify({ burstSeconds, figures }));
  for (const store of STORES) {
    const ofStore = figures.filter((one) => one.store === store);
    const largest = Math.max(...ofStore.map(({ installations }) => installations));
    const parts = [
      `## Strategy ${STRATEGY[store]}`,
      formatFigures(store, ofStore),
      formatBreaks(ofStore),
      ...ofStore.filter(({ installations }) => installations === largest).map(formatLimits),
    ];
    console.log(`${parts.join('\n\n')}\n`);
  }
}

export const scale: Section = { usage: USAGE, run };
