import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../../../..');

/** Where manifest.yml becomes a document: at the start of a command, and after an edit. Everything else takes the document. */
const PARSING: Readonly<Record<string, string>> = {
  'bin/project.ts': 'for every command that reads manifest.yml',
  'bin/doctor/manifest.ts': 'doctor, which reports a file that it cannot read',
  'bin/local/backend.ts': 'the local run, of the project that it deploys',
  'bin/local/real-forge.ts': 'the local run for the real Forge, before it writes manifest.yml and when it puts it back',
  'bin/setup/project.ts': 'setup, which keeps the text beside the document',
  'bin/manifest/editing/plan-base-url.ts': 'a new remotes entry, which is not the manifest',
  'lib/manifest/edits.ts': 'what an edit made of the text',
};

function filesIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file.replaceAll(path.sep, '/')}`);
}

test('manifest.yml is parsed where a command starts, and nowhere behind it', () => {
  const parsing = [...filesIn('bin'), ...filesIn('lib')].filter((file) =>
    /(?<!function )\bparseManifest\(/.test(readFileSync(path.join(ROOT, file), 'utf8')),
  );
  expect(parsing.toSorted()).toEqual(Object.keys(PARSING).toSorted());
});
