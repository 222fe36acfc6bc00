import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../../../..');

interface Report {
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

/** Runs the test files in leaks/, which the suite leaves out, under the suite's own configuration. */
async function runLeaks(): Promise<Report> {
  const folder = mkdtempSync(path.join(tmpdir(), 'leaks-'));
  const outputFile = path.join(folder, 'report.json');
  const args = [
    require.resolve('jest/bin/jest'),
    '--testMatch',
    '**/*.leak.ts',
    '--runInBand',
    '--json',
    '--outputFile',
    outputFile,
  ];
  try {
    // It fails, as it should: what counts is its report.
    await new Promise<void>((resolve) => execFile(process.execPath, args, { cwd: ROOT }, () => resolve()));
    return JSON.parse(readFileSync(outputFile, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let report: Report;
beforeAll(async () => {
  report = await runLeaks();
}, 30_000);

const resultOf = (file: string) => report.testResults.find(({ name }) => path.basename(name) === file);

test.each([
  ['logged.leak.ts', "console.log shows a token's signature."],
  ['written.leak.ts', "stdout shows a token's signature in base64."],
  ['thrown.leak.ts', "An error (Refusal) shows a token's signature."],
])('the suite fails when a token is %s', (file, find) => {
  const { status, message = '' } = resultOf(file) ?? {};
  expect(status).toBe('failed');
  expect(message).toContain(find);
});

test('and passes when none is', () => {
  expect(resultOf('nothing.leak.ts')).toMatchObject({ status: 'passed' });
});
