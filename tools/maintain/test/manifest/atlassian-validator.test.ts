import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { remotesBlock } from '../../../../lib/manifest/base-url';
import { ManifestError } from '../../../../lib/manifest/problems';
import { setUrl } from '../../../../test/bin/manifest/set-url';
import { edited, GOOD, TEMPLATE } from '../../../../test/lib/manifest/manifests';
import { ACCEPTED_BY_ATLASSIAN, REFUSED_BY_ATLASSIAN } from '../../../../test/lib/manifest/refused';
import { createAtlassianValidator } from '../../../../test/support/atlassian-validator';
import { EDITS, GOLDEN } from './golden/golden';

let folder: string;
const validator = createAtlassianValidator();

// The one file that uses Atlassian's validator: loading it takes seconds.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  // The golden manifests with a user interface name it, and the validator looks whether it is there.
  mkdirSync(join(folder, 'src', 'frontend'), { recursive: true });
  for (const file of ['index.jsx', 'index.html']) writeFileSync(join(folder, 'src', 'frontend', file), '');
  // So it does for functions.
  const exported = ['resolve', 'readPage', 'run', 'callback'].map((name) => `export const ${name} = () => {};\n`);
  writeFileSync(join(folder, 'src', 'index.js'), exported.join(''));
  await errorsIn(GOOD);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Atlassian's validator holds against `text`; warnings are left out. */
function errorsIn(text: string): Promise<string[]> {
  const file = join(folder, 'manifest.yml');
  writeFileSync(file, text);
  return validator.errorsIn(file);
}

test("the template's manifest.yml is valid", async () => {
  expect(await errorsIn(TEMPLATE)).toEqual([]);
});

test('the manifest that the cases are made from is valid', async () => {
  expect(await errorsIn(GOOD)).toEqual([]);
});

test.each([
  ['a URL', 'https://new.lambda-url.eu-central-1.on.aws'],
  ['a map', { default: 'https://new.lambda-url.us-east-1.on.aws', EU: 'https://new.lambda-url.eu-central-1.on.aws' }],
])('a remotes entry of ours with %s is valid, pasted or written', async (_, url) => {
  const withoutRemotes = GOOD.slice(0, GOOD.indexOf('remotes:'));
  expect(await errorsIn(`${withoutRemotes}${remotesBlock('aws', url)}`)).toEqual([]);
  expect(await errorsIn(setUrl(withoutRemotes, { baseUrl: url }).text)).toEqual([]);
});

// Each of these is refused by lib/manifest. A case that fails here is one that Atlassian has begun to refuse as well:
// good news; move it to the other list.
test.each(ACCEPTED_BY_ATLASSIAN)('accepted, though it would break the backend: $name', async ({ text }) => {
  expect(await errorsIn(text)).toEqual([]);
});

test.each(REFUSED_BY_ATLASSIAN)('refused: $name', async ({ text }) => {
  expect(await errorsIn(text)).not.toEqual([]);
});

test.each(GOLDEN)(
  'golden: $name is valid, before and after every edit',
  async ({ text }) => {
    expect(await errorsIn(text)).toEqual([]);
    for (const edit of Object.values(EDITS)) {
      const after = unlessRefused(edit, text);
      if (after !== text) expect(await errorsIn(after)).toEqual([]);
    }
  },
  60_000,
);

function unlessRefused(edit: (text: string) => string, text: string): string {
  try {
    return edit(text);
  } catch (error) {
    if (error instanceof ManifestError) return text;
    throw error;
  }
}

test('scopes may be a map; nothing but allowImpersonation may be said of them', async () => {
  const scopes = (options: string) =>
    edited(
      GOOD,
      ['    - read:app-system-token', '    read:app-system-token: {}'],
      ['    - read:space:confluence', `    read:space:confluence: ${options}`],
    );
  expect(await errorsIn(scopes('{ allowImpersonation: true }'))).toEqual([]);
  expect(await errorsIn(scopes('{ impersonation: true }'))).not.toEqual([]);
});

test('nodejs24.x is the newest runtime', async () => {
  expect(await errorsIn(edited(GOOD, ['nodejs24.x', 'nodejs26.x']))).not.toEqual([]);
});
