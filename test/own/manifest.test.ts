// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import config from '../../config';
import { parseManifest } from '../../lib/manifest/document';
import { readManifest } from '../../lib/manifest/read';
import { createAtlassianValidator } from '../support/atlassian-validator';

const FILE = path.join(__dirname, '../../manifest.yml');

test("Atlassian's own validator accepts manifest.yml", async () => {
  expect(await createAtlassianValidator().errorsIn(FILE)).toEqual([]);
}, 60_000);

test('and so does this backend, which refuses more', () => {
  const text = readFileSync(FILE, 'utf8');
  const { remoteKey } = config;
  const options = { checkBaseUrl: false, ...(remoteKey !== undefined && { remoteKey }) };
  expect(() => readManifest(parseManifest(text, 'manifest.yml'), options)).not.toThrow();
});
