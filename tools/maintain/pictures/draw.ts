/** npm run pictures: draws the pictures that the docs show. Needs no network. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { drawDashboard } from './dashboard-svg';

const USAGE = `Usage: npm run pictures -- [options]

Draws pictures/dashboard.svg: the dashboard of the stack, with the metrics of a simulated day.

  --check  write nothing; exit with 1 when the file is not what would be drawn
  --help   show this text`;

const FILE = path.join(__dirname, '../../../docs/pictures/dashboard.svg');
const NAME = 'docs/pictures/dashboard.svg';

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) return console.log(USAGE);
  const drawn = await drawDashboard();
  if (!values.check) {
    await writeFile(FILE, drawn);
    return console.log(`${NAME} is drawn: ${Math.ceil(drawn.length / 1024)} KB.`);
  }
  const there = await readFile(FILE, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (there === drawn) return console.log(`${NAME} is what would be drawn.`);
  throw new Error(
    `${NAME} is not what would be drawn now; the first difference is in line ${firstDifference(there, drawn)}. Run ` +
      '"npm run pictures", look at the picture, and commit it with what has changed it.',
  );
}

function firstDifference(there: string, drawn: string): number {
  const [old, now] = [there.split('\n'), drawn.split('\n')];
  return now.findIndex((line, index) => line !== old[index]) + 1 || now.length + 1;
}

main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
  const isUsage = error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${error.message}\n\n${USAGE}` : error.message);
  process.exitCode = isUsage ? 2 : 1;
});
