import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT, runLocal } from '../../../../test/support/run-local';

/** A deployment takes some seconds, more on a busy machine. */
jest.setTimeout(240_000);

const write = (file: string, text: string) => writeFileSync(path.join(PROJECT_ROOT, file), text);

const job = (says: string) => `import { byKey } from './worker/job';
import { word } from './job/word';
export const job = byKey({
  schedules: { hourly: async () => {} },
  events: { pages: async ({ log }) => log.info(${says}, { word }) },
});
`;

test('npm run local -- --watch: changes of the job are in force at once, mistakes are told, and what works goes on', async () => {
  const manifest = readFileSync(path.join(PROJECT_ROOT, 'manifest.yml'), 'utf8');
  const trigger = '    - key: pages\n      endpoint: token\n      events: [avi:confluence:created:page]\n';
  write('manifest.yml', manifest.replace('  trigger:\n', `  trigger:\n${trigger}`));
  mkdirSync(path.join(PROJECT_ROOT, 'lambda/job'));
  write('lambda/job/word.ts', "export const word = 'one';\n");
  write('lambda/job.ts', job("'First'"));

  const { child, exited, firstLine, output } = runLocal('--watch');
  const { fireUrl, functionUrl } = JSON.parse(await firstLine);
  let read = 0;
  /** Waits until it says `text`, after what was waited for before. Answers with what came in between. */
  const told = async (text: string) => {
    for (;;) {
      const at = output.stderr.indexOf(text, read);
      const between = output.stderr.slice(read, at);
      if (at >= 0) read = at + text.length;
      if (at >= 0) return between;
      await new Promise((resolve) => child.stderr?.once('data', resolve));
    }
  };
  let count = 0;
  const fire = async () => {
    count += 1;
    const headers = { 'content-type': 'application/json' };
    const url = `${fireUrl}/avi:confluence:created:page`;
    expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify({ count }) })).status).toBe(200);
  };

  await told('Watching lambda/job.ts');
  await fire();
  await told('"message":"First"');

  write('lambda/job.ts', job("'Second'"));
  await told('✓ Changed job loaded');
  await fire();
  await told('"message":"Second"');
  await told('"word":"one"');

  // A file that the bundle includes.
  write('lambda/job/word.ts', "export const word = 'two';\n");
  await told('✓ Changed job loaded');
  await fire();
  await told('"word":"two"');

  write('lambda/job.ts', job("'Third"));
  await told('✗ The changed job can not be loaded; the previous version keeps running');
  await told('lambda/job.ts:5:');
  write('lambda/job.ts', `${job("'Fourth'")}throw new Error('No settings');\n`);
  await told('No settings');
  await fire();
  await told('"message":"Second"');
  // The mistake is taken back: what was in force is in force, and that is said.
  write('lambda/job.ts', job("'Second'"));
  await told('✓ Changed job loaded');

  write('lambda/job.ts', job("'Fifth'"));
  await told('✓ Changed job loaded');
  await fire();
  await told('"message":"Fifth"');

  // A mistake in a new folder, and its mending, where no bundle has been yet.
  mkdirSync(path.join(PROJECT_ROOT, 'lambda/job/new'));
  write('lambda/job/new/part.ts', 'export const part = ;\n');
  write('lambda/job/word.ts', "import { part } from './new/part';\nexport const word = part;\n");
  await told('lambda/job/new/part.ts:1:');
  write('lambda/job/new/part.ts', "export const part = 'mended';\n");
  await told('✓ Changed job loaded');
  await fire();
  await told('"word":"mended"');

  // What is deployed: a mistake is told, with its line; another trigger and another setting are in force.
  const watched = readFileSync(path.join(PROJECT_ROOT, 'manifest.yml'), 'utf8');
  write('manifest.yml', watched.replace('interval: hour', 'interval: week'));
  await told('✗ The change can not be deployed; the previous version keeps running');
  // The person's file, not the copy that is deployed.
  expect(await told('week')).toMatch(/^ *manifest\.yml:\d+: /m);
  await fire();
  await told('"message":"Fifth"');
  write('manifest.yml', watched.replace('created:page]', 'created:page, avi:confluence:updated:page]'));
  await told('✓ Change deployed');
  const updated = `${fireUrl}/avi:confluence:updated:page`;
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(updated, { method: 'POST', headers, body: '{}' })).status).toBe(200);
  await told('"message":"Fifth"');

  // A trigger that the job has no work for is deployed once the job has it.
  const deployed = readFileSync(path.join(PROJECT_ROOT, 'manifest.yml'), 'utf8');
  write(
    'manifest.yml',
    deployed.replace(
      '    - key: pages\n',
      `${trigger.replaceAll('pag', 'sit').replace('page]', 'space]')}    - key: pages\n`,
    ),
  );
  await told('✗ The change can not be deployed');
  write('lambda/job.ts', job("'Sixth'").replace('events: {', "events: { sites: async ({ log }) => log.info('Site'),"));
  await told('✓ Changed job loaded');
  await told('✓ Change deployed');

  // An editor puts a new file in the place of the old one, each time.
  for (const comment of ['// One', '// Two']) {
    write('lib/resources.new', `${readFileSync(path.join(PROJECT_ROOT, 'lib/resources.ts'), 'utf8')}${comment}\n`);
    renameSync(path.join(PROJECT_ROOT, 'lib/resources.new'), path.join(PROJECT_ROOT, 'lib/resources.ts'));
    await told('✓ Change deployed');
  }

  const config = readFileSync(path.join(PROJECT_ROOT, 'config.ts'), 'utf8');
  write('config.ts', config.replace("name: 'dev',", "name: 'dev', colour: 'red',"));
  await told('✗ The change can not be deployed');
  await told("unknown key 'colour'");

  // Nothing was lost: URL, slot, queue.
  expect((await fetch(`${functionUrl}forge/token`, { method: 'POST' })).status).toBe(401);
  child.kill('SIGINT');
  expect(await exited).toBe(0);
});
