import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { foreignCalls } from '../../../bin/setup/scopes';
import { ALL, Fork, options } from './support';

const JOB = `import type { Job } from './worker/job';
export const job: Job = async ({ atlassian }) => {
  await atlassian.fetch('/wiki/api/v2/spaces?limit=1');
  await atlassian.fetch(\`/wiki/api/v2/pages/\${7}\`);
  await atlassian.fetch("/rest/api/3/myself");
  const file = '/tmp/wiki/rest/';
};
`;

test('calls of a product that no scope is for are found, the first of each, with its line', () => {
  expect(foreignCalls(JOB, ['read:jira-work'])).toEqual([
    { product: 'confluence', path: '/wiki/api/v2/spaces', line: 3 },
  ]);
  expect(foreignCalls(JOB, ['read:page:confluence'])).toEqual([
    { product: 'jira', path: '/rest/api/3/myself', line: 5 },
  ]);
});

test('nothing is said of a job that calls what its scopes are for', () => {
  expect(foreignCalls(JOB, ['read:page:confluence', 'read:jira-work'])).toEqual([]);
  expect(foreignCalls('export const job = async () => {};', ['read:jira-work'])).toEqual([]);
});

test('the setup tells of it, and leaves the job as it is', async () => {
  const fork = new Fork();
  mkdirSync(path.join(fork.folder, 'lambda'));
  fork.write('lambda/job.ts', JOB);
  const { status, out } = await fork.setUp(['--yes', ...options(ALL)]);
  expect(status).toBe(0);
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'lambda/job.ts:3 calls /wiki/api/v2/spaces of confluence, but none of the scopes is for confluence',
  );
  expect(fork.read('lambda/job.ts')).toBe(JOB);
});
