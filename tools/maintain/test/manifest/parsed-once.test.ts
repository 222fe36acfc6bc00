import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setAppId } from '../../../../lib/manifest/app';
import { parseManifest } from '../../../../lib/manifest/document';
import { APP_ID } from '../../../../test/support/forge-call';
import { PROJECT_ROOT, runIn } from '../../../../test/support/run-local';

const ROOT = path.join(__dirname, '../../../..');

/** Where manifest.yml becomes a document: at the start of a command, and after an edit. Everything else takes the document. */
const PARSING: Readonly<Record<string, string>> = {
  'bin/project.ts': 'for every command that reads manifest.yml',
  'bin/doctor/manifest.ts': 'doctor, which reports a file that it cannot read',
  'bin/local/real-forge.ts': 'the local run for the real Forge, where somebody has edited manifest.yml during the run',
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

describe('no process of a command parses the manifest that it found twice', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'parses-'));
  const preload = path.join(folder, 'preload.cjs');
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(() => {
    const yaml = JSON.stringify(require.resolve('yaml'));
    // Each process writes its own file: the CDK app that a deployment starts reads the manifest as well.
    writeFileSync(
      preload,
      `const fs = require('node:fs');
const yaml = require(${yaml});
const { parseDocument } = yaml;
yaml.parseDocument = (text, ...options) => {
  if (process.env.PARSES) fs.appendFileSync(process.env.PARSES + '.' + process.pid, JSON.stringify(text) + '\\n');
  return parseDocument(text, ...options);
};
`,
    );
    const manifest = path.join(PROJECT_ROOT, 'manifest.yml');
    writeFileSync(manifest, setAppId(parseManifest(readFileSync(manifest, 'utf8'), 'manifest.yml'), APP_ID).text);
  });

  /** The texts that each process of a command parsed. */
  const parsedBy = (name: string): string[][] =>
    readdirSync(folder)
      .filter((file) => file.startsWith(`${name}.`))
      .map((file) => readFileSync(path.join(folder, file), 'utf8').trim().split('\n'));

  const says = (child: ReturnType<typeof runIn>['child'], text: string) =>
    new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => String(chunk).includes(text) && resolve());
      child.once('close', () => resolve());
    });

  test.each<{ name: string; script: string; flags: string[]; until?: string }>([
    { name: 'job', script: 'bin/job.ts', flags: ['--answers', 'test/own/atlassian.ts'] },
    { name: 'synth', script: 'bin/app.ts', flags: [] },
    {
      name: 'setup',
      script: 'bin/setup.ts',
      flags: [
        ...['--dry-run', '--app-id', APP_ID, '--scopes', 'read:page:confluence', '--interval', 'hour'],
        ...['--stage', 'dev', '--region', 'us-east-1', '--email', 'none'],
      ],
    },
    { name: 'local', script: 'bin/local.ts', flags: [] },
    {
      name: 'local for the real Forge',
      script: 'bin/local.ts',
      flags: ['--serve', '--forge', 'real', '--public-url', 'https://tunnel.invalid'],
      until: 'Ctrl-C ends it',
    },
  ])('$name', async ({ name, script, flags, until }) => {
    const found = JSON.stringify(readFileSync(path.join(PROJECT_ROOT, 'manifest.yml'), 'utf8'));
    const environment = { ...process.env, PARSES: path.join(folder, name), NODE_OPTIONS: `--require ${preload}` };
    const { child, exited, output } = runIn(environment, script, ...flags);
    if (until !== undefined) await says(child, until);
    if (until !== undefined) child.kill('SIGINT');
    expect({ status: await exited, output }).toMatchObject({ status: 0 });
    const processes = parsedBy(name);
    expect(processes).not.toEqual([]);
    for (const texts of processes) expect(texts.filter((text) => text === found)).toEqual([found]);
  });
});
