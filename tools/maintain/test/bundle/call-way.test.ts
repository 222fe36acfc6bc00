import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SlotService } from '../../../../lambda/contract/slot';
import { BUNDLE_FILE, bundleFunction, bundlePath } from '../../../../test/support/bundle';
import { filesLoadedBy, modulesIn } from './imports';

const ROOT = path.join(__dirname, '../../../..');
/** Most files of ours that a person reads to follow a call from the event to the response. */
const MOST_FILES = 18;
/** Most lines of them, comments included. */
const MOST_LINES = 3_220;

jest.setTimeout(60_000);

/** Files of ours with code that an accepted delivery loads: at first, and with the services that a proven call asks for. */
async function filesOfCall(service: SlotService): Promise<string[]> {
  const { metafile } = await bundleFunction('receiver', [], service);
  const services = Object.keys(metafile.outputs).filter((file) => /services-/.test(file));
  const loaded = [bundlePath(BUNDLE_FILE), ...services].flatMap((file) => filesLoadedBy(file, metafile));
  // What stands in for a package (lambda/aws/) is read by who cares for the bundle.
  const modules = new Set(modulesIn(loaded, metafile).filter((file) => /^lambda\/(?!aws\/)/.test(file)));
  const bytes = (module: string) =>
    Object.values(metafile.outputs).reduce((sum, { inputs }) => sum + (inputs[module]?.bytesInOutput ?? 0), 0);
  const otherStore = service === 'dynamodb' ? 'lambda/slots/secret-slots.ts' : 'lambda/slots/table-slots.ts';
  // Of the other store, at most constants are left.
  if (bytes(otherStore) < 100) modules.delete(otherStore);
  return [...modules].sort();
}

test.each(['secretsmanager', 'dynamodb'] as const)(
  `with slots in %s, a call takes at most ${MOST_FILES} files, event to response`,
  async (service) => {
    const files = await filesOfCall(service);
    expect(files).toContain('lambda/receiver/handler.ts');
    expect(files).toContain('lambda/slots/slot-writer.ts');
    expect(files.slice(MOST_FILES)).toEqual([]);
    const lines = files.map((file) => readFileSync(path.join(ROOT, file), 'utf8').trimEnd().split('\n').length);
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MOST_LINES);
  },
);
