/**
 * npm run bench -- --bundle: what the receiver's bundle is made of, and which of it every call reads. Needs no network.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../../../lib/bundling';
import { bundleReceiver } from '../../../test/support/bundle';
import { MOMENTS, partsOf } from './bundle/parts';
import { drawBundle } from './bundle/picture';
import type { Section } from './section';

const USAGE = `Usage: npm run bench -- --bundle [options]

Shows what the receiver's bundle is made of, in bytes.

  --json     print one JSON object in place of the table
  --write    write pictures/bundle.svg as well
  --picture  print that picture in place of the table
  --help     show this text`;

const PICTURE_FILE = path.join(PROJECT_ROOT, 'docs/pictures/bundle.svg');

async function run(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      picture: { type: 'boolean', default: false },
    },
  });
  const { metafile } = await bundleReceiver();
  const parts = partsOf(metafile);
  if (values.write) writeFileSync(PICTURE_FILE, await drawBundle(parts));
  if (values.picture) {
    process.stdout.write(await drawBundle(parts));
    return;
  }
  if (values.json) return console.log(JSON.stringify({ parts }));
  for (const moment of MOMENTS) {
    const read = parts.filter((part) => part.moment === moment);
    const sum = read.reduce((bytes, part) => bytes + part.bytes, 0);
    console.log(`Read ${moment}: ${sum.toLocaleString('en')} bytes`);
    for (const { name, bytes } of read) console.log(`  ${name.padEnd(32)}${bytes.toLocaleString('en').padStart(8)}`);
  }
}

export const bundle: Section = { usage: USAGE, run };
