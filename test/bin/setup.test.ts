import { rmSync } from 'node:fs';
import { APP, Fork } from './setup/support';

// The command itself, as a process. What it asks and answers is tested in test/bin/setup/, without one.
test('takes answers from a pipe with --ask, one on each line', async () => {
  const fork = new Fork();
  const answers = `${APP}\njira\nwork\nread:jira-work\n\n\neu-central-1\nops@example.com\ny\n`;
  const { status, out, err } = await fork.startWith(['--ask'], answers);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('  read:jira-work\n');
  expect(out).toMatch(/Wrote manifest\.yml and config\.ts\.\n\nNext:\n {2}npm run deploy -- --stage dev\n$/);
  expect(fork.read('manifest.yml')).toContain(`  id: ${APP}\n`);
  expect(fork.read('config.ts')).toContain("      alarmEmails: ['ops@example.com'],\n");
  rmSync(fork.folder, { recursive: true, force: true });
});
