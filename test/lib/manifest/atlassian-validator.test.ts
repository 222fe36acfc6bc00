import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FullValidationProcessor, ProcessorBuilder, ValidationTypes } from '@forge/manifest';
import { setBaseUrl } from '../../../lib/manifest/edit';
import { remotesEntry } from '../../../lib/manifest/remotes-entry';
import { edited, GOOD, TEMPLATE } from './manifests';
import { ACCEPTED_BY_ATLASSIAN, REFUSED_BY_ATLASSIAN } from './refused';

let folder: string;
let processor: { process(file: string): ReturnType<FullValidationProcessor['process']> };

// The one file that uses Atlassian's validator: loading it takes seconds.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  processor = ProcessorBuilder.instance()
    .withValidation(ValidationTypes.FULL)
    .withOptions({ deprecatedRuntimes: [] })
    .build();
  await errorsIn(GOOD);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Atlassian's validator holds against `text`; warnings are left out. */
async function errorsIn(text: string): Promise<string[]> {
  const file = join(folder, 'manifest.yml');
  writeFileSync(file, text);
  const { errors = [] } = await processor.process(file);
  return errors.filter(({ level }) => level === 'error').map(({ message }) => message);
}

test("the template's manifest.yml is valid", async () => {
  expect(await errorsIn(TEMPLATE)).toEqual([]);
});

test('the manifest that the cases are made from is valid', async () => {
  expect(await errorsIn(GOOD)).toEqual([]);
});

test('a remotes entry of ours is valid, pasted or written', async () => {
  const withoutRemotes = GOOD.slice(0, GOOD.indexOf('remotes:'));
  const url = 'https://new.lambda-url.eu-central-1.on.aws';
  expect(await errorsIn(`${withoutRemotes}${remotesEntry('aws', url)}`)).toEqual([]);
  expect(await errorsIn(setBaseUrl(withoutRemotes, { file: 'manifest.yml', baseUrl: url }).text)).toEqual([]);
});

// Each of these is refused by lib/manifest. A case that fails here is one that Atlassian has begun to refuse as well:
// good news; move it to the other list.
test.each(ACCEPTED_BY_ATLASSIAN)('accepted, though it would break the backend: $name', async ({ text }) => {
  expect(await errorsIn(text)).toEqual([]);
});

test.each(REFUSED_BY_ATLASSIAN)('refused: $name', async ({ text }) => {
  expect(await errorsIn(text)).not.toEqual([]);
});

test('nodejs24.x is the newest runtime', async () => {
  expect(await errorsIn(edited(GOOD, ['nodejs24.x', 'nodejs26.x']))).not.toEqual([]);
});
