import { readFileSync } from 'node:fs';
import path from 'node:path';

const README = readFileSync(path.join(__dirname, '../../../../README.md'), 'utf8');
const HEADING = '\n## When a job fails\n';
const ANY_OTHER = 'any other';

/** What the first column of the README's table says: names of errors, beginnings of messages, and the rest. */
const symptoms: readonly string[] = (README.split(HEADING)[1]?.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|')[1]?.trim() ?? '')
  .flatMap((cell) => cell.replaceAll(/[`"]/g, '').split(', '));

/** The symptom under which a reader finds `error` in the README; `undefined` when the table has no such row. */
export function symptomOf({ name, message }: Error): string | undefined {
  const byName = symptoms.find((symptom) => symptom === name);
  const byMessage = symptoms.find(
    (symptom) => symptom.endsWith('…') && message.startsWith(symptom.slice(0, -1).trim()),
  );
  return byName ?? byMessage ?? symptoms.find((symptom) => symptom === ANY_OTHER);
}
