import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type BundledPackage, bundledPackages } from '../../notice/bundled-packages';
import { formatNotice } from '../../notice/format-notice';

jest.setTimeout(60_000);

/** Licences that ask for nothing but that their text goes along. */
const PERMISSIVE = ['Apache-2.0', 'MIT', 'MIT-0', '0BSD', 'BSD-3-Clause', 'ISC'];

let packages: BundledPackage[];
beforeAll(async () => {
  packages = await bundledPackages();
});

test('NOTICE lists what is bundled. If not: npm run notice', () => {
  expect(readFileSync(path.join(__dirname, '../../../../NOTICE'), 'utf8')).toBe(formatNotice(packages));
});

test('among it is what the receiver proves calls and stores tokens with', () => {
  const ofReceiver = packages.filter(({ functions }) => functions.includes('receiver')).map(({ name }) => name);
  expect(ofReceiver).toEqual(
    expect.arrayContaining(['jose', '@aws-sdk/client-secrets-manager', '@aws-sdk/client-dynamodb']),
  );
});

test('and nothing of the deploy time', () => {
  const names = packages.map(({ name }) => name);
  expect(names.filter((name) => /^(aws-cdk|constructs|zod|yaml)/.test(name))).toEqual([]);
});

test('nothing is deployed whose licence asks for more than to be named', () => {
  expect(packages.filter(({ licence }) => !PERMISSIVE.includes(licence))).toEqual([]);
});

test('a package without a licence text says where to look', () => {
  const text = formatNotice([{ name: 'a', version: '1.0.0', licence: 'MIT', text: undefined, functions: ['worker'] }]);
  expect(text).toContain('https://www.npmjs.com/package/a/v/1.0.0');
});
