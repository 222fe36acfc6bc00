import { readFileSync } from 'node:fs';
import path from 'node:path';

const DOCUMENT = path.join(__dirname, '../../../../../docs/emulations.md');

/** The rules of a service that moto doesn't keep, by the first column of the table under its heading. */
export function documented(service: string): string[] {
  const section = readFileSync(DOCUMENT, 'utf8')
    .split(/^## /m)
    .find((text) => text.startsWith(`${service}\n`));
  if (section === undefined) throw new Error(`docs/emulations.md has no heading "## ${service}".`);
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | ')[0]?.slice(2).trim() ?? '')
    .filter((rule) => rule !== 'rule');
}

/** What somebody is told who has to change the table: the rules that are broken, and how. */
export async function breaches<Check>(
  rules: readonly (readonly [rule: string, check: Check])[],
  look: (check: Check) => Promise<void>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const [rule, check] of rules) {
    await look(check).catch((error) => found.set(rule, String(error instanceof Error ? error.message : error)));
  }
  return found;
}

/** Expects moto to differ exactly where the documentation says so. */
export function expectDocumented(service: string, found: ReadonlyMap<string, string>): void {
  const differing = [...found.keys()].sort();
  const expected = documented(service).sort();
  if (differing.join() !== expected.join()) {
    for (const [rule, message] of found) console.log(`${rule}\n${message}`);
  }
  expect(differing).toEqual(expected);
}
