import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT, runLocal } from '../../../../test/support/run-local';

/** A deployment takes a few seconds, more on a busy machine. */
jest.setTimeout(60_000);

test('npm run local shows the whole path, and leaves manifest.yml as it was', async () => {
  const manifestBefore = readFileSync(path.join(PROJECT_ROOT, 'manifest.yml'), 'utf8');
  const { exited, output } = runLocal();
  expect(await exited).toBe(0);
  expect(output.stderr).toBe('');
  for (const said of [
    '"cdk deploy"',
    'system token stored',
    'The worker ran lambda/job.ts',
    'nothing was written',
    'signature-invalid',
    '+ baseUrl: http://127.0.0.1:',
  ]) {
    expect(output.stdout).toContain(said);
  }
  expect(readFileSync(path.join(PROJECT_ROOT, 'manifest.yml'), 'utf8')).toBe(manifestBefore);
  // Nobody reads a pipe, so the functions' lines are for programs, as those of `npm run logs` are.
  const [, log = ''] = output.stdout.split('Log of receiver and worker\n');
  const lines = (log.split('\n\n')[0] ?? '').split('\n').map((line) => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ outcome: 'stored', path: '/forge/token' }));
  expect(lines).toContainEqual(expect.objectContaining({ message: 'Job done.' }));
});

test.each([
  [['--port', 'http'], '--port is http'],
  [['--app-id', 'mine'], 'ari:cloud:ecosystem::app/<uuid>'],
  [['--jwks-url', 'http://keys.example'], 'an https: URL'],
  [['--runtime', 'python'], 'allowed: node, ric'],
  [['--strategy', 'both'], 'allowed: single, perInstallation, dynamodb'],
  [['--stage', 'qa'], 'config.ts has no stage "qa"; allowed: dev, prod'],
  [['--forge', 'real'], '--forge real waits for calls: add --serve'],
  [['--serve', '--forge', 'real'], '--public-url is missing'],
  [
    ['--serve', '--forge', 'real', '--public-url', 'http://a.example'],
    '--public-url is "http://a.example": Forge calls remotes over https',
  ],
  [['--loud'], "Unknown option '--loud'"],
])('a wrong command line, %j, is told with what is allowed', async (flags, message) => {
  const { exited, output } = runLocal(...flags);
  expect(await exited).toBe(2);
  expect(output.stderr).toContain(message);
  expect(output.stderr).not.toContain('    at ');
});
