import { spawnSync } from 'node:child_process';
import path from 'node:path';

const bench = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'tools/maintain/bench/bench.ts', ...args], {
    cwd: path.join(__dirname, '../../../..'),
    encoding: 'utf8',
  });

// Processes that start: a busy machine takes its time.
jest.setTimeout(60_000);

test('--help names the sections', () => {
  const { status, stdout } = bench('--help');
  expect(status).toBe(0);
  for (const section of ['--cold', '--bundle', '--worker', '--monitor', '--scale', '--load'])
    expect(stdout).toContain(section);
});

test.each([
  [['--cold', '--help'], '--key-server-ms <number>'],
  [['--monitor', '--help'], '--slots <number>'],
])('%j shows its options', (args, option) => {
  const { status, stdout } = bench(...args);
  expect(status).toBe(0);
  expect(stdout).toContain(option);
});

test.each([
  [['--colt'], 'The first argument is --colt; allowed: a section, or --json alone'],
  [['--runs', '5'], 'The first argument is --runs; allowed: a section, or --json alone'],
  [['--cold', '--runs', '0'], '--runs is 0; allowed: a whole number from 1'],
  [['--cold', '--aws-ms', '1.5'], '--aws-ms is 1.5; allowed: a whole number from 0'],
  [['--monitor', '--slots', ''], '--slots is ; allowed: a whole number from 1'],
  [['--worker', '--runs', 'many'], '--runs is many; allowed: a whole number from 1'],
])('%j is refused with what is allowed', (args, message) => {
  const { status, stdout, stderr } = bench(...args);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr).toContain('Usage:');
});
