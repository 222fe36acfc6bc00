import { spawnSync } from 'node:child_process';
import path from 'node:path';

const scale = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'tools/maintain/bench/bench.ts', '--scale', ...args], {
    cwd: path.join(__dirname, '../../../../..'),
    encoding: 'utf8',
  });

test('prints a table, or JSON', () => {
  const table = scale('--installations', '1,5');
  expect(table.stderr).toBe('');
  expect(table.stdout).toContain('| DescribeSecret an hour');
  expect(table.stdout).toContain('| PutItem an hour');
  expect(table.stdout.match(/5, fiveMinute: nothing/g)).toHaveLength(2);
  const { figures } = JSON.parse(scale('--installations', '2', '--json').stdout);
  expect(figures).toHaveLength(4);
}, 60_000);

test.each([
  [['--installations', '0'], '--installations is 0; allowed: numbers from 1 to 500000, with commas between'],
  [['--installations', '1,x'], '--installations is 1,x; allowed: numbers from 1 to 500000, with commas between'],
  [['--burst', '61'], '--burst is 61; allowed: a number from 1 to 60'],
])('%j is refused with what is allowed', (args, message) => {
  const { status, stderr } = scale(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain('Usage:');
});
