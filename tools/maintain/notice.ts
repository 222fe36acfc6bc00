/**
 * npm run notice: writes the licences of what is bundled with the functions into NOTICE.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../../lib/bundling';
import { bundledPackages } from './notice/bundled-packages';
import { formatNotice } from './notice/format-notice';

const USAGE = `Usage: npm run notice -- [options]

Writes the licences of what the functions are bundled with into NOTICE.

  --check  write nothing; exit status 1 when NOTICE is not up to date
  --help   show this text`;

const FILE = path.join(PROJECT_ROOT, 'NOTICE');

async function main(argv: readonly string[]): Promise<number> {
  const options = { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values } = parseArgs({ args: [...argv], options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const packages = await bundledPackages();
  const notice = formatNotice(packages);
  if (!values.check) {
    writeFileSync(FILE, notice);
    console.log(`NOTICE has the licences of ${packages.length} packages.`);
    return 0;
  }
  if (readNotice() === notice) return 0;
  console.error('NOTICE is not what is bundled. Run "npm run notice", look at what has changed, and commit it.');
  return 1;
}

/** @returns `undefined` when there is none */
function readNotice(): string | undefined {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return undefined;
  }
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error & { code?: string }) => {
    const isUsage = error.code?.startsWith('ERR_PARSE_ARGS');
    console.error(isUsage ? `${error.message}\n\n${USAGE}` : error.message);
    process.exitCode = isUsage ? 2 : 1;
  },
);
