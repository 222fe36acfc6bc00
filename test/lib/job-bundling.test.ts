import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'esbuild';
import { BundleError, refuseNativeAddons } from '../../lib/bundling';
import { bundleFunction } from '../support/bundle';

// The worker's bundle takes whatever a team's job imports. Each case is a job of its own, with packages of its own.

jest.setTimeout(60_000);

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'job-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/** Bundles the worker with `files` in place of the project's job: `job.ts` and what it imports. */
async function bundleJob(files: Readonly<Record<string, string>>) {
  write(files);
  const ours: Plugin = {
    name: 'job-of-this-test',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^\.\.\/job$/ }, () => ({ path: path.join(folder, 'job.ts') }));
    },
  };
  return await bundleFunction('worker', [ours]);
}

/** Loads the bundle as Lambda does, then runs `script`. @returns what it prints */
async function run(files: Readonly<Record<string, string>>, script: string): Promise<string> {
  const bundle = await bundleJob(files);
  const deployed = mkdtempSync(path.join(folder, 'task-'));
  for (const [name, contents] of Object.entries(bundle.files)) writeFileSync(path.join(deployed, name), contents);
  const load = `await import(${JSON.stringify(path.join(deployed, 'index.mjs'))});\n${script}`;
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    FORGE_SLOT_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slot',
    FORGE_REMOTE_NAME: 'test',
    FORGE_MAX_ATTEMPTS: '3',
    FORGE_DEAD_LETTERS_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/dead.fifo',
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', load], { env });
  return stdout.trim();
}

const packageOf = (name: string, main: string, files: Readonly<Record<string, string>> = {}) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'main.js' }),
  [`node_modules/${name}/main.js`]: main,
  ...Object.fromEntries(Object.entries(files).map(([file, text]) => [`node_modules/${name}/${file}`, text])),
});

const jobWith = (code: string) => `${code}\nexport const job = async () => undefined;\n`;
const SHOW = 'console.log(JSON.stringify(globalThis.found));';

test('a package in CommonJS may require what Node has built in', async () => {
  const main = `
    const util = require('util');
    const { EventEmitter } = require('node:events');
    exports.found = [util.format('%s!', 'hello'), new EventEmitter() instanceof EventEmitter, typeof __dirname];`;
  const job = jobWith("import { found } from 'old'; (globalThis as any).found = found;");
  await expect(run({ 'job.ts': job, ...packageOf('old', main) }, SHOW)).resolves.toBe('["hello!",true,"string"]');
});

test('a job may import anything of Node, JSON, and what it needs only later', async () => {
  const job = jobWith(`
    import { existsSync, promises } from 'node:fs';
    import { readFile } from 'fs/promises';
    import process, { argv } from 'node:process';
    import { createRequire } from 'node:module';
    import data from './job/data.json';
    const require = createRequire(import.meta.url);
    const later = await import('./job/later');
    (globalThis as any).found = [existsSync('/'), typeof promises.readFile, typeof readFile, process.argv === argv,
      data.name, later.name, typeof require('node:os').cpus];`);
  const files = { 'job.ts': job, 'job/data.json': '{"name":"data"}', 'job/later.ts': "export const name = 'later';" };
  await expect(run(files, SHOW)).resolves.toBe('[true,"function","function",true,"data","later","function"]');
});

test('names of classes and functions are what they were', async () => {
  const job = jobWith(`
    class PaymentRefused extends Error {}
    function charge() {}
    (globalThis as any).found = [new PaymentRefused().constructor.name, charge.name];`);
  await expect(run({ 'job.ts': job }, SHOW)).resolves.toBe('["PaymentRefused","charge"]');
});

test('an error names the file of the job and its line', async () => {
  const job = jobWith('\n\n(globalThis as any).fail = () => {\n  throw new Error("no");\n};');
  const stack = await run({ 'job.ts': job }, 'try { fail() } catch (error) { console.log(error.stack) }');
  expect(stack).toMatch(/job\.ts:4:\d+/);
});

test('an error while the job is loaded does so, too', async () => {
  const job = jobWith('\nthrow new Error("no");');
  await expect(run({ 'job.ts': job }, '')).rejects.toThrow(/job\.ts:2:\d+/);
});

test('a file that a package reads beside itself is an error that names the package, and the way out', async () => {
  const main = "exports.text = require('fs').readFileSync(require('path').join(__dirname, 'data.txt'), 'utf8');";
  const job = jobWith("import { text } from '@team/reader'; (globalThis as any).found = text;");
  const files = { 'job.ts': job, ...packageOf('@team/reader', main, { 'data.txt': 'hello' }) };
  await expect(run(files, SHOW)).rejects.toThrow(
    /ENOENT.*The package @team\/reader reads a file beside its own code.*docs\/own-resources\.md/s,
  );
});

describe('a native addon', () => {
  const addon = { 'build/addon.node': 'a program' };

  test('ends the build, with the package and the way out', async () => {
    const main = "module.exports = require('./build/addon.node');";
    const { metafile } = await bundleJob({
      'job.ts': jobWith("import native from 'native'; console.log(native);"),
      ...packageOf('native', main, addon),
    });
    expect(() => refuseNativeAddons(metafile)).toThrow(BundleError);
    expect(() => refuseNativeAddons(metafile)).toThrow(
      /imports native, which has a native addon \(.*addon\.node\).*docs\/own-resources\.md/,
    );
  });

  test('that a package can do without is left out', async () => {
    const main = "try { exports.fast = require('./build/addon.node'); } catch { exports.fast = false; }";
    const job = jobWith("import { fast } from 'either'; (globalThis as any).found = fast;");
    const files = { 'job.ts': job, ...packageOf('either', main, addon) };
    expect(refuseNativeAddons((await bundleJob(files)).metafile)).toBeUndefined();
    await expect(run(files, SHOW)).resolves.toBe('false');
  });
});
