import { spawnSync } from 'node:child_process';
import path from 'node:path';

const run = (...words: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', path.join(__dirname, 'run.ts'), ...words], { encoding: 'utf8' });

test.each([
  [['--endpoint', 'https://secretsmanager.us-east-1.amazonaws.com'], 'amazonaws.com'],
  [['--endpoint', 'http://127.0.0.1.example.com'], 'example.com'],
  [[], '--endpoint is missing'],
  [['--endpoint', 'http://127.0.0.1:1', '--functions', 'elsewhere'], '--functions is elsewhere'],
  [['--deploy'], "Unknown option '--deploy'"],
])('%j deploys nowhere, and is told what is allowed', (words, said) => {
  const { status, stderr } = run(...words);
  expect(status).toBe(2);
  expect(stderr).toContain(said);
  expect(stderr).toContain('npm run test:aws -- --endpoint URL');
});
