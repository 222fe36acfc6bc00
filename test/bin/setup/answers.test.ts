import { collectAnswers } from '../../../bin/setup/answers';
import { parseFlags } from '../../../bin/setup/flags';
import type { Project } from '../../../bin/setup/project';
import { documentOf, GOOD } from '../../lib/manifest/manifests';
import { ALL, APP, options } from './support';

const file = (name: string) => ({ name, path: name, text: '' });

/** A project whose stage runs in several regions. */
const PROJECT: Project = {
  manifest: file('manifest.yml'),
  document: documentOf(GOOD),
  config: file('config.ts'),
  environment: {},
  remoteKey: undefined,
  settings: {
    appId: APP,
    appIdByVariable: false,
    scopes: ['read:jira-work'],
    trigger: { key: 'hourly', index: 0, interval: 'hour' },
    compatibility: [],
  },
  stages: [{ name: 'dev', region: undefined, alarmEmails: [] }],
  configValue: undefined,
};

const collect = (argv: readonly string[]) => {
  const said: string[] = [];
  const answers = collectAnswers(PROJECT, parseFlags([...argv, '--yes']), {
    out: (text) => said.push(text),
    prompt: undefined,
  });
  return { answers, said };
};

test('a stage with several regions keeps them', async () => {
  const { region, ...others } = ALL;
  const { answers, said } = collect(options(others));
  expect(await answers).toMatchObject({ stage: 'dev', region: undefined, alarmEmails: ['ops@example.com'] });
  expect(said.join('')).toContain('Stage dev has no single region: where it runs is set in config.ts.');
  await expect(collect(options({ ...others, region })).answers).rejects.toThrow("--region can't be used. Stage dev");
});

test.each([
  ['a uuid alone', APP.slice(-36), APP],
  ['a uuid in capitals', APP.slice(-36).toUpperCase(), APP],
  ['spaces around it', ` ${APP} `, APP],
])('the app id may be %s', async (_, given, meant) => {
  const { region: __, ...others } = ALL;
  expect(await collect(options({ ...others, 'app-id': given })).answers).toHaveProperty('appId', meant);
});

test('lists may have spaces, and the same twice', async () => {
  const { region: _, ...others } = ALL;
  const given = {
    ...others,
    scopes: 'read:jira-work, read:me read:jira-work,read:app-system-token',
    email: 'a@example.com a@example.com',
  };
  expect(await collect(options(given)).answers).toMatchObject({
    scopes: ['read:jira-work', 'read:me'],
    alarmEmails: ['a@example.com'],
  });
});
