import { readFileSync } from 'node:fs';
import path from 'node:path';

const PAGE = readFileSync(path.join(__dirname, '../../../../docs/your-job.md'), 'utf8');
const HEADING = '\n## When a job fails\n';
const ANY_OTHER = 'any other';

/** What the first column of the table in docs/your-job.md says: names of errors, beginnings of messages, and the rest. */
const symptoms: readonly string[] = (PAGE.split(HEADING)[1]?.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|')[1]?.trim() ?? '')
  .flatMap((cell) => cell.replaceAll(/[`"]/g, '').split(', '));

/** The symptom under which a reader finds `error` there; `undefined` when the table has no such row. */
export function symptomOf({ name, message }: Error): string | undefined {
  const byName = symptoms.find((symptom) => symptom === name);
  const byMessage = symptoms.find(
    (symptom) => symptom.endsWith('…') && message.startsWith(symptom.slice(0, -1).trim()),
  );
  return byName ?? byMessage ?? symptoms.find((symptom) => symptom === ANY_OTHER);
}
