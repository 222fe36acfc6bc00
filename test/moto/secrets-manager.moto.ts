import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Moto } from '../../local/moto/moto';
import { checkRule, SECRETS_MANAGER_RULES } from '../local/aws/secrets-manager-contract';
import { requiredMoto } from './support/required-moto';

const DOCUMENT = path.join(__dirname, '../../docs/emulations.md');

/** The first column of the only table: rules that moto doesn't keep. */
const documented = readFileSync(DOCUMENT, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(' | ')[0]?.slice(2).trim() ?? '')
  .filter((rule) => rule !== 'rule');

let moto: Moto;
beforeAll(async () => {
  moto = await requiredMoto();
});
afterAll(() => moto.stop());

/** What is wrong with the rule, in one line. @returns `undefined` when moto keeps it */
async function breach(check: (typeof SECRETS_MANAGER_RULES)[number][1]): Promise<string | undefined> {
  try {
    await checkRule(moto.url, check);
    return undefined;
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
}

test('moto differs from the rules exactly where docs/emulations.md says so', async () => {
  const breaches = new Map<string, string>();
  for (const [rule, check] of SECRETS_MANAGER_RULES) {
    const found = await breach(check);
    if (found !== undefined) breaches.set(rule, found);
  }
  const differing = [...breaches.keys()].sort();
  if (differing.join() !== [...documented].sort().join()) {
    for (const [rule, found] of breaches) console.log(`${rule}\n${found}`);
  }
  expect(differing).toEqual([...documented].sort());
});
